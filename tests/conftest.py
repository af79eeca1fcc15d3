"""What holds for a run of any tests."""

import gc


def pytest_collection_finish() -> None:
    """Keep later collections of garbage from what was imported and collected: it lives as long as the run."""
    gc.collect()
    gc.freeze()
