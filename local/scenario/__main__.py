"""``python -m local.scenario FILE…`` plays scenarios."""

from local.command_line import run_command
from local.scenario.command import app

if __name__ == "__main__":
    run_command(app, "python -m local.scenario")
