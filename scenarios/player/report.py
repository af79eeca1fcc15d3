"""What a played scenario came to: for people line by line, and for machines."""

from collections.abc import Iterator, Sequence
from typing import Any

from scenarios.player.play import Played, PlayedStep
from scenarios.player.words import beijing_time

HELD, DIFFERED = "✓", "✗"
# As wide as a time of a step.
_NO_TIME = " " * len("2026-06-01 09:00")


def lines(played: Played) -> Iterator[str]:
    """One line for each step, and below a step that differed what was expected and what came."""
    yield f"{_mark(held=played.held)} {played.file}: {played.title} ({played.seconds:.1f} s)"
    for step in played.steps:
        yield from _lines_of_step(step)


def summary(all_played: Sequence[Played], seconds: float) -> str:
    """How many held, in how long."""
    held = sum(played.held for played in all_played)
    return f"{held} of {len(all_played)} scenarios held, played in {seconds:.1f} s"


def as_json(all_played: Sequence[Played], seconds: float) -> dict[str, Any]:
    """The same for machines."""
    return {
        "held": all(played.held for played in all_played),
        "seconds": round(seconds, 1),
        "scenarios": [
            {
                "file": played.file,
                "title": played.title,
                "pool_id": str(played.pool_id),
                "held": played.held,
                "seconds": round(played.seconds, 1),
                "steps": [_step_as_json(step) for step in played.steps],
            }
            for played in all_played
        ],
    }


def _lines_of_step(step: PlayedStep) -> Iterator[str]:
    at = _NO_TIME if step.at is None else beijing_time(step.at)
    got = f" → {step.got}" if step.got else ""
    yield f"  {_mark(held=step.held)} {at}  {step.what}{got}"
    for difference in step.differences:
        yield f"      {difference.what}"
        yield f"        expected: {difference.expected}"
        yield f"        got:      {difference.got}"


def _step_as_json(step: PlayedStep) -> dict[str, Any]:
    return {
        "at": None if step.at is None else step.at.isoformat(),
        "what": step.what,
        "got": step.got,
        "held": step.held,
        "differences": [{"what": each.what, "expected": each.expected, "got": each.got} for each in step.differences],
    }


def _mark(*, held: bool) -> str:
    return HELD if held else DIFFERED
