"""What a message usually says: one valid value for a field, which stands beside the field in its model.

Scenarios, the demonstration and tests fill in from here what they don't say themselves. What only the context of a
message knows, such as the day or the project at hand, stands here as a symbol. None of it is part of a schema.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum

# Worked cases 1 and 2 of the regulation's reading: a loss of 1,000,000.01 yuan, of which the pool bears 20 %.
PRINCIPAL_FEN = 100_000_000
INTEREST_FEN = 1
LOSS_FEN = PRINCIPAL_FEN + INTEREST_FEN
SHARE_FEN = 20_000_000
FISCAL_PART_FEN = 10_000_000
CONTRIBUTION_FEN = 500_000_000


@dataclass(frozen=True, slots=True)
class Example:
    """A field's usual value, or a symbol that stands for it; of a part, or of each in a list of parts, what it says.

    ``is_usual``: it is said even where the field may be left out.
    """

    value: object
    is_usual: bool


def example(value: object) -> Example:
    """What is said in a field that has to be said; in one that may be left out, what can be said in it."""
    return Example(value, is_usual=False)


def usual(value: object) -> Example:
    """What is said in a field, unless it is left out on purpose."""
    return Example(value, is_usual=True)


@dataclass(frozen=True, slots=True)
class Called:
    """People's word for a field, where it is not the field's name without its unit."""

    word: str


class Party(StrEnum):
    """Who takes part in a pool, in people's words."""

    MANAGING = "managing institution"
    COOPERATING = "cooperating institution"
    SUPERVISING_BANK = "supervising bank"
    LENDER = "lender"
    GUARANTOR = "guarantor"
    OTHER_LENDER = "other lender"
    BORROWER = "borrower"


@dataclass(frozen=True, slots=True)
class Spoken:
    """How people call a command, and who usually says it: an officer with this duty, or a system with this use.

    ``by_second`` means the second officer who has the duty, where a first one has said what comes before it.
    """

    word: str
    party: Party
    duty: StrEnum
    by_second: bool = False


class Symbol:
    """Stands for a value that only the context of a message knows."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Today(Symbol):
    """The day in Beijing, so many days later."""

    days: int = 0


@dataclass(frozen=True, slots=True)
class Now(Symbol):
    """The moment at which the message is said, so many days later."""

    days: int = 0


@dataclass(frozen=True, slots=True)
class After(Symbol):
    """The day that another field of the same part says, so many days later."""

    field: str
    days: int = 0


@dataclass(frozen=True, slots=True)
class BeforeDisbursement(Symbol):
    """So many days before the first payout of the loan at hand."""

    days: int = 0


@dataclass(frozen=True, slots=True)
class Place(Symbol):
    """The place that the part has in its list, counted from 1."""


@dataclass(frozen=True, slots=True)
class Titled(Symbol):
    """A document whose title names other fields of the same part, such as {number}."""

    kind: StrEnum
    title: str


@dataclass(frozen=True, slots=True)
class WithGuarantor(Symbol):
    """What is said only of a loan that has a guarantor."""

    value: object


@dataclass(frozen=True, slots=True)
class HashOf(Symbol):
    """The SHA-256 of the bytes of the latest message of this type, on the project at hand if it is about one."""

    message_type: str


@dataclass(frozen=True, slots=True)
class IdOf(Symbol):
    """An institution's id."""

    party: Party


@dataclass(frozen=True, slots=True)
class CodeOf(Symbol):
    """A party's unified social credit code."""

    party: Party


@dataclass(frozen=True, slots=True)
class NameOf(Symbol):
    """A party's name."""

    party: Party


@dataclass(frozen=True, slots=True)
class NameBy(Symbol):
    """The name of the party whose unified social credit code another field of the same part says."""

    field: str


@dataclass(frozen=True, slots=True)
class PledgeOf(Symbol):
    """The number under which the pledge of a right is registered, whose own number another field of the part says."""

    field: str


@dataclass(frozen=True, slots=True)
class DataOf(Symbol):
    """All that is registered of an institution."""

    party: Party


@dataclass(frozen=True, slots=True)
class OfficersWith(Symbol):
    """The officers of an institution who have this duty."""

    party: Party
    duty: StrEnum


class FromContext(Symbol, Enum):
    """What the context knows by name."""

    PROJECT = "the id of the project at hand"
    CONTRACT = "the number of its loan contract"
    FILING = "the number of its latest filing"
    RIGHT_NUMBER = "the registration number of the right that is pledged for it"
    SELECTION = "the id of the selection at hand"
    QUESTION_SHA256 = "the hash of the message that put the question for the committee"
    FOUNDED_ON = "the day of the pool's founding"
    LAST_YEAR = "the year before this one"
    OFFICER = "the officer who speaks"
    SENDER_NAME = "the name of the institution that speaks"
    PUBLIC_KEY = "a public key for whomever the message is about"
    PERSON = "the identity of whomever the message is about"
    COMPENSATION = "the number of the compensation of its case that was opened last"
    BASIS = "what the on-site verification says a plan has to say"
    DUE_FROM_FISCAL_FEN = "what the fiscal account still owes for the project at hand"
    INSTALMENT = "the number of the next planned instalment that has not arrived on the account"
    INSTALMENT_FEN = "the amount of the instalment"
    BUDGET_REFERENCE = "the budget that a fiscal contribution is paid from"
    BUDGET_YEAR = "the year of that budget"
    INSTRUCTION = "the id of the oldest instruction that the bank has not answered"
    INSTRUCTED_FEN = "its amount"
    STOPPED_INSTRUCTION = "the id of the case's oldest instruction that the bank did not carry out"
    BANK_REFERENCE = "the bank's number for what it confirms"
    KEY_ID = "the key that whomever the message is about began with"
