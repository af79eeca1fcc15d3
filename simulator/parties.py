"""Who takes part in a pool on one machine: institutions, their officers, and their keys in a folder.

Nobody here exists. A real institution makes its own keys and never shows them to anyone; here one folder holds them
all, so that one person can play every part.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from shared.contracts.examples import Party
from shared.contracts.registry.words import Duty
from shared.messaging.signatures import Signer, new_private_key, read_private_key, write_private_key
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


class Cast:
    """The parties of one pool, with their keys; made once per folder and found there again."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._signers: dict[tuple[str, str], Signer] = {}
        pool_file = folder / "pool"
        if not pool_file.exists():
            pool_file.write_text(f"{uuid4()}\n", encoding="utf-8")
        self.pool_id = UUID(pool_file.read_text(encoding="utf-8").strip())
        self.names: Mapping[str, str] = {}

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

    def key_file(self, institution: str, holder: str) -> Path:
        """Where the private key of an officer (or of ``system``) is kept."""
        return self.folder / f"{institution}.{holder}.pem"

    def signer(self, institution: str, holder: str) -> Signer:
        """The signer of an officer, or of the institution's system; its key is made at first use."""
        found = self._signers.get((institution, holder))
        if found is None:
            path = self.key_file(institution, holder)
            if not path.exists():
                write_private_key(new_private_key(), path)
            found = self._signers[institution, holder] = Signer(read_private_key(path))
        return found

    def officer(self, institution: str, officer: str) -> Sender:
        """An officer as a sender."""
        return Sender(self.pool_id, institution, officer, self.signer(institution, officer))

    def administrator(self, institution: str) -> Sender:
        """The institution's administrator as a sender."""
        return self.officer(institution, ADMINISTRATOR)

    def system(self, institution: str) -> Sender:
        """The institution's system as a sender."""
        return Sender(self.pool_id, institution, None, self.signer(institution, SYSTEM))

    def service_env(self, more_pools: Iterable[UUID] = ()) -> Mapping[str, Mapping[str, str]]:
        """What the services have to be told: the root keys of the pools, and where their own signing keys are."""
        root_keys = json.dumps(
            [
                {
                    "pool_id": str(pool_id),
                    "institution": MANAGING,
                    "officer": ADMINISTRATOR,
                    "public_key": self.signer(MANAGING, ADMINISTRATOR).public_key,
                }
                for pool_id in (self.pool_id, *more_pools)
            ]
        )
        env: dict[str, dict[str, str]] = {}
        for service in ("registry", "claims", "treasury", "audit"):
            env[service] = {"RISKPOOL_ROOT_KEYS": root_keys}
        for service in SIGNING_SERVICES:
            self.signer(service, SYSTEM)
            env[service]["RISKPOOL_SIGNING_KEY_FILE"] = str(self.key_file(service, SYSTEM).absolute())
        return env
