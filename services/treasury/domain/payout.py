"""Whether a released payout is borne out by what was signed; another service's word for it is not enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.treasury.domain.books import Books, PayoutAccepted, Release
from services.treasury.domain.case import Case, Compensation, Mandate, Project, mandate_id
from services.treasury.domain.pool import Founding, Pool
from services.treasury.domain.rules import article_05_confirmation as article_05
from services.treasury.domain.rules import article_06_payout as article_06
from services.treasury.domain.rules import article_10_pool_share as article_10
from services.treasury.domain.rules import article_14_notice as article_14
from services.treasury.domain.rules.article_03_pool import (
    refuse_unless_facts_are_of_one_pool,
    refuse_unless_facts_are_of_one_project,
)
from services.treasury.domain.rules.article_04_roles import refuse_unless_originals_are_genuine
from services.treasury.domain.rules.article_04_signers import refuse_unless_signer_has_duty
from services.treasury.domain.rules.article_09_accounts import payee_account_is_registered
from services.treasury.domain.rules.article_19_termination import refuse_if_confirmed_after_the_end
from services.treasury.domain.signed_originals import SignedOriginals
from shared.contracts.claims import ConfirmPlan, DrawUpPlan, NotifyLoss, PayoutReleased, ReleasePayout
from shared.contracts.documents import SignedMessage
from shared.contracts.envelope import Command
from shared.contracts.received import Acting, Received
from shared.contracts.refusals import Refusal
from shared.contracts.registry.words import Duty
from shared.contracts.treasury import Leg
from shared.decisions.article_04_authorisation import refuse_if_maker_is_checker
from shared.decisions.article_14_claimants import refuse_unless_payee_holds_the_claim
from shared.decisions.checks import first_fault
from shared.decisions.days import beijing_day
from shared.decisions.duties_exercised import ROLE_OF_DUTY, DutyExercised, excluded_by, refuse_if_duties_conflict


@dataclass(frozen=True, slots=True)
class SignedPayout:
    """The four signed messages of a payout, read."""

    notice: Received[NotifyLoss]
    plan: Received[DrawUpPlan]
    confirmation: Received[ConfirmPlan]
    release: Received[ReleasePayout]

    def all(self) -> tuple[Received[Command], ...]:
        """All four, in the order in which they were signed."""
        return (self.notice, self.plan, self.confirmation, self.release)


def signed_of_payout(data: PayoutReleased) -> tuple[SignedMessage, ...]:
    """The four signed messages, in their order."""
    return (data.notice, data.plan, data.confirmation, data.release)


def missing_before_payout(books: Books, released: PayoutReleased, originals: SignedOriginals) -> tuple[str, ...]:
    """The names of what this payout can't be verified without and was not observed yet."""
    missing = [*missing_of_pool(books.pool, released), *originals.keys_missing(signed_of_payout(released))]
    if books.case(released.project_id).project is None:
        missing.append(f"project/{released.project_id}")
    for signed, kind in (
        (released.plan, DrawUpPlan),
        (released.confirmation, ConfirmPlan),
        (released.release, ReleasePayout),
    ):
        missing.extend(missing_of_officer(books.pool, originals.read(signed, kind)))
    return tuple(dict.fromkeys(missing))


def missing_of_pool(pool: Pool, released: Release) -> list[str]:
    """The same names as far as they are of the pool itself; all that claims knew is on its way to us too."""
    missing = [] if pool.founding is not None else ["pool"]
    if not pool.knows_version(released.rules_version):
        missing.append(rules_awaited(released.rules_version))
    if released.registry_seq > pool.registry_seq:
        missing.append(registry_awaited(released.registry_seq))
    return missing if pool.supervising_bank is not None else [*missing, "supervising_bank"]


def rules_awaited(version: int) -> str:
    """The name under which a release waits for this version of the rules."""
    return f"rules/{version}"


def registry_awaited(seq: int) -> str:
    """The name under which a release waits for this event of the pool; whose duties it changed, nobody knows yet."""
    return f"registry/{seq}"


def missing_of_officer(pool: Pool, original: Received[Command] | None) -> list[str]:
    """The officer who signed, if the key was observed and the officer was not yet."""
    if original is None or original.acting is None or original.acting.officer is None:
        return []
    acting = original.acting
    return [] if pool.knows_officer(acting.institution, acting.officer) else [officer_awaited(acting)]


def officer_awaited(acting: Acting) -> str:
    """The name under which a release waits for this officer."""
    return f"officer/{acting.institution}/{acting.officer}"


def verify_payout(
    books: Books, released: Received[PayoutReleased], originals: SignedOriginals
) -> PayoutAccepted | Refusal | str:
    """The payout accepted, the first refusal, or the name of what it still waits for: the payee's account.

    Nothing of ``missing_before_payout`` may be missing.
    """
    data = released.data
    case, founding = books.case(data.project_id), books.pool.founding
    assert case.project is not None
    assert founding is not None
    signed = _read(data, originals)
    if isinstance(signed, Refusal):
        return signed
    refused = _first_refusal(books.pool, founding, case, data, signed)
    if refused is not None:
        return refused
    refused = excluded_in_time(books.pool, case.duties_exercised, _signed_duties(signed), released.received_at)
    if refused is not None:
        return refused
    if not payee_account_is_registered(books.pool, data.payee):
        return f"account/{data.payee}"
    return _accepted(released, case, case.project, signed)


def _read(data: PayoutReleased, originals: SignedOriginals) -> SignedPayout | Refusal:
    notice, plan = originals.read(data.notice, NotifyLoss), originals.read(data.plan, DrawUpPlan)
    confirmation = originals.read(data.confirmation, ConfirmPlan)
    release = originals.read(data.release, ReleasePayout)
    read = {"notice": notice, "plan": plan, "confirmation": confirmation, "release": release}
    refused = refuse_unless_originals_are_genuine(tuple(name for name, original in read.items() if original is None))
    if refused is not None:
        return refused
    assert notice is not None
    assert plan is not None
    assert confirmation is not None
    assert release is not None
    return SignedPayout(notice, plan, confirmation, release)


def _first_refusal(
    pool: Pool, founding: Founding, case: Case, data: PayoutReleased, signed: SignedPayout
) -> Refusal | None:
    """The first thing that is wrong, who signed what before what it says."""
    project, basis = case.project, signed.plan.data.basis
    assert project is not None
    managing, cooperating = founding.managing_institution, founding.cooperating_institution
    on_project = (signed.plan, signed.confirmation, signed.release)
    notice = signed.notice.data
    return first_fault(
        refuse_unless_facts_are_of_one_pool(pool.pool_id, signed.all()),
        article_06.refuse_unless_payout_is_the_plans(data, signed.plan),
        refuse_unless_facts_are_of_one_project(data.project_id, on_project),
        refuse_unless_signer_has_duty(pool, signed.plan, cooperating, Duty.PLAN, "6.8"),
        refuse_unless_signer_has_duty(pool, signed.confirmation, managing, Duty.CONFIRMATION, "5.6"),
        article_05.refuse_unless_confirmation_binds_plan(signed.plan, signed.confirmation),
        refuse_unless_signer_has_duty(pool, signed.release, cooperating, Duty.RELEASE, "6.8"),
        article_06.refuse_unless_release_binds_plan(signed.plan, signed.release),
        refuse_if_confirmed_after_the_end(
            beijing_day(signed.confirmation.received_at), pool.fiscal_money_claimed_back_on
        ),
        article_14.refuse_unless_notice_is_claimants(pool, project, data.project_id, signed.notice),
        refuse_if_maker_is_checker(notice.maker, notice.checker),
        refuse_unless_payee_holds_the_claim(pool, signed.plan.data.payee, project.lender),
        article_06.refuse_if_plan_is_replaced(case, data),
        article_10.refuse_unless_plan_rests_on_notice(signed.plan, signed.notice),
        article_10.refuse_unless_pool_share_is_claimed(basis),
        article_10.refuse_unless_share_rate_is_the_projects(project, basis),
        article_10.refuse_unless_pool_share_is_within_cap(
            basis.pool_share_fen, notice.loss.total_fen, project.share_rate_bp, case.committed_fen()
        ),
        article_10.refuse_unless_split_follows_ratio(project, basis, case.committed_fen()),
    )


def _acting(original: Received[Command]) -> Acting:
    assert original.acting is not None, "an original comes from outside"
    return original.acting


def duty_of(original: Received[Command], duty: Duty) -> DutyExercised:
    """That the officer who signed this exercised this duty, for the institution whose it is, as was checked before."""
    acting = _acting(original)
    assert acting.officer is not None, "only officers have duties"
    return DutyExercised(duty=duty, role=ROLE_OF_DUTY[duty], officer=acting.officer)


def excluded_in_time(
    pool: Pool, observed: Sequence[DutyExercised], signed: Sequence[tuple[DutyExercised, datetime]], judged_at: datetime
) -> Refusal | None:
    """Each duty signed for beside those before it, by the rules of its intake; and beside all only ``observed``.

    Nobody knows whether what was only observed came before the signature or after it: it is in the way if the rules of
    both say so, those of the signature and those of now.
    """
    exclusive_now = pool.rules_at(judged_at).exclusive_duties
    before: list[DutyExercised] = []
    for exercised, at in signed:
        exclusive = pool.rules_at(at).exclusive_duties
        in_both = tuple(pair for pair in exclusive if pair[1] in excluded_by(exclusive_now, pair[0]))
        fault = first_fault(
            refuse_if_duties_conflict(exclusive, before, exercised, pool),
            refuse_if_duties_conflict(in_both, observed, exercised, pool),
        )
        if fault is not None:
            return fault
        before.append(exercised)
    return None


def _signed_duties(signed: SignedPayout) -> tuple[tuple[DutyExercised, datetime], ...]:
    return (
        (duty_of(signed.plan, Duty.PLAN), signed.plan.received_at),
        (duty_of(signed.confirmation, Duty.CONFIRMATION), signed.confirmation.received_at),
        (duty_of(signed.release, Duty.RELEASE), signed.release.received_at),
    )


def _accepted(released: Received[PayoutReleased], case: Case, project: Project, signed: SignedPayout) -> PayoutAccepted:
    """The payout as the treasury owes it: every figure from the signed plan and the project, none from the event."""
    data, basis = released.data, signed.plan.data.basis
    compensation = Compensation(
        compensation_id=data.compensation_id,
        project_id=data.project_id,
        number=data.compensation,
        plan_sha256=signed.plan.content_sha256,
        payee=project.lender,
        total_loss_fen=basis.total_loss_fen,
        share_rate_bp=project.share_rate_bp,
        loss_ratio=project.loss_ratio,
        committed_before_fen=case.committed_fen(),
        pool_share_fen=basis.pool_share_fen,
    )
    mandate = Mandate(
        mandate_id=mandate_id(data.compensation_id, Leg.PAYOUT, 1),
        project_id=data.project_id,
        compensation_id=data.compensation_id,
        leg=Leg.PAYOUT,
        number=1,
        decision_sha256=signed.plan.content_sha256,
        authorised_fen=basis.pool_share_fen,
        queued_fen=basis.pool_share_fen,
        authority=(data.plan, data.confirmation, data.release),
    )
    return PayoutAccepted(compensation, mandate, tuple(exercised for exercised, _ in _signed_duties(signed)))
