"""The keys of all parties of a pool on one machine, in one folder: made at first use and found there again."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.contracts.topics import SERVICES
from shared.messaging.signatures import new_private_key, read_private_key, write_private_key
from simulator.parties import SIGNING_SERVICES, SYSTEM, Cast

POOL_FILE = "pool"


class KeyFolder:
    """A folder with the pool's id and the private keys; ``cast`` are the parties that they belong to."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        pool_file = folder / POOL_FILE
        if not pool_file.exists():
            pool_file.write_text(f"{uuid4()}\n", encoding="utf-8")
        self.cast = Cast(UUID(pool_file.read_text(encoding="utf-8").strip()), self)

    def file(self, institution: str, holder: str) -> Path:
        """Where the private key of an officer (or of ``system``) is kept."""
        return self.folder / f"{institution}.{holder}.pem"

    def private_key(self, institution: str, holder: str) -> Ed25519PrivateKey:
        """The key of an officer (or of ``system``); raises SignatureInvalid if its file holds another kind of key."""
        path = self.file(institution, holder)
        if not path.exists():
            write_private_key(new_private_key(), path)
        return read_private_key(path)

    def service_env(self, more_pools: Iterable[UUID] = ()) -> Mapping[str, Mapping[str, str]]:
        """What the services have to be told: the root keys of the pools, and where their own signing keys are."""
        root_keys = json.dumps([key.model_dump(mode="json") for key in self.cast.root_keys(more_pools)])
        env: dict[str, dict[str, str]] = {service: {"RISKPOOL_ROOT_KEYS": root_keys} for service in SERVICES}
        for service in SIGNING_SERVICES:
            self.cast.signer(service, SYSTEM)
            env[service]["RISKPOOL_SIGNING_KEY_FILE"] = str(self.file(service, SYSTEM).absolute())
        return env
