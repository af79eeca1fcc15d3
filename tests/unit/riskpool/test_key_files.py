"""What becomes of a key's file when another key takes its place."""

from datetime import UTC, datetime
from pathlib import Path

from riskpool.keys import kept_aside

LATE_IN_UTC = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)


def test_an_old_key_is_named_by_its_last_day_in_beijing(tmp_path: Path) -> None:
    """Days are Beijing's here as everywhere, where midnight is eight hours before that of UTC."""
    key = tmp_path / "bank-a.system.pem"
    assert kept_aside(key, LATE_IN_UTC) == tmp_path / "bank-a.system.until-2026-11-26.pem"


def test_a_second_old_key_of_the_day_is_numbered(tmp_path: Path) -> None:
    """No key is ever overwritten."""
    key = tmp_path / "bank-a.system.pem"
    kept_aside(key, LATE_IN_UTC).touch()
    assert kept_aside(key, LATE_IN_UTC).name == "bank-a.system.until-2026-11-26-2.pem"
