"""What is said of those who act: officers, keys, and the accounts that may be paid."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from shared.contracts.documents import Document, DocumentKind, paper
from shared.contracts.envelope import Command, Event, Part
from shared.contracts.examples import FromContext, NameOf, Party, Spoken, example
from shared.contracts.registry.words import Duty, SystemUse
from shared.contracts.words import (
    InstitutionId,
    KeyId,
    Moment,
    Name,
    OfficerId,
    PersonHash,
    PublicKey,
    Reference,
    Text,
)

_ValidUntil = Annotated[
    Moment | None,
    Field(description="the key signs nothing that is taken in at this moment or later; without it, until further word"),
]
_NewKey = Annotated[PublicKey, example(FromContext.PUBLIC_KEY)]
_Duties = Annotated[tuple[Duty, ...], Field(min_length=1, max_length=20)]
_AccountNumber = Annotated[Reference, example("6222-second")]


class AccountParticulars(BaseModel):
    """An account to which the pool may pay an institution."""

    account_number: _AccountNumber
    account_name: Annotated[Name, example(FromContext.SENDER_NAME)]
    bank_name: Annotated[Name, example(NameOf(Party.LENDER))]


class RegisterOfficer(Command, name="registry.officer.register.v1"):
    """Register an officer of the sender's own institution, with duties and key."""

    spoken: ClassVar[Spoken] = Spoken("officer", Party.COOPERATING, Duty.ADMINISTRATION)

    officer: Annotated[OfficerId, example("deputy")]
    name: Annotated[Name, example("新任人员")]
    person: Annotated[PersonHash, example(FromContext.PERSON)]
    duties: Annotated[_Duties, example((Duty.REVIEW,))]
    public_key: _NewKey
    valid_until: _ValidUntil = None


class ChangeDuties(Command, name="registry.officer.change_duties.v1"):
    """Give an officer of the sender's own institution other duties; these are all that it has from now on.

    What the officer did with its former duties stays done.
    """

    spoken: ClassVar[Spoken] = Spoken("change of duties", Party.COOPERATING, Duty.ADMINISTRATION)

    officer: Annotated[OfficerId, example("reviewer")]
    duties: Annotated[_Duties, example((Duty.VERIFICATION,))]


class EndOfficer(Command, name="registry.officer.end.v1"):
    """An officer of the sender's own institution leaves: its keys sign nothing more, and it has no duties any more.

    The keys end at once; the duties, by which committees are counted, when a second person has confirmed it, unless the
    officer leaves by its own word. What it did and signed before stays good. Its id stays its own for ever.
    """

    spoken: ClassVar[Spoken] = Spoken("end of officer", Party.COOPERATING, Duty.ADMINISTRATION)

    officer: Annotated[OfficerId, example("reviewer")]
    reason: Annotated[Text, example("调离")]


class RegisterOfficerKey(Command, name="registry.officer_key.register.v1"):
    """Register a further key for an officer: by the officer itself, as a reserve that another key can be lost.

    For an officer whose keys have all ended, its own institution's administration does it.
    """

    spoken: ClassVar[Spoken] = Spoken("officer key", Party.COOPERATING, Duty.ADMINISTRATION)

    officer: Annotated[OfficerId, example(FromContext.OFFICER)]
    public_key: _NewKey
    valid_until: _ValidUntil = None


class RegisterSystemKey(Command, name="registry.system_key.register.v1"):
    """Register a key that a system of the sender's institution signs with.

    The managing institution may also register the key with which the treasury signs payment instructions.
    """

    spoken: ClassVar[Spoken] = Spoken("system key", Party.LENDER, Duty.ADMINISTRATION)

    use: Annotated[SystemUse, example(SystemUse.LOSS_NOTICES)]
    public_key: _NewKey
    valid_until: _ValidUntil = None


class RotateKey(Command, name="registry.key.rotate.v1"):
    """Put a new key in the place of the one that signs this message; by its holder, an officer or a system.

    The new key has the same holder and the same use. The old one signs nothing that is taken in afterwards; what it
    signed before stays good.
    """

    spoken: ClassVar[Spoken] = Spoken("key rotation", Party.LENDER, SystemUse.LOSS_NOTICES)

    public_key: _NewKey


class KeyReplacement(Part):
    """The key that takes the place of an institution's last administrator's key, and that institution's request."""

    public_key: _NewKey
    request: Annotated[
        Document,
        Field(description="the institution's own written request, under its seal"),
        example(paper(DocumentKind.OTHER, "更换管理员密钥的公函")),
    ]


class RevokeKey(Command, name="registry.key.revoke.v1"):
    """Revoke a key; by its institution's administration, or by the managing institution's.

    It signs nothing that is taken in after this message; what it signed before stays good. ``exposed_since`` is for the
    auditors. An institution keeps an administrator's key; where its last one was lost, the managing institution
    revokes that key and names the new one, on the institution's written request; the new one waits for a second person.
    """

    spoken: ClassVar[Spoken] = Spoken("key revocation", Party.MANAGING, Duty.ADMINISTRATION)

    key_id: Annotated[KeyId, example(FromContext.KEY_ID)]
    reason: Annotated[Text, example("密钥介质遗失")]
    exposed_since: Annotated[
        Moment | None, Field(description="since when somebody else may have signed with the key, as far as known")
    ] = None
    replacement: KeyReplacement | None = None


class ProposePayeeAccount(AccountParticulars, Command, name="registry.payee_account.propose.v1"):
    """Propose an account of the sender's institution to which the pool may pay; a second officer approves (9.4)."""

    spoken: ClassVar[Spoken] = Spoken("payee account", Party.LENDER, Duty.ADMINISTRATION)


class ApprovePayeeAccount(Command, name="registry.payee_account.approve.v1"):
    """Approve the payee account that another officer of the same institution proposed (9.4).

    Where an earlier proposal of this number was withdrawn, the approval also names the account's holder and bank.
    """

    spoken: ClassVar[Spoken] = Spoken("payee account approval", Party.LENDER, Duty.ADMINISTRATION, by_second=True)

    account_number: _AccountNumber
    account_name: Name | None = None
    bank_name: Name | None = None


class WithdrawPayeeAccount(Command, name="registry.payee_account.withdraw.v1"):
    """Withdraw a proposed payee account that nobody has approved; by any administrator of its institution (9.4)."""

    spoken: ClassVar[Spoken] = Spoken("payee account withdrawal", Party.LENDER, Duty.ADMINISTRATION, by_second=True)

    account_number: _AccountNumber
    reasons: Annotated[Text, example("户名录入有误")]


class OfficerRegistered(Event, name="registry.officer.registered.v1"):
    """An officer may act for its institution with these duties; of an officer's registrations the latest counts.

    Officers of one pool with the same ``person`` are one person, in whichever institutions; an officer's never changes.
    """

    institution: InstitutionId
    officer: OfficerId
    name: Name
    person: PersonHash
    duties: tuple[Duty, ...]
    valid_from: Annotated[Moment, Field(description="since when the officer has these duties")]


class OfficerEnded(Event, name="registry.officer.ended.v1"):
    """An officer has left: it has no duties in what is taken in at ``ended_at`` or later. Its keys end beside this."""

    institution: InstitutionId
    officer: OfficerId
    ended_at: Moment
    reason: Text
    ended_by: OfficerId


class KeyRegistered(Event, name="registry.key.registered.v1"):
    """A key may sign from ``valid_from`` on; ``officer`` holds it, or it is a system key with one ``use``."""

    key_id: KeyId
    public_key: PublicKey
    institution: InstitutionId
    officer: OfficerId | None = None
    use: SystemUse | None = None
    valid_from: Moment
    registered_with: KeyId
    valid_until: _ValidUntil = None


class KeyRetired(Event, name="registry.key.retired.v1"):
    """A key signs nothing that is taken in at ``valid_until`` or later.

    Another key has taken its place, or its holder has left.
    """

    key_id: KeyId
    institution: InstitutionId
    valid_until: Moment


class KeyRevoked(Event, name="registry.key.revoked.v1"):
    """A key signs nothing that is taken in at ``valid_until`` or later; what it signed before stays good.

    A key that had ended before keeps its end. ``exposed_since`` is for the auditors.
    """

    key_id: KeyId
    institution: InstitutionId
    valid_until: Moment
    reason: Text
    exposed_since: Moment | None = None
    revoked_by_institution: InstitutionId
    revoked_by: OfficerId
    request: Annotated[
        Document | None, Field(description="for the key in its place, which waits for a second person")
    ] = None


class PayeeAccountProposed(AccountParticulars, Event, name="registry.payee_account.proposed.v1"):
    """An officer has proposed an account; a second officer's approval is awaited."""

    institution: InstitutionId
    proposed_by: OfficerId


class PayeeAccountWithdrawn(Event, name="registry.payee_account.withdrawn.v1"):
    """A proposed account waits for no approval any more; what is registered stays as it is."""

    institution: InstitutionId
    account_number: Reference
    reasons: Text
    withdrawn_by: OfficerId


class PayeeAccountRegistered(AccountParticulars, Event, name="registry.payee_account.registered.v1"):
    """The pool may pay ``institution`` on this account, and on no other one."""

    institution: InstitutionId
    proposed_by: OfficerId
    approved_by: OfficerId
