"""One case, played as its parties would.

A founded and funded pool, an approved project, a loss, a payout, a reimbursement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from local.cast import (
    COMMITTEE,
    COOPERATING,
    GUARANTOR,
    LENDER,
    MANAGING,
    OFFICERS,
    SUPERVISING_BANK,
    SYSTEM,
    Cast,
)
from local.papers import (
    CONTRIBUTION_FEN,
    FISCAL_PART_FEN,
    INTEREST_FEN,
    LOSS_FEN,
    NAMES,
    PRINCIPAL_FEN,
    agreement,
    document,
    filing,
    founding,
    institution_data,
)
from local.supervisor import LocalError
from local.wire import Message, Sender, Wire
from shared.contracts import claims, registry, treasury
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.ids import project_id as project_id_of
from shared.contracts.registry import Role, SystemUse

BEIJING = ZoneInfo("Asia/Shanghai")
CONTRACT_NUMBER = "LOAN-2026-0001"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What the case came to, as its parties saw it."""

    project_id: UUID
    receipts: int
    balances_before: Message
    balances_after_payout: Message
    balances_after: Message
    due_from_fiscal_after_payout_fen: int
    due_from_fiscal_fen: int


class Play:
    """Plays the parts. Every message is signed by its sender, and its receipt is waited for."""

    def __init__(self, wire: Wire, cast: Cast, say: Say, contract_number: str = CONTRACT_NUMBER) -> None:
        self.wire = wire
        self.cast = cast
        self.say = say
        self.receipts = 0
        self.contract_number = contract_number
        self.project_id = project_id_of(cast.pool_id, LENDER, contract_number)

    async def ask(self, sender: Sender, command: Command) -> Message:
        """Send a command that has to be accepted."""
        receipt = await self.wire.ask(sender, command)
        self.receipts += 1
        if receipt["outcome"] != "accepted":
            raise LocalError(f"{command.message_type} was answered {receipt['outcome']}: {receipt['reasons']}")
        return receipt

    async def found_and_fund(self) -> Message:
        """Found the pool, register who takes part, receive both contributions; returns the accounts' balances."""
        today = datetime.now(BEIJING).date()
        self.say("the managing institution founds the pool with its rules")
        await self.ask(self.cast.administrator(MANAGING), founding(self.cast, today))
        self.say("institutions, officers, keys and payee accounts are registered")
        await self._register_institutions()
        await self._register_officers()
        await self._register_accounts()
        self.say("both contributions arrive at the supervising bank")
        received: Message = {}
        for account in (treasury.Account.FISCAL, treasury.Account.SOCIAL_CAPITAL):
            fiscal = account is treasury.Account.FISCAL
            await self.ask(
                self.cast.system(SUPERVISING_BANK),
                treasury.ConfirmContribution(
                    account=account,
                    instalment=1,
                    amount_fen=CONTRIBUTION_FEN,
                    budget_reference="IP-SERVICES-2026" if fiscal else None,
                    budget_year=today.year if fiscal else None,
                    bank_reference=f"CONTRIBUTION-{account.value}",
                    value_on=today,
                    booked_on=today,
                    maker="accounts-maker",
                    checker="accounts-checker",
                ),
            )
            event = await self.wire.event("treasury.contribution.received.v1", account=account.value)
            received = event["data"]["balances"]
        return received

    async def file_and_approve(self) -> None:
        """File one financing project with its documents, and approve it."""
        today = datetime.now(BEIJING).date()
        self.say("the cooperating institution files the financing project; the managing institution approves it")
        await self.ask(self.cast.officer(COOPERATING, "filing-officer"), filing(self.contract_number, today))
        await self.ask(
            self.cast.officer(MANAGING, "filing-approver"), registry.ApproveProject(project_id=self.project_id)
        )

    async def pay(self) -> Message:
        """From the loss notice to the settled payout; returns the settlement's data."""
        self.say("the lender publishes a loss notice to loss-notices")
        await self.wire.event("registry.project.approved.v1", project_id=str(self.project_id))
        receipt = await self.wire.ask(self.cast.system(LENDER), self.loss_notice())
        self.receipts += 1
        if receipt["outcome"] not in {"accepted", "held"}:
            raise LocalError(f"the loss notice was answered {receipt['outcome']}: {receipt['reasons']}")
        notice_sha256 = receipt["message_sha256"]
        await self.wire.event("claims.notice.accepted.v1", project_id=str(self.project_id))
        self.say(f"the receipt is on outcomes.{LENDER}; preliminary review and on-site verification follow")
        await self.ask(
            self.cast.officer(COOPERATING, "reviewer"),
            claims.RecordReview(
                project_id=self.project_id, notice_sha256=notice_sha256, findings="材料齐全，通知要素完整"
            ),
        )
        await self.ask(self.cast.officer(COOPERATING, "verifier-one"), self._verification())
        verified = await self.wire.event("claims.verification.recorded.v1", project_id=str(self.project_id))
        self.say("the compensation plan is drawn up, confirmed, and its payout released")
        plan = await self.ask(
            self.cast.officer(COOPERATING, "planner"), self._plan(notice_sha256, verified["data"]["basis"])
        )
        plan_sha256 = plan["message_sha256"]
        await self.ask(
            self.cast.officer(MANAGING, "plan-confirmer"),
            claims.ConfirmPlan(project_id=self.project_id, plan_sha256=plan_sha256),
        )
        await self.ask(
            self.cast.officer(COOPERATING, "releaser"),
            claims.ReleasePayout(project_id=self.project_id, plan_sha256=plan_sha256),
        )
        settled = await self._settled("payout")
        self.say("the supervising bank has paid the lender from the social capital account")
        await self.wire.event("claims.compensation.paid.v1", project_id=str(self.project_id))
        return settled

    async def reimburse(self) -> Message:
        """From the application to the settled reimbursement; returns the settlement's data."""
        self.say("the cooperating institution applies for reimbursement; the committee votes")
        application = await self.ask(self.cast.officer(COOPERATING, "planner"), self._application())
        application_sha256 = application["message_sha256"]
        secretary = self.cast.officer(MANAGING, "committee-secretary")
        await self.ask(
            secretary,
            claims.OpenBallot(
                project_id=self.project_id,
                application_sha256=application_sha256,
                members=COMMITTEE,
                closes_at=datetime.now(UTC) + timedelta(hours=1),
            ),
        )
        votes = (claims.Vote.FOR, claims.Vote.FOR, claims.Vote.FOR, claims.Vote.AGAINST, claims.Vote.ABSTAIN)
        for member, vote in zip(COMMITTEE, votes, strict=True):
            await self.ask(
                self.cast.officer(MANAGING, member),
                claims.CastVote(project_id=self.project_id, application_sha256=application_sha256, vote=vote),
            )
        await self.ask(
            secretary,
            claims.CloseBallot(
                project_id=self.project_id,
                application_sha256=application_sha256,
                minutes=document(DocumentKind.MINUTES, "集体决策会议纪要"),
            ),
        )
        settled = await self._settled("reimbursement")
        self.say("the fiscal account has reimbursed the social capital account")
        await self.wire.event("claims.compensation.reimbursed.v1", project_id=str(self.project_id))
        return settled

    async def whole_case(self) -> Outcome:
        """Everything, from founding to reimbursement."""
        before = await self.found_and_fund()
        await self.file_and_approve()
        paid = await self.pay()
        reimbursed = await self.reimburse()
        return Outcome(
            project_id=self.project_id,
            receipts=self.receipts,
            balances_before=before,
            balances_after_payout=paid["balances"],
            balances_after=reimbursed["balances"],
            due_from_fiscal_after_payout_fen=paid["due_from_fiscal_fen"],
            due_from_fiscal_fen=reimbursed["due_from_fiscal_fen"],
        )

    def loss_notice(self, **changes: Any) -> claims.NotifyLoss:
        """The lender's notice; ``changes`` replace fields of its loss."""
        figures: dict[str, Any] = {
            "as_of": datetime.now(BEIJING).date(),
            "principal_fen": PRINCIPAL_FEN,
            "interest_fen": INTEREST_FEN,
            "penalty_interest_fen": 0,
            "overdue_interest_fen": 0,
            "overdue_penalty_fen": 0,
            "other_fen": 0,
            "total_fen": LOSS_FEN,
            **changes,
        }
        return claims.NotifyLoss(
            lender=LENDER,
            loan_contract_number=self.contract_number,
            origin=claims.NoticeOrigin.COMPENSATION_NOTICE,
            loss=claims.Loss(**figures),
            claimed_fen=figures["total_fen"],
            maker="loans-maker",
            checker="loans-checker",
            documents=(document(DocumentKind.LOSS_NOTICE, "风险补偿通知"),),
        )

    async def _settled(self, leg: str) -> Message:
        event = await self.wire.event("treasury.payment.settled.v1", project_id=str(self.project_id), leg=leg)
        settled: Message = event["data"]
        return settled

    async def _register_institutions(self) -> None:
        today = datetime.now(BEIJING).date()
        managing = self.cast.administrator(MANAGING)
        for institution, role in ((LENDER, Role.LENDER), (GUARANTOR, Role.GUARANTOR)):
            await self.ask(
                managing, registry.RegisterInstitution(role=role, institution=institution_data(self.cast, institution))
            )
        await self.ask(
            managing,
            registry.ProposeSupervisingBank(
                bank=institution_data(self.cast, SUPERVISING_BANK), agreement=agreement("CUSTODY-1", "监管协议", today)
            ),
        )
        await self.ask(self.cast.administrator(COOPERATING), registry.ConsentToSupervisingBank(bank=SUPERVISING_BANK))

    async def _register_officers(self) -> None:
        for officer in OFFICERS:
            await self.ask(
                self.cast.administrator(officer.institution),
                registry.RegisterOfficer(
                    officer=officer.officer,
                    name=officer.name,
                    duties=officer.duties,
                    public_key=self.cast.signer(officer.institution, officer.officer).public_key,
                ),
            )
        system_keys = (
            (LENDER, SystemUse.LOSS_NOTICES, self.cast.signer(LENDER, SYSTEM)),
            (GUARANTOR, SystemUse.LOSS_NOTICES, self.cast.signer(GUARANTOR, SYSTEM)),
            (SUPERVISING_BANK, SystemUse.BANK_CONFIRMATIONS, self.cast.signer(SUPERVISING_BANK, SYSTEM)),
            (MANAGING, SystemUse.PAYMENT_INSTRUCTIONS, self.cast.signer("treasury", SYSTEM)),
        )
        for institution, use, signer in system_keys:
            await self.ask(
                self.cast.administrator(institution),
                registry.RegisterSystemKey(use=use, public_key=signer.public_key),
            )

    async def _register_accounts(self) -> None:
        for institution in (LENDER, GUARANTOR):
            await self.ask(
                self.cast.administrator(institution),
                registry.ProposePayeeAccount(
                    account_number=f"6222-{institution}",
                    account_name=NAMES[institution],
                    bank_name=NAMES[LENDER],
                ),
            )
            await self.ask(
                self.cast.officer(institution, "account-officer"),
                registry.ApprovePayeeAccount(account_number=f"6222-{institution}"),
            )

    def _verification(self) -> claims.RecordVerification:
        return claims.RecordVerification(
            project_id=self.project_id,
            verifiers=("verifier-one", "verifier-two"),
            visited_at=datetime.now(UTC),
            place="示范区科技园一号楼",
            premises_abandoned=False,
            findings="企业停止经营，质押专利仍有效",
            evidence=(document(DocumentKind.VERIFICATION_EVIDENCE, "现场核实记录"),),
        )

    def _plan(self, notice_sha256: str, basis: Message) -> claims.DrawUpPlan:
        return claims.DrawUpPlan(
            project_id=self.project_id,
            compensation=1,
            notice_sha256=notice_sha256,
            payee=LENDER,
            basis=claims.PlanBasis.model_validate(basis),
            explanation="按备案时约定的比例和第十条第二款的上限计算",
        )

    def _application(self) -> claims.ApplyForReimbursement:
        return claims.ApplyForReimbursement(
            project_id=self.project_id,
            compensation=1,
            amount_fen=FISCAL_PART_FEN,
            documents=(
                document(DocumentKind.PROJECT_DESCRIPTION, "知识产权融资项目情况说明"),
                document(DocumentKind.LOAN_CONTRACT, "流动资金借款合同"),
                document(DocumentKind.GUARANTEE_CONTRACT, "委托保证合同"),
                document(DocumentKind.COMPENSATION_PLAN, "风险补偿方案"),
            ),
        )
