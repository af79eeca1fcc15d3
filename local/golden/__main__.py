"""Writes the examples that are missing.

    python -m local.golden

An example that is there is never written again: it stands for what was once published, and must be read for ever.
"""

import json
import sys
from pathlib import Path

from local.golden.agreeing import add_agreements
from local.golden.case import add_case
from local.golden.correcting import add_corrections
from local.golden.cycling import add_cycle
from local.golden.endings import add_endings
from local.golden.filing import add_filings
from local.golden.founding import add_founding
from local.golden.living import add_life
from local.golden.misusing import add_misuse
from local.golden.overseeing import add_oversight
from local.golden.paying import add_payments
from local.golden.people import add_affiliates, add_people, add_withdrawn_account
from local.golden.performing import add_performance, add_term
from local.golden.regulating import add_norms, add_rules
from local.golden.selecting import add_selection
from local.golden.story import Story
from local.golden.supervising import add_audit, add_supervision

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
