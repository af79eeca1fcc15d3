"""What is said of those who act: officers, keys, and the accounts that may be paid."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.envelope import Command, Event
from shared.contracts.registry.words import Duty, SystemUse
from shared.contracts.topics import REGISTRY_COMMANDS, REGISTRY_EVENTS
from shared.contracts.words import InstitutionId, KeyId, Moment, Name, OfficerId, PublicKey, Reference


class RegisterOfficer(Command):
    """Register an officer of the sender's own institution, with duties and key."""

    message_type: ClassVar[str] = "registry.officer.register.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    officer: OfficerId
    name: Name
    duties: Annotated[tuple[Duty, ...], Field(min_length=1, max_length=20)]
    public_key: PublicKey


class RegisterSystemKey(Command):
    """Register a key that a system of the sender's institution signs with.

    The managing institution may also register the key with which the treasury signs payment instructions.
    """

    message_type: ClassVar[str] = "registry.system_key.register.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    use: SystemUse
    public_key: PublicKey


class RotateKey(Command):
    """Put a new key in the place of the one that signs this message; by its holder, an officer or a system.

    The new key has the same holder and the same use. The old one signs nothing that is taken in afterwards; what it
    signed before stays good.
    """

    message_type: ClassVar[str] = "registry.key.rotate.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    public_key: PublicKey


class ProposePayeeAccount(Command):
    """Propose an account of the sender's institution to which the pool may pay; a second officer approves (9.4)."""

    message_type: ClassVar[str] = "registry.payee_account.propose.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    account_number: Reference
    account_name: Name
    bank_name: Name


class ApprovePayeeAccount(Command):
    """Approve the payee account that another officer of the same institution proposed (9.4)."""

    message_type: ClassVar[str] = "registry.payee_account.approve.v1"
    topic: ClassVar[str] = REGISTRY_COMMANDS

    account_number: Reference


class OfficerRegistered(Event):
    """An officer may act for its institution with these duties."""

    message_type: ClassVar[str] = "registry.officer.registered.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    institution: InstitutionId
    officer: OfficerId
    name: Name
    duties: tuple[Duty, ...]


class KeyRegistered(Event):
    """A key may sign from ``valid_from`` on; ``officer`` holds it, or it is a system key with one ``use``."""

    message_type: ClassVar[str] = "registry.key.registered.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    key_id: KeyId
    public_key: PublicKey
    institution: InstitutionId
    officer: OfficerId | None = None
    use: SystemUse | None = None
    valid_from: Moment
    registered_with: KeyId


class KeyRetired(Event):
    """A key signs nothing that is taken in at ``valid_until`` or later; another key has taken its place."""

    message_type: ClassVar[str] = "registry.key.retired.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    key_id: KeyId
    institution: InstitutionId
    valid_until: Moment


class PayeeAccountProposed(Event):
    """An officer has proposed an account; a second officer's approval is awaited."""

    message_type: ClassVar[str] = "registry.payee_account.proposed.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    institution: InstitutionId
    account_number: Reference
    account_name: Name
    bank_name: Name
    proposed_by: OfficerId


class PayeeAccountRegistered(Event):
    """The pool may pay ``institution`` on this account, and on no other one."""

    message_type: ClassVar[str] = "registry.payee_account.registered.v1"
    topic: ClassVar[str] = REGISTRY_EVENTS

    institution: InstitutionId
    account_number: Reference
    account_name: Name
    bank_name: Name
    proposed_by: OfficerId
    approved_by: OfficerId


COMMANDS: tuple[type[Command], ...] = (
    RegisterOfficer,
    RegisterSystemKey,
    RotateKey,
    ProposePayeeAccount,
    ApprovePayeeAccount,
)

EVENTS: tuple[type[Event], ...] = (
    OfficerRegistered,
    KeyRegistered,
    KeyRetired,
    PayeeAccountProposed,
    PayeeAccountRegistered,
)
