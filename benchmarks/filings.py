"""Signed filings by the thousand: each a loan, a borrower, a right and a pledge of its own, as they would be sent.

One filing is written as every message is; the others are the same bytes with other names and numbers in them, so that
writing them takes little of the time for which the machine is wanted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import uuid4

from shared.contracts.envelope import SIGNATURE_HEADER
from shared.contracts.registry.projects import FileProject
from simulator.invented_numbers import numbered_enterprise, patent_number, pledge_number, right_number
from simulator.message_context import demonstration
from simulator.parties import BORROWER, COOPERATING, NAMES, USCC, Cast
from simulator.party_messages import Sender, write_message
from simulator.samples import sample

OFFICER = "filing-officer"
_CONTRACT_NUMBER = "LOAN-BENCHMARK"


@dataclass(frozen=True, slots=True)
class Filing:
    """One signed message as it is sent."""

    message_id: str
    value: bytes
    headers: list[tuple[str, bytes]]


def signed_filings(casts: Sequence[Cast], numbers: range) -> Iterator[Filing]:
    """The filings with these numbers, spread over the casts' pools in turn."""
    senders = [cast.officer(COOPERATING, OFFICER) for cast in casts]
    templates = [_template(cast, sender) for cast, sender in zip(casts, senders, strict=True)]
    for number in numbers:
        sender, template = senders[number % len(senders)], templates[number % len(senders)]
        message_id = str(uuid4())
        value = (
            template.replace(b"MESSAGE-ID", message_id.encode())
            .replace(_CONTRACT_NUMBER.encode(), f"LOAN-{number:09d}".encode())
            .replace(USCC[BORROWER].encode(), numbered_enterprise(number).encode())
            .replace(NAMES[BORROWER].encode(), f"{NAMES[BORROWER]}{number:09d}".encode())
            .replace(pledge_number(_right(sender)).encode(), f"Y2026{number:09d}".encode())
            .replace(_right(sender).encode(), patent_number(number).encode())
        )
        yield Filing(message_id, value, [(SIGNATURE_HEADER, sender.signer.sign(value).encode())])


def _template(cast: Cast, sender: Sender) -> bytes:
    filing = sample(FileProject, demonstration(cast, sender, _CONTRACT_NUMBER))
    _, value = write_message(sender, filing, "MESSAGE-ID")
    return value


def _right(sender: Sender) -> str:
    return right_number(sender.pool_id, _CONTRACT_NUMBER)
