"""Ids that anyone can compute again, so that a replay or a double click meets the first one."""

import hashlib
from functools import lru_cache
from uuid import UUID, uuid5

from shared.contracts.base64_text import base64url_of
from shared.contracts.canonical_number import canonical_number

# Random once, fixed for ever: the namespace under which all derived ids of this system are made.
NAMESPACE = UUID("6d1f0ac0-9a4b-5e0e-8f53-0c6c1b2f7a11")

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without the characters that people mix up


# A message is asked for its project at each step of its way; a batch's projects fit.
_PROJECTS_CACHED_MAX = 4_096


@lru_cache(maxsize=_PROJECTS_CACHED_MAX)
def project_id(pool: UUID, lender: str, loan_contract_number: str) -> UUID:
    """The id of a financing project, and of its case, whatever its contract's number is written with.

    A lender can compute it.
    """
    return uuid5(pool, f"project/{lender}/{canonical_number(loan_contract_number)}")


def entry_id(pool: UUID, kind: str, number: str) -> UUID:
    """The id of an entry in the register of a pool: its kind, and the number that people gave it."""
    return uuid5(pool, f"{kind}/{number}")


def causing_id(sender: str, message_id: str) -> UUID:
    """The id under which the events that a message causes are numbered."""
    return uuid5(NAMESPACE, f"message/{sender}/{message_id}")


def quarantined_id(epoch: int, topic: str, partition: int, offset: int) -> UUID:
    """The id under which the answer to a record that intake refused is numbered: by its place, as its id may be taken.

    The answer is the event with index 0.
    """
    return uuid5(NAMESPACE, f"quarantined/{epoch}/{topic}/{partition}/{offset}")


def event_id(cause: UUID, index: int) -> UUID:
    """The id of the ``index``-th event that ``cause`` brought about."""
    assert index >= 0
    return uuid5(cause, str(index))


def compensation_id(project: UUID, number: int) -> UUID:
    """The id of the ``number``-th compensation (counted from 1) of a case."""
    assert number >= 1
    return uuid5(project, f"compensation/{number}")


def transfer_id(compensation: UUID, leg: str, instalment: int, phase: str) -> UUID:
    """The id of one ledger transfer: ``leg`` is payout or reimbursement, ``phase`` reserve, post or void."""
    assert instalment >= 1
    return uuid5(compensation, f"{leg}/{instalment}/{phase}")


def case_number(project: UUID, year: int) -> str:
    """The number that people see beside a case: the year, and seven characters without look-alikes."""
    number = int.from_bytes(hashlib.sha256(project.bytes).digest()[:8], "big")
    characters = []
    for _ in range(7):
        number, digit = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[digit])
    return f"{year}-{''.join(characters)}"


def key_id(public_key: str) -> str:
    """The RFC 7638 thumbprint of an Ed25519 public key (the JWK's ``x``), unpadded base64url: 43 characters."""
    canonical = f'{{"crv":"Ed25519","kty":"OKP","x":"{public_key}"}}'
    return base64url_of(hashlib.sha256(canonical.encode("ascii")).digest())
