"""What is known where a message is said: by whom, at which moment, and about which loan."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts import ids
from shared.contracts.envelope import Command
from shared.contracts.examples import (
    CONTRIBUTION_FEN,
    FISCAL_PART_FEN,
    BeforeDisbursement,
    CodeOf,
    DataOf,
    FromContext,
    HashOf,
    IdOf,
    NameBy,
    NameOf,
    Now,
    OfficersWith,
    Party,
    PledgeOf,
    Spoken,
    Symbol,
    Today,
    WithGuarantor,
)
from shared.contracts.registry.words import Duty, SystemUse
from shared.contracts.treasury import Account
from shared.decisions.days import beijing_day
from simulator.invented_numbers import pledge_number, right_number
from simulator.parties import (
    ADMINISTRATOR,
    CALENDAR,
    FOUNDERS,
    INSTITUTION_OF,
    LENDER,
    OFFICERS,
    SECOND_ADMINISTRATOR,
    SYSTEM,
    USCC,
    Cast,
)
from simulator.party_messages import Sender

# Stands where a message binds another one that nobody has said yet; the services refuse it.
NO_HASH = "0" * 64
CONTRACT_NUMBER = "LOAN-2026-0001"
# Answers an instruction that nobody gave.
NO_INSTRUCTION = UUID("00000000-0000-5000-8000-000000000000")
SECOND_SYSTEM = f"second-{SYSTEM}"


@dataclass(frozen=True)
class LoanAtHand:
    """The loan that a message is about. ``has_guarantor`` also says which documents come along."""

    contract: str
    lender: str
    has_guarantor: bool
    disbursed_on: date
    project_id: UUID


@dataclass(frozen=True, kw_only=True)
class MessageContext:
    """Where a message is said; ``sender`` says it. ``observed`` is what its sender knows from events and receipts."""

    cast: Cast
    sender: Sender
    at: datetime
    loan: LoanAtHand
    founded_on: date
    observed: Mapping[Symbol, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day in Beijing."""
        return beijing_day(self.at)

    def value_of(self, symbol: Symbol, beside: Mapping[str, Any]) -> Any:
        """What the symbol stands for here, None if there is nothing to be said; ``beside`` are the fields before it."""
        if symbol in self.observed:
            return self.observed[symbol]
        match symbol:
            case Today():
                return self.today + timedelta(days=symbol.days)
            case Now():
                return self.at + timedelta(days=symbol.days)
            case BeforeDisbursement():
                return self.loan.disbursed_on - timedelta(days=symbol.days)
            case WithGuarantor(value):
                if not self.loan.has_guarantor:
                    return None
                return self.value_of(value, beside) if isinstance(value, Symbol) else value
            case OfficersWith():
                return officers_with(INSTITUTION_OF[symbol.party], symbol.duty)
            case HashOf():
                return NO_HASH
            case FromContext():
                return self._from_context(symbol, beside)
        return self._of_party(symbol, beside)

    def _of_party(self, symbol: Symbol, beside: Mapping[str, Any]) -> Any:
        match symbol:
            case IdOf(Party.LENDER):
                return self.loan.lender
            case IdOf(party):
                return INSTITUTION_OF[party]
            case CodeOf(party):
                return USCC[INSTITUTION_OF[party]]
            case NameOf(party):
                return self.cast.name_of(INSTITUTION_OF[party])
            case NameBy(named):
                return next(self.cast.name_of(party) for party, code in USCC.items() if code == beside[named])
            case PledgeOf(named):
                return pledge_number(beside[named])
            case DataOf(party):
                return institution_data(self.cast, INSTITUTION_OF[party])
        raise NotImplementedError(f"nobody knows {symbol} here")

    def _from_context(self, symbol: FromContext, beside: Mapping[str, Any]) -> Any:
        in_context = {
            FromContext.PROJECT: self.loan.project_id,
            FromContext.CONTRACT: self.loan.contract,
            FromContext.RIGHT_NUMBER: right_number(self.cast.pool_id, self.loan.contract),
            FromContext.FILING: 1,
            FromContext.FOUNDED_ON: self.founded_on,
            FromContext.LAST_YEAR: self.today.year - 1,
            FromContext.OFFICER: self.sender.officer or SYSTEM,
            FromContext.SELECTION: ids.entry_id(self.cast.pool_id, "selection", "XZ-1"),
            FromContext.QUESTION_SHA256: NO_HASH,
            FromContext.COMPENSATION: 1,
            FromContext.BASIS: {},
            FromContext.DUE_FROM_FISCAL_FEN: FISCAL_PART_FEN,
            FromContext.INSTALMENT: 1,
            FromContext.INSTALMENT_FEN: CONTRIBUTION_FEN,
            FromContext.INSTRUCTION: NO_INSTRUCTION,
            FromContext.STOPPED_INSTRUCTION: NO_INSTRUCTION,
            FromContext.INSTRUCTED_FEN: 1,
        }
        match symbol:
            case FromContext.SENDER_NAME:
                return self.cast.name_of(self.sender.institution)
            case FromContext.PUBLIC_KEY:
                # Of the officer whom the message registers, or of a system that signs beside the first.
                return self.cast.signer(self.sender.institution, beside.get("officer", SECOND_SYSTEM)).public_key
            case FromContext.PERSON:
                return person_of(self.sender.institution, beside["officer"])
            case FromContext.KEY_ID:
                return self.cast.signer(LENDER, ADMINISTRATOR).key_id
            case FromContext.BUDGET_REFERENCE | FromContext.BUDGET_YEAR if beside["account"] is not Account.FISCAL:
                return None
            case FromContext.BUDGET_REFERENCE:
                return "IP-SERVICES-2026"
            case FromContext.BUDGET_YEAR:
                return self.today.year
            case FromContext.BANK_REFERENCE if "account" in beside:
                return f"CONTRIBUTION-{beside['account'].value}-{beside['instalment']}"
            case FromContext.BANK_REFERENCE:
                return f"CB{beside['instruction_id'].hex[:16].upper()}"
        return in_context[symbol]


def demonstration(cast: Cast, sender: Sender, contract: str = CONTRACT_NUMBER) -> MessageContext:
    """The context of the demonstration's messages, now: a pool of ninety days, a loan of twenty."""
    at = datetime.now(UTC)
    today = beijing_day(at)
    project_id = ids.project_id(cast.pool_id, LENDER, contract)
    disbursed_on = today - timedelta(days=20)
    loan = LoanAtHand(contract, LENDER, has_guarantor=True, disbursed_on=disbursed_on, project_id=project_id)
    return MessageContext(cast=cast, sender=sender, at=at, loan=loan, founded_on=today - timedelta(days=90))


def usual_speaker(spoken: Spoken) -> tuple[str, str]:
    """The institution, and its officer or system, who usually say a command."""
    institution = INSTITUTION_OF[spoken.party]
    if isinstance(spoken.duty, SystemUse):
        return institution, CALENDAR if spoken.duty is SystemUse.CALENDAR else SYSTEM
    if spoken.duty is Duty.ADMINISTRATION and not spoken.by_second:
        return institution, ADMINISTRATOR
    second = (SECOND_ADMINISTRATOR,) if institution in FOUNDERS and spoken.duty is Duty.ADMINISTRATION else ()
    return institution, (*second, *officers_with(institution, spoken.duty))[0]


def usual_sender(cast: Cast, command: type[Command]) -> Sender:
    """Who usually says the command, as a sender."""
    institution, holder = usual_speaker(command.spoken)
    return cast.system(institution) if holder == SYSTEM else cast.officer(institution, holder)


def officers_with(institution: str, duty: str) -> tuple[str, ...]:
    """The officers whom the institution registers with this duty, in their order."""
    return tuple(each.officer for each in OFFICERS if each.institution == institution and duty in each.duties)


def institution_data(cast: Cast, institution: str) -> Mapping[str, Any]:
    """An institution with its administrators' keys: two of a founder, one of any other."""
    administrators = {ADMINISTRATOR: "管理员"}
    if institution in FOUNDERS:
        administrators[SECOND_ADMINISTRATOR] = "第二管理员"
    return {
        "institution": institution,
        "name": cast.name_of(institution),
        "uscc": USCC[institution],
        "administrators": tuple(
            {
                "officer": officer,
                "name": f"{cast.name_of(institution)}{name}",
                "person": person_of(institution, officer),
                "public_key": cast.signer(institution, officer).public_key,
            }
            for officer, name in administrators.items()
        ),
    }


def person_of(institution: str, officer: str) -> str:
    """Who an officer is who does not exist: nobody else, and a hash of no document."""
    return hashlib.sha256(f"{institution}/{officer}".encode()).hexdigest()
