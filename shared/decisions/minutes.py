"""The minutes that a recorded decision comes with, whoever decides, and under whichever ``clause``."""

from shared.contracts.documents import Document, DocumentKind
from shared.contracts.refusals import Refusal
from shared.decisions.article_15_documents import refuse_unless_enclosed
from shared.decisions.checks import first_fault


def refuse_unless_decision_has_minutes(decision: Document | None, clause: str) -> Refusal | None:
    """Article 15.2. What is decided is recorded: it comes with its minutes, and no other paper stands for them.

    A reading: the text says that it is decided collectively, and not how that is recorded. The same is asked of every
    decision that the managing institution keeps a record of.
    """
    enclosed = () if decision is None else (decision,)
    return first_fault(*refuse_unless_enclosed((DocumentKind.MINUTES,), enclosed, clause))
