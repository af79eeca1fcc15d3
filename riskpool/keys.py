"""``keys``: make a key, show it as messages carry it, and put a new one in its place."""

import asyncio
import json as json_text
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter, validators

from devstack.exit_status import NO_ANSWER, NOT_ACCEPTED, OK
from devstack.party_client import ANSWER_TIMEOUT_S
from devstack.supervisor import DevstackError, UsageError
from riskpool.output import Json, print_json
from riskpool.parties import KeyPlace, Party, party_named, read_signer
from riskpool.places import BrokerPlace, wire_of
from shared.contracts.receipts import Outcome
from shared.contracts.registry.people import RotateKey
from shared.decisions.days import BEIJING
from shared.messaging.signatures import Signer, new_private_key, write_private_key
from simulator.party_messages import Message, write_message

app = App(name="keys", help="Make, show and rotate the keys that messages are signed with.")

NEW_SUFFIX = ".new"
KEPT_PER_DAY_MAX = 100


@app.command
def make(
    file: Annotated[Path, Parameter(help="file for the private key, which must not exist yet")],
    /,
    *,
    json: Json = False,
) -> int:
    """Make a new Ed25519 key, readable by its owner only, and show its public half.

    The key means nothing until it is registered: an officer's by its institution's administration
    (registry.officer.register.v1), a system's likewise (registry.system_key.register.v1).
    """
    _write_new_key(file)
    _say_key(file, read_signer(file), as_json=json)
    return OK


@app.command
def show(file: Annotated[Path, Parameter(help="file with a private key")], /, *, json: Json = False) -> int:
    """Show a key's id, its public half as messages carry it, and the JSON Web Key (JWK)."""
    _say_key(file, read_signer(file), as_json=json)
    return OK


@app.command
def rotate(
    *,
    as_: Annotated[
        str, Parameter(name="--as", help="whose key: institution/officer, or institution for its system key")
    ],
    keys: KeyPlace = KeyPlace(),  # noqa: B008  # frozen, and the command line's way to say "none was given"
    place: BrokerPlace = BrokerPlace(),  # noqa: B008  # as above
    timeout: Annotated[
        float, Parameter(help="seconds to wait for the receipt", validator=validators.Number(gt=0, lte=3600))
    ] = ANSWER_TIMEOUT_S,
    json: Json = False,
) -> int:
    """Put a new key in the place of a registered one.

    A message signed with the old key names the new one. Once it is accepted, the old key signs nothing any more, and
    its file is kept aside with the day; the new key is in the file. What still holds the old key in memory has to be
    started again. A pool's root key is a setting and can't be rotated.

    If no answer comes, run the same command again: it repeats the same message with the same new key.
    """
    party = party_named(as_, keys, place)
    new_file = party.key_file.with_name(party.key_file.name + NEW_SUFFIX)
    now = datetime.now(UTC).astimezone(BEIJING)
    aside = kept_aside(party.key_file, now)
    is_second_try = new_file.exists()
    if not is_second_try:
        _write_new_key(new_file)
    new = read_signer(new_file)
    # Id and time follow from the new key's file, so that a second try is the same message byte for byte: the registry
    # then repeats its answer, even if the first try has retired the old key.
    made_at = datetime.fromtimestamp(int(new_file.stat().st_mtime), UTC)
    receipt = asyncio.run(_ask(party, new, made_at, place, timeout))
    if receipt is None:
        sys.stderr.write(
            f"error: no answer came within {timeout:g} s. The new key waits in {new_file}: run the same command again, "
            "and sign nothing with the old key meanwhile. If it never comes, the pool does not know the key "
            f"{party.sender.signer.key_id}, or the registry does not run.\n"
        )
        return NO_ANSWER
    if receipt["outcome"] != Outcome.ACCEPTED:
        if not is_second_try:
            new_file.unlink()
        for reason in receipt["reasons"]:
            sys.stderr.write(f"error: {reason['text']} ({reason['code']}, {reason['clause']} {reason['citation']})\n")
        sys.stderr.write(f"The key of {party.name} was not rotated; {party.key_file} stays as it is.\n")
        return NOT_ACCEPTED
    _exchange(party.key_file, new_file, aside)
    if json:
        old = {"old_key_file": str(aside), "old_key_until": now.isoformat(timespec="seconds")}
        print_json({**described(new), "file": str(party.key_file), **old, "receipt": receipt})
    else:
        sys.stdout.write(f"rotated: {party.name} signs with the new key from now on\n")
        sys.stdout.write(f"  old key    {aside}, until {now.isoformat(timespec='seconds')}\n")
        _say_key(party.key_file, new, as_json=False)
    return OK


def described(signer: Signer) -> dict[str, Any]:
    """A key as others may see it."""
    return {
        "key_id": signer.key_id,
        "public_key": signer.public_key,
        "jwk": {"kty": "OKP", "crv": "Ed25519", "x": signer.public_key, "kid": signer.key_id},
    }


def kept_aside(key_file: Path, until: datetime) -> Path:
    """Where the old key of a file goes: its name with the day in Beijing, and a number if the day has one already.

    Raises DevstackError where the day has too many.
    """
    name = f"{key_file.stem}.until-{until.astimezone(BEIJING):%Y-%m-%d}"
    numbered = (name if number == 1 else f"{name}-{number}" for number in range(1, KEPT_PER_DAY_MAX + 1))
    free = (path for each in numbered if not (path := key_file.with_name(each + key_file.suffix)).exists())
    found = next(free, None)
    if found is None:
        raise DevstackError(f"{key_file} was rotated {KEPT_PER_DAY_MAX} times today; move some of {name}* away")
    return found


def _write_new_key(file: Path) -> None:
    try:
        write_private_key(new_private_key(), file)
    except FileExistsError:
        raise UsageError(f"{file} exists, and no key is ever overwritten; choose another name") from None
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror}") from None


async def _ask(party: Party, new: Signer, at: datetime, place: BrokerPlace, timeout_s: float) -> Message | None:
    """Send the rotation and return the receipt's data; None if none comes."""
    command = RotateKey(public_key=new.public_key)
    _, value = write_message(party.sender, command, f"rotate-{new.key_id}", at)
    async with wire_of(party.sender.institution, place) as wire:
        await wire.send_bytes(command.topic, value, party.sender.signer.sign(value))
        try:
            return await wire.answer(party.sender.institution, value, timeout_s=timeout_s)
        except DevstackError:
            return None


def _exchange(key_file: Path, new_file: Path, aside: Path) -> None:
    """Keep the old key aside and put the new one in its place; at no moment there is no key in the file."""
    try:
        shutil.copy2(key_file, aside)
        new_file.replace(key_file)
    except OSError as error:
        raise DevstackError(
            f"the new key is registered and waits in {new_file}, but the files could not be exchanged "
            f"({error.strerror}: {error.filename}); move {key_file} away and {new_file} to its place"
        ) from None


def _say_key(file: Path, signer: Signer, *, as_json: bool) -> None:
    if as_json:
        print_json({**described(signer), "file": str(file)})
        return
    sys.stdout.write(f"  file       {file}\n")
    sys.stdout.write(f"  key id     {signer.key_id}\n")
    sys.stdout.write(f"  public key {signer.public_key}\n")
    sys.stdout.write(f"  JWK        {json_text.dumps(described(signer)['jwk'])}\n")
