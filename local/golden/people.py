"""What is said beside the story of officers who change and leave, and of keys that are lost."""

from datetime import UTC, timedelta

from local.golden.founding import beijing
from local.golden.story import HANDLING, LENDER, MANAGING, POOL, Story, example_signer
from shared.contracts.registry.people import (
    ChangeDuties,
    EndOfficer,
    KeyRevoked,
    OfficerEnded,
    RegisterOfficerKey,
    RevokeKey,
)
from shared.contracts.registry.words import Duty


def add_people(story: Story) -> None:
    """The lender's controller takes a key in reserve and loses the first one; the cashier leaves."""
    reserve = example_signer(LENDER, "controller's key in reserve")
    story.says(
        LENDER,
        "controller",
        "register-reserve-key",
        beijing(2026, 4, 7),
        RegisterOfficerKey(officer="controller", public_key=reserve.public_key, valid_until=beijing(2028, 4, 7)),
    )
    lost_at = beijing(2026, 5, 11)
    lost = example_signer(LENDER, "controller")
    revocation = RevokeKey(key_id=lost.key_id, reason="密钥介质遗失", exposed_since=lost_at - timedelta(days=2))
    story.says(MANAGING, "administrator", "revoke-lost-key", lost_at, revocation)
    story.publishes(
        "registry",
        str(POOL),
        KeyRevoked(
            key_id=lost.key_id,
            institution=LENDER,
            valid_until=lost_at.astimezone(UTC) + HANDLING,
            reason=revocation.reason,
            exposed_since=revocation.exposed_since,
            revoked_by_institution=MANAGING,
            revoked_by="administrator",
        ),
    )
    story.says(
        LENDER,
        "administrator",
        "change-duties-of-cashier",
        beijing(2026, 5, 12),
        ChangeDuties(officer="cashier", duties=(Duty.ADMINISTRATION,)),
    )
    left_at = beijing(2026, 5, 13)
    story.says(LENDER, "administrator", "end-cashier", left_at, EndOfficer(officer="cashier", reason="调离"))
    story.publishes(
        "registry",
        str(POOL),
        OfficerEnded(
            institution=LENDER,
            officer="cashier",
            ended_at=left_at.astimezone(UTC) + HANDLING,
            reason="调离",
            ended_by="administrator",
        ),
    )
