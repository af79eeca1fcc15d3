"""Article 3: the pool."""

from collections.abc import Sequence
from uuid import UUID

from shared.contracts.claims import (
    ApplyForReimbursement,
    CastVote,
    CloseBallot,
    ConfirmPlan,
    DrawUpPlan,
    OpenBallot,
    RecuseMember,
    ReleasePayout,
    TakeUpPayment,
)
from shared.contracts.envelope import Command
from shared.contracts.received import Received
from shared.contracts.refusals import Refusal, refusal
from shared.decisions.article_03_one_pool import refuse_unless_of_one_pool
from shared.decisions.checks import first_fault

# Signed messages that name their project; a notice names the loan.
OnProject = (
    DrawUpPlan
    | ConfirmPlan
    | ReleasePayout
    | TakeUpPayment
    | ApplyForReimbursement
    | OpenBallot
    | CastVote
    | RecuseMember
    | CloseBallot
)


def refuse_unless_facts_are_of_one_pool(pool_id: UUID, originals: Sequence[Received[Command]]) -> Refusal | None:
    """Article 3.1. Every signed message that a payment rests on was signed for the pool that pays."""
    return first_fault(
        *(
            refuse_unless_of_one_pool(original.pool_id, pool_id, original.data.message_type, original.data.message_type)
            for original in originals
        )
    )


def refuse_unless_facts_are_of_one_project(
    project_id: UUID, originals: Sequence[Received[OnProject]]
) -> Refusal | None:
    """Article 3.1. Every signed message that a payment rests on names the project whose case it is paid in."""
    for original in originals:
        if original.data.project_id != project_id:
            kind = original.data.message_type
            return refusal(
                "of_another_project",
                "3.1",
                f"the {kind} that this rests on is on another project; sign one for this project",
                f"所依据的{kind}属于另一项目；请针对本项目重新签署",
            )
    return None
