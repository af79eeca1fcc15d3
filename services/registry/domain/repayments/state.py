"""How the principal of a project is repaid."""

from services.registry.domain.evolution import of_project
from services.registry.domain.project import Project, Repayment
from shared.contracts.registry.project_life import RepaymentRecorded


def evolve(project: Project, event: RepaymentRecorded) -> Project:
    """The project after ``event``."""
    repayment = Repayment(reference=event.reference, amount_fen=event.amount_fen, repaid_on=event.repaid_on)
    after = project.model_copy(update={"repayments": (*project.repayments, repayment)})
    assert after.outstanding_fen == event.outstanding_fen, "what is outstanding is drawn and not repaid"
    return after


EVOLUTIONS = (of_project(evolve),)
