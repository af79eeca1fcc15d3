"""Writes the examples that are missing.

    python -m simulator.golden

An example that is there is never written again: it stands for what was once published, and must be read for ever.
"""

import json
import sys
from pathlib import Path

from simulator.golden.agreeing import add_agreements
from simulator.golden.case import add_case
from simulator.golden.correcting import add_corrections
from simulator.golden.cycling import add_cycle
from simulator.golden.endings import add_endings
from simulator.golden.filing import add_filings
from simulator.golden.founding import add_founding
from simulator.golden.living import add_life
from simulator.golden.misusing import add_misuse
from simulator.golden.overseeing import add_oversight
from simulator.golden.paying import add_payments
from simulator.golden.people import add_affiliates, add_people, add_withdrawn_account
from simulator.golden.performing import add_performance, add_term
from simulator.golden.regulating import add_norms, add_rules
from simulator.golden.selecting import add_selection
from simulator.golden.story import Story
from simulator.golden.supervising import add_audit, add_supervision

GOLDEN = Path(__file__).parents[2] / "tests" / "contract" / "golden"


def whole_story() -> Story:
    """Every message type at least once."""
    story = Story()
    add_founding(story)
    add_filings(story)
    add_payments(story, add_case(story))
    add_endings(story)
    add_oversight(story)
    add_selection(story)
    add_life(story)
    add_corrections(story)
    add_cycle(story)
    add_people(story)
    add_affiliates(story)
    add_rules(story)
    add_supervision(story)
    add_audit(story)
    add_performance(story)
    add_term(story)
    add_misuse(story)
    add_agreements(story)
    add_norms(story)
    add_withdrawn_account(story)
    return story


def main() -> int:
    """Write what is missing and say what that was."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, value in sorted(whole_story().messages.items()):
        path = GOLDEN / f"{name}.json"
        if not path.exists():
            path.write_text(json.dumps(json.loads(value), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            sys.stdout.write(f"wrote {path.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
