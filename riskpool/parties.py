"""Who signs: an officer or a system of an institution, with the key in a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from devstack.id_form import ID_FORM, is_id
from devstack.supervisor import UsageError
from riskpool.places import BrokerPlace
from shared.messaging.signatures import SignatureInvalid, Signer, read_private_key
from simulator.parties import SYSTEM
from simulator.party_messages import Sender

IDS_MAX = 2
POOL_FILE = "pool"


@Parameter(name="*")
@dataclass(frozen=True)
class KeyPlace:
    """Where the sender's key is."""

    keys: Annotated[
        Path | None,
        Parameter(help="folder with keys as `riskpool up` makes them; without it that of the data folder"),
    ] = None
    key: Annotated[Path | None, Parameter(help="file with the one private key to sign with; needs --pool")] = None
    pool: Annotated[UUID | None, Parameter(help="the pool in which the institution acts; without it the folder's")] = (
        None
    )


@dataclass(frozen=True)
class Party:
    """A sender, and the file that its private key is in."""

    sender: Sender
    key_file: Path

    @property
    def name(self) -> str:
        """The institution, with the officer if one signs."""
        return name_of(self.sender.institution, self.sender.officer)


def name_of(institution: str, officer: str | None) -> str:
    """How a party is written on the command line."""
    return institution if officer is None else f"{institution}/{officer}"


def party_named(who: str, key_place: KeyPlace, broker_place: BrokerPlace) -> Party:
    """The party that ``who`` names, with its key; raises UsageError with the next thing to do."""
    institution, officer = _ids_in(who)
    if key_place.key is not None:
        if key_place.pool is None:
            raise UsageError("--key needs --pool: the id of the pool in which the institution acts")
        return _party(institution, officer, key_place.key, key_place.pool)
    folder = folder_of_keys(key_place.keys, broker_place)
    path = folder / f"{institution}.{officer or SYSTEM}.pem"
    if not path.exists():
        names = ", ".join(sorted(_names_in(folder)))
        raise UsageError(f"there is no key of {who} in {folder}; there are those of: {names or 'nobody'}")
    return _party(institution, officer, path, key_place.pool or pool_of_keys(folder))


def _ids_in(who: str) -> tuple[str, str | None]:
    """The institution's id, and the officer's if one is named."""
    ids = who.split("/")
    if not all(ids) or len(ids) > IDS_MAX:
        raise UsageError(
            f"--as {who!r} names nobody: write institution/officer for an officer, or institution for its system key"
        )
    for each in ids:
        if not is_id(each):
            raise UsageError(f"--as {who!r} names nobody: {each!r} is no id; {ID_FORM}")
    return ids[0], ids[1] if len(ids) == IDS_MAX else None


def read_signer(path: Path) -> Signer:
    """The signer with the private key in the file; raises UsageError if there is none."""
    try:
        return Signer(read_private_key(path))
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}; make a key: riskpool keys make {path}") from None
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}") from None
    except (SignatureInvalid, ValueError, TypeError):
        raise UsageError(f"{path} holds no Ed25519 private key in PEM without a passphrase") from None


def _party(institution: str, officer: str | None, path: Path, pool_id: UUID) -> Party:
    return Party(Sender(pool_id, institution, officer, read_signer(path)), path)


def folder_of_keys(keys: Path | None, broker_place: BrokerPlace) -> Path:
    """The folder with the parties' keys: the one given, or that of the running pool; raises UsageError for neither."""
    if keys is not None:
        return keys
    addresses = broker_place.addresses()
    if addresses is None:
        raise UsageError("say where the key is: --data FOLDER of a running `riskpool up`, --keys FOLDER, or --key FILE")
    return Path(addresses.keys)


def pool_of_keys(folder: Path) -> UUID:
    """The id of the pool whose parties' keys are in the folder; raises UsageError if it does not say."""
    try:
        return UUID((folder / POOL_FILE).read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        raise UsageError(f"there is no file {folder / POOL_FILE} with the pool's id; give it: --pool ID") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder / POOL_FILE} holds no pool's id ({error}); give it: --pool ID") from None


def _names_in(folder: Path) -> set[str]:
    """The parties whose keys are in the folder, as they are written on the command line."""
    names = set()
    for path in folder.glob("*.pem"):
        institution, _, holder = path.stem.partition(".")
        if holder and "." not in holder:
            names.add(name_of(institution, None if holder == SYSTEM else holder))
    return names
