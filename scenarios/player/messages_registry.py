"""Messages to the registry: the pool's founding, who is registered, and the filing of a project."""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal, get_args

from scenarios.player.message import COOPERATING_WORD, LENDER_WORD, MANAGING_WORD, MessageWords, replaced
from scenarios.player.rules import prelude_rules
from scenarios.player.scene import NewKey, Scene
from scenarios.player.words import Count, Day, Fen, Listed, Percent, Ratio, Words, YesNo, choice
from shared.contracts.documents import DocumentKind
from shared.contracts.envelope import Command
from shared.contracts.registry import people, pools, projects, words
from shared.messaging.signatures import Signer, new_private_key
from simulator import papers
from simulator.parties import LENDER, OTHER_LENDER, SUPERVISING_BANK, SYSTEM

# papers dates everything by the day on which the demonstration is played; these are its distances.
_FOUNDED_BEFORE = timedelta(days=90)
_DISBURSED_BEFORE = timedelta(days=20)

FindingWord = Literal["good credit", "operating normally", "capable team", "own technology", "competitive"]
DocumentWord = Annotated[DocumentKind, choice(DocumentKind)]
_NOT_REGISTERED = dict.fromkeys(("pledge_registration_number", "pledge_registered_on", "pledge_authority"))
FINDINGS = tuple(word.replace(" ", "_") for word in get_args(FindingWord))


class Founding(MessageWords):
    """Found the pool; what is not said here is as the prelude has it."""

    word: ClassVar[str] = "founding"
    who: ClassVar[str] = f"{MANAGING_WORD}/administrator"
    becomes: ClassVar[type[Command]] = pools.FoundPool

    share_rate: Percent | None = None
    loss_ratio: Ratio | None = None
    founded: Day | None = None
    cooperating: Literal["cooperating institution", "other institution"] = "cooperating institution"
    selection_record: YesNo = True
    agreement_signed: Day | None = None

    def command(self, scene: Scene) -> pools.FoundPool:
        """The demonstration's founding with the scenario's rules and contributions."""
        prelude = scene.prelude
        founded_on = self.founded or prelude.founded
        data = papers.founding(scene.cast, founded_on + _FOUNDED_BEFORE)
        adopted = prelude_rules(
            prelude, effective_on=founded_on, share_rate_bp=self.share_rate, loss_ratio=self.loss_ratio
        )
        size_fen = sum(pair.fiscal_fen + pair.social_fen for pair in scene.planned)
        other = papers.institution_data(scene.cast, OTHER_LENDER) if self.cooperating == "other institution" else None
        changes = replaced(
            data, rules=adopted, contributions=scene.planned, size_fen=size_fen, cooperating_institution=other
        )
        if self.agreement_signed is not None:
            agreement = data.cooperation_agreement.model_copy(update={"signed_on": self.agreement_signed})
            changes["cooperation_agreement"] = agreement
        if not self.selection_record:
            changes["selection_record"] = None
        return pools.FoundPool.model_validate(changes)


class Institution(MessageWords):
    """Register a lender or a guarantor."""

    word: ClassVar[str] = "institution"
    who: ClassVar[str] = f"{MANAGING_WORD}/administrator"
    becomes: ClassVar[type[Command]] = pools.RegisterInstitution

    role: Literal["lender", "guarantor"] = "lender"
    name: str | None = None

    def command(self, scene: Scene) -> pools.RegisterInstitution:
        """The other lender, unless it is to be something else."""
        data = papers.institution_data(scene.cast, OTHER_LENDER)
        institution = words.InstitutionData.model_validate(replaced(data, name=self.name))
        return pools.RegisterInstitution(role=words.Role(self.role), institution=institution)


class BankProposal(MessageWords):
    """Propose the supervising bank."""

    word: ClassVar[str] = "supervising bank proposal"
    who: ClassVar[str] = f"{MANAGING_WORD}/administrator"
    becomes: ClassVar[type[Command]] = pools.ProposeSupervisingBank

    def command(self, scene: Scene) -> pools.ProposeSupervisingBank:
        """The supervising bank with its custody agreement."""
        return pools.ProposeSupervisingBank(
            bank=papers.institution_data(scene.cast, SUPERVISING_BANK),
            agreement=papers.agreement("CUSTODY-1", "监管协议", scene.today),
        )


class BankConsent(MessageWords):
    """Consent to the supervising bank that the other institution proposed."""

    word: ClassVar[str] = "supervising bank consent"
    who: ClassVar[str] = f"{COOPERATING_WORD}/administrator"
    becomes: ClassVar[type[Command]] = pools.ConsentToSupervisingBank

    def command(self, scene: Scene) -> pools.ConsentToSupervisingBank:
        """The supervising bank that was proposed."""
        del scene
        return pools.ConsentToSupervisingBank(bank=SUPERVISING_BANK)


class Officer(MessageWords):
    """Register an officer of one's own institution; from then on it can be named as institution/officer."""

    word: ClassVar[str] = "officer"
    who: ClassVar[str] = f"{COOPERATING_WORD}/administrator"
    becomes: ClassVar[type[Command]] = people.RegisterOfficer

    officer: str = "deputy"
    name: str = "新任人员"
    duties: Annotated[tuple[Annotated[words.Duty, choice(words.Duty)], ...], Listed] = (words.Duty.REVIEW,)

    def command(self, scene: Scene) -> people.RegisterOfficer:
        """An officer with a key of its own."""
        officer = self.officer.replace(" ", "-")
        return people.RegisterOfficer(
            officer=officer,
            name=self.name,
            duties=self.duties,
            public_key=scene.cast.signer(scene.sender.institution, officer).public_key,
        )


class SystemKey(MessageWords):
    """Register a further key that the institution's system signs with."""

    word: ClassVar[str] = "system key"
    who: ClassVar[str] = f"{LENDER_WORD}/administrator"
    becomes: ClassVar[type[Command]] = people.RegisterSystemKey

    use: Annotated[words.SystemUse, choice(words.SystemUse)] = words.SystemUse.LOSS_NOTICES

    def command(self, scene: Scene) -> people.RegisterSystemKey:
        """A key of the institution's second system, which nothing else uses."""
        signer = scene.cast.signer(scene.sender.institution, f"second-{SYSTEM}")
        return people.RegisterSystemKey(use=self.use, public_key=signer.public_key)


class KeyRotation(MessageWords):
    """Put a new key in the place of the one that signs this message."""

    word: ClassVar[str] = "key rotation"
    who: ClassVar[str] = f"{LENDER_WORD}/system"
    becomes: ClassVar[type[Command]] = people.RotateKey
    changes_who_acts: ClassVar[bool] = True

    def command(self, scene: Scene) -> people.RotateKey:
        """A key made on the spot; the scene's memory keeps it until the registry has accepted it."""
        signer = Signer(new_private_key())
        scene.memory.new_key = NewKey(scene.sender, signer)
        return people.RotateKey(public_key=signer.public_key)


class PayeeAccount(MessageWords):
    """Propose an account to which the pool may pay one's own institution."""

    word: ClassVar[str] = "payee account"
    who: ClassVar[str] = f"{LENDER_WORD}/administrator"
    becomes: ClassVar[type[Command]] = people.ProposePayeeAccount

    number: str = "6222-second"
    name: str | None = None
    bank: str | None = None

    def command(self, scene: Scene) -> people.ProposePayeeAccount:
        """A second account at the lender's bank."""
        institution = scene.sender.institution
        return people.ProposePayeeAccount(
            account_number=self.number,
            account_name=self.name or papers.name_of(scene.cast, institution),
            bank_name=self.bank or papers.name_of(scene.cast, LENDER),
        )


class PayeeAccountApproval(MessageWords):
    """Approve the payee account that another officer of one's own institution proposed."""

    word: ClassVar[str] = "payee account approval"
    who: ClassVar[str] = f"{LENDER_WORD}/account officer"
    becomes: ClassVar[type[Command]] = people.ApprovePayeeAccount

    number: str = "6222-second"
    name: str | None = None
    bank: str | None = None

    def command(self, scene: Scene) -> people.ApprovePayeeAccount:
        """The account by its number, and by its holder and bank where they are said."""
        del scene
        return people.ApprovePayeeAccount(account_number=self.number, account_name=self.name, bank_name=self.bank)


class PayeeAccountWithdrawal(MessageWords):
    """Withdraw a proposed payee account that nobody has approved."""

    word: ClassVar[str] = "payee account withdrawal"
    who: ClassVar[str] = f"{LENDER_WORD}/account officer"
    becomes: ClassVar[type[Command]] = people.WithdrawPayeeAccount

    number: str = "6222-second"
    reasons: str = "户名录入有误"

    def command(self, scene: Scene) -> people.WithdrawPayeeAccount:
        """The account by its number."""
        del scene
        return people.WithdrawPayeeAccount(account_number=self.number, reasons=self.reasons)


class DrawdownWords(Words):
    """One payout of a loan."""

    amount: Fen
    day: Day


class Filing(MessageWords):
    """File the financing project of the loan at hand; the loan's particulars are the prelude's."""

    word: ClassVar[str] = "filing"
    who: ClassVar[str] = f"{COOPERATING_WORD}/filing officer"
    becomes: ClassVar[type[Command]] = projects.FileProject

    principal: Fen | None = None
    contracted: Day | None = None
    disbursed: Day | None = None
    due: Day | None = None
    guarantor: YesNo | None = None
    borrower: str | None = None
    code: str | None = None
    district: str | None = None
    valuation: Fen | None = None
    valued: Day | None = None
    pledge_registered: YesNo = True
    other_collateral: Fen = 0
    largest_other_collateral: Fen | None = None
    promoted: YesNo = True
    affiliate: YesNo = False
    not_met: Annotated[tuple[FindingWord, ...], Listed] = ()
    without: Annotated[tuple[DocumentWord, ...], Listed] = ()
    drawdowns: tuple[DrawdownWords, ...] = ()
    late_because: str | None = None
    right: str | None = None

    def command(self, scene: Scene) -> projects.FileProject:
        """The demonstration's filing, dated by the disbursement, with what the scenario says otherwise."""
        given, loan = scene.prelude.loan, scene.loan
        disbursed_on = self.disbursed or loan.disbursed_on
        data = papers.filing(scene.cast.pool_id, loan.contract, disbursed_on + _DISBURSED_BEFORE)
        has_guarantor = loan.has_guarantor if self.guarantor is None else self.guarantor
        filed = replaced(
            data.loan,
            lender=loan.lender,
            principal_fen=given.principal if self.principal is None else self.principal,
            contracted_on=self.contracted or given.contracted,
            due_on=self.due or given.due,
        )
        if not has_guarantor:
            filed["guarantor"] = None
        filed["drawdowns"] = tuple(
            projects.Drawdown(number=number, amount_fen=drawdown.amount, disbursed_on=drawdown.day)
            for number, drawdown in enumerate(self.drawdowns, start=1)
        )
        not_met = {word.replace(" ", "_") for word in self.not_met}
        findings = {
            name: projects.Finding.model_validate(replaced(getattr(data.borrower, name), met=name not in not_met))
            for name in FINDINGS
        }
        borrower = replaced(
            data.borrower,
            name=self.borrower or papers.name_of(scene.cast, papers.BORROWER),
            uscc=self.code,
            district=self.district,
            **findings,
        )
        rights = tuple(
            projects.IpRight.model_validate(
                replaced(
                    right if self.pledge_registered else right.model_copy(update=_NOT_REGISTERED),
                    valuation_fen=self.valuation,
                    valued_on=self.valued,
                    registration_number=self.right,
                    owner_uscc=self.code,
                )
            )
            for right in data.rights
        )
        left_out = {*self.without, *(() if has_guarantor else (DocumentKind.GUARANTEE_CONTRACT,))}
        return projects.FileProject(
            loan=projects.Loan.model_validate(filed),
            borrower=projects.Borrower.model_validate(borrower),
            rights=rights,
            other_collateral_fen=self.other_collateral,
            largest_other_collateral_fen=self.largest_other_collateral,
            promoted_by_cooperating=self.promoted,
            borrower_is_affiliate=self.affiliate,
            documents=tuple(document for document in data.documents if document.kind not in left_out),
            late_because=self.late_because,
        )


class FilingApproval(MessageWords):
    """Approve the filing."""

    word: ClassVar[str] = "filing approval"
    who: ClassVar[str] = f"{MANAGING_WORD}/filing approver"
    becomes: ClassVar[type[Command]] = projects.ApproveProject

    filing: Count | None = None
    interpretation: str | None = None

    def command(self, scene: Scene) -> projects.ApproveProject:
        """The project at hand, in the filing that was said last."""
        filing = self.filing or scene.pool.case(scene.loan.project_id).filing
        return projects.ApproveProject(
            project_id=scene.loan.project_id, filing=filing, interpretation=self.interpretation
        )


class FilingReturn(MessageWords):
    """Return the filing to the cooperating institution."""

    word: ClassVar[str] = "filing return"
    who: ClassVar[str] = f"{MANAGING_WORD}/filing approver"
    becomes: ClassVar[type[Command]] = projects.ReturnProject

    reasons: str = "评估报告须更新"
    filing: Count | None = None
    interpretation: str | None = None

    def command(self, scene: Scene) -> projects.ReturnProject:
        """The project at hand, in the filing that was said last."""
        filing = self.filing or scene.pool.case(scene.loan.project_id).filing
        return projects.ReturnProject(
            project_id=scene.loan.project_id,
            reasons=self.reasons,
            filing=filing,
            interpretation=self.interpretation,
        )


class FilingRejection(MessageWords):
    """Reject the filing for good."""

    word: ClassVar[str] = "filing rejection"
    who: ClassVar[str] = f"{MANAGING_WORD}/filing approver"
    becomes: ClassVar[type[Command]] = projects.RejectProject

    reasons: str = "不符合备案条件"
    filing: Count | None = None
    interpretation: str | None = None

    def command(self, scene: Scene) -> projects.RejectProject:
        """The project at hand, in the filing that was said last."""
        filing = self.filing or scene.pool.case(scene.loan.project_id).filing
        return projects.RejectProject(
            project_id=scene.loan.project_id,
            reasons=self.reasons,
            filing=filing,
            interpretation=self.interpretation,
        )


MESSAGES: tuple[type[MessageWords], ...] = (
    Founding,
    Institution,
    BankProposal,
    BankConsent,
    Officer,
    SystemKey,
    KeyRotation,
    PayeeAccount,
    PayeeAccountApproval,
    PayeeAccountWithdrawal,
    Filing,
    FilingApproval,
    FilingReturn,
    FilingRejection,
)
