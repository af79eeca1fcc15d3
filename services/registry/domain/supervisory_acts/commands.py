"""What the managing institution does and instructs (5.8, 5.9), and the completion of instructions (6.10)."""

from services.registry.domain.article_04_administrators import refuse_if_approved_by_the_same_person
from services.registry.domain.command_spec import CommandSpec
from services.registry.domain.context import CommandContext
from services.registry.domain.decision import is_repeat
from services.registry.domain.supervisory_acts.article_05_supervision import (
    refuse_unless_act_has_happened,
    refuse_unless_act_number_is_free,
    refuse_unless_coordination_has_happened,
)
from services.registry.domain.supervisory_acts.article_06_instructions import (
    refuse_if_instruction_was_completed,
    refuse_unless_completion_is_of_an_instruction,
    refuse_unless_only_an_instruction_is_due,
)
from services.registry.domain.supervisory_acts.state import SupervisoryAct
from shared.contracts.registry.supervision import (
    CompletionReported,
    RecordSupervisoryAct,
    ReportCompletion,
    SupervisoryActRecorded,
)
from shared.contracts.registry.words import Duty
from shared.decisions.checks import all_faults, first_fault
from shared.decisions.decision import DUPLICATE, Decision, accepted, refused
from shared.decisions.permission import cooperating, managing


def record_supervisory_act(ctx: CommandContext[RecordSupervisoryAct]) -> Decision:
    """Record what the managing institution did, or instructs the cooperating institution to do."""
    command = ctx.command
    recorded = ctx.entry_as(SupervisoryAct)
    if is_repeat(command, of=recorded):
        return DUPLICATE
    wrong = all_faults(
        refuse_unless_act_number_is_free(recorded),
        refuse_unless_coordination_has_happened(command.kind, command.acted_on, ctx.today),
        refuse_unless_act_has_happened(command.kind, command.acted_on, ctx.today),
        refuse_unless_only_an_instruction_is_due(command.kind, command.acted_on, command.due_on),
    )
    if wrong:
        return refused(wrong)
    return accepted(SupervisoryActRecorded(entry_id=ctx.entry_id, **dict(command), recorded_by=ctx.officer))


def report_completion(ctx: CommandContext[ReportCompletion]) -> Decision:
    """Record that the cooperating institution has done what it was instructed to do."""
    command = ctx.command
    act = ctx.entry_as(SupervisoryAct)
    if fault := refuse_unless_completion_is_of_an_instruction(command.number, act):
        return refused(fault)
    assert act is not None
    if is_repeat(command, of=act.completion):
        return DUPLICATE
    instructor, reporter = (ctx.pool.managing_institution, act.recorded_by), (ctx.acting.institution, ctx.officer)
    if fault := first_fault(
        refuse_if_instruction_was_completed(act),
        refuse_if_approved_by_the_same_person(ctx.pool, instructor, reporter, "6.10"),
    ):
        return refused(fault)
    return accepted(CompletionReported(entry_id=act.entry_id, **dict(command), reported_by=ctx.officer))


COMMANDS = (
    CommandSpec(RecordSupervisoryAct, record_supervisory_act, "5.9", managing(Duty.OVERSIGHT), begins=SupervisoryAct),
    CommandSpec(ReportCompletion, report_completion, "6.10", cooperating(Duty.REPORTING), continues=SupervisoryAct),
)
