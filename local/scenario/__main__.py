"""``python -m local.scenario FILE…`` plays scenarios."""

import sys

from local.scenario.command import app

if __name__ == "__main__":
    sys.exit(app(result_action="return_value") or 0)
