"""Who takes part in a pool that is played: institutions, their officers, and their keys.

Nobody here exists. A real institution makes its own keys and never shows them to anyone; here one cast holds them all,
so that one person can play every part.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.contracts.examples import Party
from shared.contracts.registry.words import Duty
from shared.messaging.settings import RootKey
from shared.messaging.signatures import Signer
from simulator.party_messages import Sender

MANAGING = "managing-demo"
COOPERATING = "cooperating-demo"
SUPERVISING_BANK = "custody-bank-demo"
LENDER = "bank-demo"
GUARANTOR = "guarantor-demo"
# Registered in a scenario's pool only where the scenario asks for it.
OTHER_LENDER = "other-bank-demo"
BORROWER = "borrower"
INSTITUTION_OF: Mapping[Party, str] = {
    Party.MANAGING: MANAGING,
    Party.COOPERATING: COOPERATING,
    Party.SUPERVISING_BANK: SUPERVISING_BANK,
    Party.LENDER: LENDER,
    Party.GUARANTOR: GUARANTOR,
    Party.OTHER_LENDER: OTHER_LENDER,
    Party.BORROWER: BORROWER,
}
# Valid check digits over invented numbers.
USCC = {
    MANAGING: "111101050000000017",
    COOPERATING: "91110105MA00000012",
    SUPERVISING_BANK: "91110105MA00000025",
    LENDER: "91110105MA00000038",
    GUARANTOR: "91110105MA0000004B",
    BORROWER: "91110105MA0000005E",
    OTHER_LENDER: "91110105MA0000006H",
}
NAMES = {
    MANAGING: "示例管理机构",
    COOPERATING: "示例合作机构",
    SUPERVISING_BANK: "示例监管银行",
    LENDER: "示例银行",
    GUARANTOR: "示例担保公司",
    BORROWER: "示例科技有限公司",
    OTHER_LENDER: "另一示例银行",
}
INSTITUTIONS = (MANAGING, COOPERATING, SUPERVISING_BANK, LENDER, GUARANTOR)

ADMINISTRATOR = "administrator"
# Each founder begins with a second one, who confirms what the first one registers.
SECOND_ADMINISTRATOR = "second-administrator"
FOUNDERS = (MANAGING, COOPERATING)
SYSTEM = "system"
# Whose system key the managing institution's calendar signs with; it is no institution of its own.
CALENDAR = "calendar"
# The services that sign what they say: the treasury its instructions, audit its checkpoints.
SIGNING_SERVICES = ("treasury", "audit")


@dataclass(frozen=True)
class Officer:
    """An officer to be registered by its institution's administrator."""

    institution: str
    officer: str
    name: str
    duties: tuple[Duty, ...]


COMMITTEE = tuple(f"committee-member-{number}" for number in range(1, 6))

OFFICERS: Sequence[Officer] = (
    Officer(MANAGING, "filing-approver", "备案审核员", (Duty.FILING_APPROVAL,)),
    Officer(MANAGING, "plan-confirmer", "方案确认员", (Duty.CONFIRMATION,)),
    Officer(MANAGING, "committee-secretary", "集体决策秘书", (Duty.BALLOT,)),
    Officer(MANAGING, "overseer", "监督管理员", (Duty.OVERSIGHT, Duty.RULES, Duty.SELECTION)),
    *(Officer(MANAGING, member, f"集体决策成员{member[-1]}", (Duty.VOTE,)) for member in COMMITTEE),
    Officer(COOPERATING, "filing-officer", "备案专员", (Duty.FILING,)),
    Officer(COOPERATING, "reviewer", "初审员", (Duty.REVIEW,)),
    Officer(COOPERATING, "verifier-one", "现场核实员一", (Duty.VERIFICATION,)),
    Officer(COOPERATING, "verifier-two", "现场核实员二", (Duty.VERIFICATION,)),
    Officer(COOPERATING, "planner", "方案编制员", (Duty.PLAN, Duty.APPLICATION)),
    Officer(COOPERATING, "releaser", "发放员", (Duty.RELEASE,)),
    Officer(COOPERATING, "reporting-officer", "报告专员", (Duty.REPORTING, Duty.RULES)),
    Officer(LENDER, "account-officer", "账户管理员", (Duty.ADMINISTRATION,)),
    Officer(GUARANTOR, "account-officer", "账户管理员", (Duty.ADMINISTRATION,)),
)


class PartyKeys(Protocol):
    """Where the parties' private keys come from."""

    def private_key(self, institution: str, holder: str) -> Ed25519PrivateKey:
        """The key of an officer (or of ``system``), the same each time."""


class SeededKeys:
    """Keys that follow from a seed, so that what is signed with them can be said again byte for byte.

    ``fixed`` are keys that are known otherwise. Whoever knows the seed knows the keys: they are for nobody.
    """

    def __init__(self, seed: str, fixed: Mapping[tuple[str, str], Ed25519PrivateKey] = MappingProxyType({})) -> None:
        self._seed = seed
        self._fixed = fixed

    def private_key(self, institution: str, holder: str) -> Ed25519PrivateKey:
        """The key of an officer (or of ``system``)."""
        secret = hashlib.sha256(f"{self._seed}/{institution}/{holder}".encode()).digest()
        return self._fixed.get((institution, holder)) or Ed25519PrivateKey.from_private_bytes(secret)


class Cast:
    """The parties of one pool, each with its keys."""

    def __init__(self, pool_id: UUID, keys: PartyKeys) -> None:
        self.pool_id = pool_id
        self.names: Mapping[str, str] = {}
        self._keys = keys
        self._signers: dict[tuple[str, str], Signer] = {}
        self._made = 0

    def in_pool(self, pool_id: UUID, names: Mapping[str, str]) -> "Cast":
        """The same parties, with the same keys, in another pool; ``names`` are those that are called otherwise there.

        Keys that are made for one of the two casts from now on are the other one's too.
        """
        other = copy(self)
        other.pool_id = pool_id
        other.names = names
        return other

    def name_of(self, institution: str) -> str:
        """What an institution, or the borrower, is called in the pool."""
        return self.names.get(institution, NAMES[institution])

    def signer(self, institution: str, holder: str) -> Signer:
        """The signer of an officer, or of the institution's system."""
        found = self._signers.get((institution, holder))
        if found is None:
            found = self._signers[institution, holder] = Signer(self._keys.private_key(institution, holder))
        return found

    def new_signer(self) -> Signer:
        """A signer with a key that nobody in this pool knows yet."""
        self._made += 1
        return Signer(self._keys.private_key(str(self.pool_id), f"new-{self._made}"))

    def officer(self, institution: str, officer: str) -> Sender:
        """An officer as a sender."""
        return Sender(self.pool_id, institution, officer, self.signer(institution, officer))

    def administrator(self, institution: str) -> Sender:
        """The institution's administrator as a sender."""
        return self.officer(institution, ADMINISTRATOR)

    def system(self, institution: str) -> Sender:
        """The institution's system as a sender."""
        return Sender(self.pool_id, institution, None, self.signer(institution, SYSTEM))

    def root_keys(self, more_pools: Iterable[UUID] = ()) -> list[RootKey]:
        """The keys that the services have to be told: the managing institution's, in this pool and in others."""
        public_key = self.signer(MANAGING, ADMINISTRATOR).public_key
        return [
            RootKey(pool_id=pool_id, institution=MANAGING, officer=ADMINISTRATOR, public_key=public_key)
            for pool_id in (self.pool_id, *more_pools)
        ]
