"""What follows when a decision on what was filed late is closed (16.1): it is admitted, or rejected for good.

A filing or a correction that is admitted is approved after that, and then asked whether its borrower has become an
affiliate (9.1), and whether anything more is covered (19.3); a late drawdown is covered with the decision itself, so
both are asked here, and whether a flag stands (6.5). Where too few have voted nothing was decided, and nothing follows.
"""

from collections.abc import Mapping
from typing import Any, assert_never

from services.registry.domain.article_09_affiliates import refuse_if_borrower_is_registered_as_affiliate
from services.registry.domain.article_19_termination import refuse_unless_cover_can_grow
from services.registry.domain.context import CommandContext
from services.registry.domain.pool import Pool
from services.registry.domain.project import Project
from shared.contracts.envelope import Event
from shared.contracts.registry.ballots import BallotClosed, CloseBallot
from shared.contracts.registry.collective_decisions import SubjectKind
from shared.contracts.registry.corrections import CorrectionRejected
from shared.contracts.registry.project_life import DrawdownAdmitted, DrawdownRefused
from shared.contracts.registry.projects import FilingAdmitted, ProjectRejected
from shared.decisions.article_06_flags import refuse_if_flag_stands
from shared.decisions.checks import first_fault


def _decided(ctx: CommandContext[CloseBallot], closed: BallotClosed) -> tuple[Event, ...]:
    """What the closing of a ballot on a project brings about, under the rules of the ballot's opening."""
    pool, project = ctx.pool, ctx.project
    assert project is not None, "it was decided on"
    word = {"project_id": project.project_id, "minutes": closed.minutes, "rules_version": closed.rules_version}
    match closed.subject_kind:
        case SubjectKind.LATE_FILING:
            return (_of_filing(project, closed, word),)
        case SubjectKind.LATE_CORRECTION:
            return (_of_correction(project, closed, {**word, "institution": pool.managing_institution}),)
        case SubjectKind.LATE_DRAWDOWN:
            return (_of_drawdown(pool, project, closed, word),)
        case SubjectKind.SELECTION | SubjectKind.REIMBURSEMENT:
            raise AssertionError("no project of the registry puts such a question")
        case _:
            assert_never(closed.subject_kind)


def _of_filing(project: Project, closed: BallotClosed, word: Mapping[str, Any]) -> FilingAdmitted | ProjectRejected:
    """A filing that is not admitted is rejected for good."""
    if closed.passed:
        return FilingAdmitted(**word, filing=project.filing, filing_sha256=closed.subject_sha256)
    return ProjectRejected(**word, reasons=closed.why_zh, rejected_by=closed.closed_by)


def _of_correction(
    project: Project, closed: BallotClosed, word: Mapping[str, Any]
) -> FilingAdmitted | CorrectionRejected:
    """A correction that is not admitted is rejected; the approved version goes on."""
    correction = project.correction
    assert correction is not None, "it was decided on"
    if closed.passed:
        return FilingAdmitted(**word, filing=correction.filing, filing_sha256=closed.subject_sha256)
    return CorrectionRejected(**word, filing=correction.filing, reasons=closed.why_zh, rejected_by=closed.closed_by)


def _of_drawdown(
    pool: Pool, project: Project, closed: BallotClosed, word: Mapping[str, Any]
) -> DrawdownAdmitted | DrawdownRefused:
    """The latest drawdown is the one that came late.

    An affiliate draws nothing that the pool covers, whatever was voted while nobody knew that it is one, and neither is
    anything added while a flag stands; and nothing more is covered once all fiscal money is claimed back.
    """
    drawdown = project.drawdowns[-1]
    not_now = first_fault(
        refuse_if_borrower_is_registered_as_affiliate(pool, project.borrower),
        refuse_if_flag_stands(project.flags),
        refuse_unless_cover_can_grow(pool),
    )
    if closed.passed and not_now is None:
        return DrawdownAdmitted(
            **word,
            number=drawdown.number,
            amount_fen=drawdown.amount_fen,
            covered_principal_fen=project.covered_principal_fen + drawdown.amount_fen,
            filing_sha256=closed.subject_sha256,
        )
    reasons = not_now.text_zh if closed.passed and not_now else closed.why_zh
    return DrawdownRefused(**word, number=drawdown.number, reasons=reasons)


COMMANDS = ()
BALLOT_OUTCOMES = {Project: _decided}
