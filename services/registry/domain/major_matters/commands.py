"""Major matters that the cooperating institution reports (6.9)."""

from services.registry.domain.article_04_administrators import refuse_if_approved_by_the_same_person
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import is_repeat
from services.registry.domain.major_matters.article_06_reporting import (
    refuse_if_major_matter_was_acknowledged,
    refuse_unless_major_matter_has_happened,
    refuse_unless_major_matter_is_known,
    refuse_unless_major_matter_number_is_free,
)
from services.registry.domain.major_matters.state import MajorMatter
from shared.contracts.registry.supervision import (
    AcknowledgeMajorMatter,
    MajorMatterAcknowledged,
    MajorMatterReported,
    ReportMajorMatter,
)
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import cooperating, managing


def report_major_matter(ctx: CommandContext[ReportMajorMatter]) -> Decision:
    """Record what the cooperating institution reports to the managing one."""
    command = ctx.command
    reported = ctx.entry_as(MajorMatter)
    if is_repeat(command, of=reported):
        return DUPLICATE
    wrong = all_faults(
        refuse_unless_major_matter_number_is_free(reported),
        refuse_unless_major_matter_has_happened(command.occurred_on, ctx.today),
    )
    if wrong:
        return refused(wrong)
    return accepted(MajorMatterReported(entry_id=ctx.entry_id, **dict(command), reported_by=ctx.officer))


def acknowledge_major_matter(ctx: CommandContext[AcknowledgeMajorMatter]) -> Decision:
    """Record that the managing institution has taken note, and its response."""
    command = ctx.command
    reported = ctx.entry_as(MajorMatter)
    if fault := refuse_unless_major_matter_is_known(command.number, reported):
        return refused(fault)
    assert reported is not None
    if reported.response == command.response:
        return DUPLICATE
    reporter, answerer = (ctx.pool.cooperating_institution, reported.reported_by), (ctx.acting.institution, ctx.officer)
    if fault := first_fault(
        refuse_if_major_matter_was_acknowledged(reported),
        refuse_if_approved_by_the_same_person(ctx.pool, reporter, answerer, "6.9"),
    ):
        return refused(fault)
    return accepted(MajorMatterAcknowledged(entry_id=reported.entry_id, **dict(command), acknowledged_by=ctx.officer))


COMMANDS = (
    CommandSpec(ReportMajorMatter, report_major_matter, "6.9", cooperating(Duty.REPORTING), begins=MajorMatter),
    CommandSpec(
        AcknowledgeMajorMatter, acknowledge_major_matter, "6.9", managing(Duty.OVERSIGHT), continues=MajorMatter
    ),
)
