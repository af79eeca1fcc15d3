"""``publish``: signs messages from a file, sends them, and waits for their receipts."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter, validators
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from devstack.exit_status import INVALID, NO_ANSWER, NOT_ACCEPTED, OK
from devstack.party_client import ANSWER_TIMEOUT_S, PartyClient
from devstack.supervisor import DevstackError, UsageError
from riskpool.drafts import Draft, draft_of
from riskpool.message_file import Fault, read_messages
from riskpool.output import Json, print_json, table_console
from riskpool.parties import KeyPlace, Party, party_named
from riskpool.places import BrokerPlace, wire_of
from shared.contracts.receipts import Outcome
from simulator.party_messages import Message

STANDARD_INPUT = "-"
# What is in flight at once with --at-once; more would only wait in the broker.
IN_FLIGHT_MAX = 200


@dataclass(frozen=True)
class Published:
    """What became of one message: its receipt's data, or none if no answer came or it was not sent any more."""

    draft: Draft
    sent: bool
    receipt: Message | None

    @property
    def outcome(self) -> str:
        """In one word."""
        if self.receipt is not None:
            return str(self.receipt["outcome"])
        return "no answer" if self.sent else "not sent"

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "line": self.draft.line,
            "message_id": self.draft.message_id,
            "type": self.draft.message_type,
            "topic": self.draft.topic,
            "outcome": self.outcome,
            "receipt": self.receipt,
        }


def _no_option(_type: object, file: str) -> None:
    """Raise ValueError if what stands in the file's place is a mistyped option."""
    if file.startswith("-") and file != STANDARD_INPUT:
        raise ValueError(f"there is no such option; a file of that name is ./{file}")


def publish(
    file: Annotated[
        str,
        Parameter(
            help="file with one message, an array of them, or one on each line; - reads stdin",
            # Else the lone - would count as an option that there is not.
            allow_leading_hyphen=True,
            validator=_no_option,
        ),
    ],
    /,
    *,
    as_: Annotated[
        str, Parameter(name="--as", help="who signs: institution/officer, or institution for its system key")
    ],
    keys: KeyPlace = KeyPlace(),  # noqa: B008  # frozen, and the command line's way to say "none was given"
    place: BrokerPlace = BrokerPlace(),  # noqa: B008  # as above
    timeout: Annotated[
        float, Parameter(help="seconds to wait for each receipt", validator=validators.Number(gt=0, lte=3600))
    ] = ANSWER_TIMEOUT_S,
    at_once: Annotated[
        bool, Parameter(negative="", help="don't wait for a receipt before the next message is sent")
    ] = False,
    send_invalid: Annotated[
        bool, Parameter(negative="", help="send what is not in order too, to see how it is refused")
    ] = False,
    save: Annotated[
        Path | None,
        Parameter(help="write what is sent to this file; published again, it is a repeat and no second message"),
    ] = None,
    json: Json = False,
) -> int:
    """Sign messages from a file, send them, and wait for their receipts.

    A message is `{"type": …, "data": …}`, or a whole CloudEvent without its signature; id, time, source, audience,
    poolid and officer are filled in where they are absent. Everything is looked at first, and if anything is not in
    order nothing is sent. Messages are sent in the file's order, each after the receipt of the one before.

    The exit status is 0 if all were accepted, 1 if no broker answers, 2 if the file or a key is not in order, 3 if some
    were not accepted, and 4 if an answer did not come.
    """
    party = party_named(as_, keys, place)
    text = _text_of(file)
    entries, faults = read_messages(text)
    drafts = [draft_of(entry, party.sender) for entry in entries]
    faults = sorted([*faults, *(fault for draft in drafts for fault in draft.faults)], key=lambda fault: fault.line)
    if faults:
        _say_faults(file, faults, nothing_sent=not send_invalid)
        if not send_invalid or not drafts:
            return INVALID
    homeless = [draft for draft in drafts if not draft.topic]
    if homeless:
        raise UsageError(
            f"line {homeless[0].line}: nothing says which topic the message is for; give it an audience with the "
            "name of a topic"
        )
    if save is not None:
        _save(save, drafts)
    published = asyncio.run(_publish(drafts, party, place, timeout, at_once=at_once, quiet=json))
    if json:
        print_json([each.as_json() for each in published])
    else:
        _print(published)
    unanswered = [each for each in published if each.sent and each.receipt is None]
    if unanswered:
        _explain_silence(len(unanswered), party, timeout)
        return NO_ANSWER
    return OK if all(each.outcome == Outcome.ACCEPTED for each in published) else NOT_ACCEPTED


def _text_of(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
        return raw.decode("utf-8")
    except FileNotFoundError:
        raise UsageError(f"there is no file {file}") from None
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8: {error.reason} at byte {error.start}; save it as UTF-8") from None


def _say_faults(file: str, faults: Sequence[Fault], *, nothing_sent: bool) -> None:
    name = "stdin" if file == STANDARD_INPUT else file
    for fault in faults:
        sys.stderr.write(fault.said(name) + "\n")
    if nothing_sent:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        sys.stderr.write(f"error: {count}, and nothing was sent; mend the file and publish it again\n")


def _save(path: Path, drafts: Sequence[Draft]) -> None:
    """One message on each line, as its exact bytes; one that is written on several lines would not fit."""
    lines = [draft.value for draft in drafts]
    if len(lines) > 1 and any(b"\n" in line for line in lines):
        raise UsageError("--save needs each whole message on one line of the file: its bytes must not change")
    try:
        path.write_bytes(b"\n".join(lines) + b"\n")
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}") from None


async def _publish(
    drafts: Sequence[Draft], party: Party, place: BrokerPlace, timeout_s: float, *, at_once: bool, quiet: bool
) -> list[Published]:
    """Send all, one after the other or at once; after a missing answer nothing later is sent."""
    console = Console(stderr=True)
    columns = (TextColumn("waiting for receipts"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    async with wire_of(party.sender.institution, place) as wire:
        with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
            task = progress.add_task("", total=len(drafts))
            slots = asyncio.Semaphore(IN_FLIGHT_MAX if at_once else 1)
            silent = asyncio.Event()

            async def one(draft: Draft) -> Published:
                async with slots:
                    if silent.is_set():
                        return Published(draft, sent=False, receipt=None)
                    published = await _publish_one(draft, party, wire, timeout_s)
                    if published.receipt is None:
                        silent.set()
                    progress.advance(task)
                    return published

            # A semaphore serves in the order of asking, so one slot keeps the file's order.
            return list(await asyncio.gather(*(one(draft) for draft in drafts)))


async def _publish_one(draft: Draft, party: Party, wire: PartyClient, timeout_s: float) -> Published:
    await wire.send_bytes(draft.topic, draft.value, party.sender.signer.sign(draft.value))
    try:
        receipt = await wire.answer(party.sender.institution, draft.value, timeout_s=timeout_s)
    except DevstackError:
        return Published(draft, sent=True, receipt=None)
    return Published(draft, sent=True, receipt=receipt)


def _print(published: Sequence[Published]) -> None:
    console = table_console()
    table = Table(box=SIMPLE_HEAD)
    for column in ("line", "message", "id", "outcome", "why, and what to do next"):
        table.add_column(column, overflow="fold")
    for each in published:
        style = "green" if each.outcome == Outcome.ACCEPTED else "bold red"
        table.add_row(
            str(each.draft.line),
            # As a text nothing is taken for markup, whatever a sender has written.
            Text(each.draft.message_type),
            Text(each.draft.message_id),
            Text(each.outcome, style=style),
            Text(_said(each.receipt)),
        )
    console.print(table)


def _said(receipt: Message | None) -> str:
    """The receipt in words: its reasons with their clauses, and the case."""
    if receipt is None:
        return ""
    reasons = [
        f"{reason['code']} ({reason['clause']} {reason['citation']}): {reason['text']}"
        for reason in receipt.get("reasons", ())
    ]
    case = [f"case {receipt['case_number']}"] if receipt.get("case_number") else []
    project = [f"project {receipt['project_id']}"] if receipt.get("project_id") else []
    return "\n".join([*reasons, ", ".join([*case, *project])]).strip()


def _explain_silence(count: int, party: Party, timeout_s: float) -> None:
    messages = "1 message" if count == 1 else f"{count} messages"
    sys.stderr.write(
        f"error: no answer came to {messages} within {timeout_s:g} s. Either the pool does not know the key "
        f"{party.sender.signer.key_id} of {party.name} (nobody is answered then, and the message is quarantined), or a "
        "service does not run. See what was quarantined: riskpool records list. To send the same again without any "
        "second effect, publish what --save has written.\n"
    )
