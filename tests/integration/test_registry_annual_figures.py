"""The figures of a year on a real PostgreSQL: counted as things happen, and the same when counted again from events."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.registry.domain.annual_figures import counted, total
from shared.contracts.claims import CompensationPaid, CompensationReimbursed
from shared.contracts.envelope import Event
from shared.contracts.ids import project_id
from shared.contracts.receipts import Outcome
from shared.contracts.received import Received
from shared.contracts.registry.corrections import CorrectProject
from shared.contracts.registry.performance import AnnualFigures, AnnualSummaryDrawnUp, DrawUpAnnualSummary
from shared.contracts.registry.projects import ApproveProject, FileProject, OtherLoan, RejectProject, ReturnProject
from shared.contracts.registry.words import Duty
from shared.contracts.topics import CLAIMS_EVENTS
from shared.messaging.message import Decided, Incoming, Record
from simulator.invented_numbers import patent_number
from tests.integration.conftest import TestDatabase
from tests.integration.test_registry_execute import incoming, outcomes, process, registering, staffing
from tests.integration.test_registry_rules import codes
from tests.unit.registry.cycle_examples import NEXT_YEAR, REPORTER, YEAR, noon_of, submission
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    FILER,
    LENDER,
    MANAGING,
    POOL_ID,
    filing,
    loan,
    right,
)
from tests.unit.registry.registry_examples import officer as officer_of

# Half past midnight in Beijing, when the old year has not ended in UTC.
NEW_YEAR = datetime(YEAR, 12, 31, 16, 30, tzinfo=UTC)

pytestmark = pytest.mark.asyncio(loop_scope="session")


def observed(event: Event, said_at: datetime, read_at: datetime | None = None) -> Incoming:
    """An event of claims, as it is taken in: at once, or only later."""
    received: Received[Event] = Received(  # type: ignore[type-var]
        event, str(uuid4()), "claims", POOL_ID, "0" * 64, read_at or said_at, said_at=said_at
    )
    return Incoming(Record(CLAIMS_EVENTS, 0, 0, None, b"{}", (), 0), received, uuid4(), event.message_type)


def filing_of(number: int) -> FileProject:
    """The filing of a loan of its own, secured by a right of its own."""
    pledged = right(registration_number=patent_number(number))
    return filing(loan=loan(contract_number=f"LOAN-{number}"), rights=(pledged,))


def apart_from(*numbers: str) -> tuple[OtherLoan, ...]:
    """All are of one borrower, day and amount."""
    return tuple(OtherLoan(lender=LENDER, contract_number=number, reason="凭证不同") for number in numbers)


def lowering(number: int, project: UUID) -> CorrectProject:
    """A correction of that loan: half as much was lent."""
    filed = filing_of(number)
    changed = {"loan": filed.loan.model_copy(update={"principal_fen": filed.loan.principal_fen // 2})}
    said = {name: getattr(filed, name) for name in FileProject.model_fields} | changed
    return CorrectProject(project_id=project, corrects=1, reasons="金额录入有误", **said)


def drawing_up(year: int) -> Incoming:
    message = incoming(DrawUpAnnualSummary(year=year), COOPERATING, REPORTER)
    return replace(message, received=replace(message.received, received_at=noon_of(date(YEAR + 2, 2, 1))))


def again(message: Incoming) -> Incoming:
    """The same under another message id."""
    return replace(message, received=replace(message.received, message_id=str(uuid4())), cause=uuid4())


def paid(project: UUID, instalment: int, amount_fen: int, before_fen: int = 0) -> CompensationPaid:
    return CompensationPaid(
        project_id=project,
        compensation=1,
        compensation_id=uuid4(),
        instalment=instalment,
        amount_fen=amount_fen,
        paid_fen=before_fen + amount_fen,
        case_paid_fen=before_fen + amount_fen,
        fiscal_part_fen=0,
    )


def drawn_up(decided: Sequence[Decided]) -> list[AnnualSummaryDrawnUp]:
    return [
        event.data for decision in decided for event in decision.events if isinstance(event.data, AnnualSummaryDrawnUp)
    ]


@pytest.mark.clause("6.7")
async def test_what_is_read_in_the_new_year_counts_in_the_old_one_and_is_drawn_up_anew(
    registry_database: TestDatabase,
) -> None:
    """By its own time; after the submission the year's summary stays, and the next one's total has what came late."""
    project, old_year = project_id(POOL_ID, LENDER, "LOAN-0"), NEW_YEAR - timedelta(hours=1)
    submitting = incoming(submission(), COOPERATING, REPORTER)
    submitting = replace(submitting, received=replace(submitting.received, received_at=NEXT_YEAR))
    said = list[Decided]()
    for batch in (
        [*staffing(), *registering(officer_of(REPORTER, Duty.REPORTING), COOPERATING)],
        [observed(paid(project, 1, 700), old_year, NEW_YEAR), drawing_up(YEAR), again(drawing_up(YEAR))],
        [observed(paid(project, 2, 300, before_fen=700), old_year, NEXT_YEAR), again(drawing_up(YEAR)), submitting],
        [observed(paid(project, 3, 5, before_fen=1_000), old_year, NEXT_YEAR), again(drawing_up(YEAR))],
        [drawing_up(YEAR + 1)],
    ):
        decided, _ = await process(registry_database, batch)
        said += decided
    assert [outcome for outcome in outcomes(said) if outcome is not Outcome.ACCEPTED] == [
        Outcome.DUPLICATE,
        Outcome.REFUSED,
    ]
    assert codes(said)[-1] == "summary_figures_stay"
    first, anew, next_year = drawn_up(said)
    assert first.figures == AnnualFigures(projects_compensated=1, paid_fen=700)
    assert anew.figures == AnnualFigures(projects_compensated=1, paid_fen=1_000)
    assert next_year.figures == AnnualFigures()
    assert next_year.figures_since_founding == AnnualFigures(projects_compensated=1, paid_fen=1_005)


async def test_figures_are_those_that_the_events_say(registry_database: TestDatabase) -> None:
    """Over several batches and two years, which change at midnight in Beijing; a summary sees all that came before."""
    projects = [project_id(POOL_ID, LENDER, f"LOAN-{number}") for number in range(3)]
    first = [
        *staffing(),
        *registering(officer_of(REPORTER, Duty.REPORTING), COOPERATING),
        *(incoming(filing_of(number), COOPERATING, FILER) for number in range(3)),
        incoming(ReturnProject(project_id=projects[0], reasons="须补正", filing=1), MANAGING, APPROVER),
    ]
    second = [
        incoming(RejectProject(project_id=projects[1], reasons="不符合", filing=1), MANAGING, APPROVER),
        incoming(
            ApproveProject(project_id=projects[2], filing=1, other_loans=apart_from("LOAN-0", "LOAN-1")),
            MANAGING,
            APPROVER,
        ),
        incoming(lowering(2, projects[2]), COOPERATING, FILER),
        incoming(ApproveProject(project_id=projects[2], filing=2), MANAGING, APPROVER),
        observed(paid(projects[2], 1, 700), NEW_YEAR),
        observed(paid(projects[2], 2, 300, before_fen=700), NEXT_YEAR),
        observed(
            CompensationReimbursed(
                project_id=projects[2], compensation=1, compensation_id=uuid4(), amount_fen=500, reimbursed_fen=500
            ),
            NEXT_YEAR,
        ),
        drawing_up(YEAR),
        drawing_up(YEAR + 1),
    ]
    said, taken = list[Decided](), [*first, *second]
    for batch in (first, second):
        decided, _ = await process(registry_database, batch)
        said += decided
    assert set(outcomes(said)) == {Outcome.ACCEPTED}
    this_year, next_year = drawn_up(said)
    principal_fen = loan().principal_fen
    assert this_year.figures == AnnualFigures(
        filings=3,
        filings_returned=1,
        filings_rejected=1,
        projects_approved=1,
        principal_covered_fen=principal_fen,
        corrections=1,
        corrections_approved=1,
        principal_lowered_fen=principal_fen // 2,
    )
    assert next_year.figures == AnnualFigures(projects_compensated=1, paid_fen=1_000, reimbursed_fen=500)
    assert next_year.figures_since_founding == total((this_year.figures, next_year.figures))
    events = [event.data for decision in said for event in decision.events]
    events += [message.data for message in taken if isinstance(message.data, Event)]
    again = total(figures for event in events if (figures := counted(event)) is not None)
    assert again == next_year.figures_since_founding
