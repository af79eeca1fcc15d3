"""Article 5: rules are versions, proposed whole and adopted exactly so, by the managing institution alone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.registry.domain.rules_versions.state import ProposalStage, RulesProposal
from shared.contracts.ids import entry_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.projects import ApproveProject, FileProject, ProjectApproved, ProjectFiled, ReturnProject
from shared.contracts.registry.rules import BallotRules, LossRatio
from shared.contracts.registry.rules_versions import RulesAdopted, RulesDeclined, RulesProposed, RulesWithdrawn
from shared.contracts.registry.words import Duty
from tests.unit.registry.registry_examples import (
    APPROVER,
    COOPERATING,
    FILER,
    FOUNDED_ON,
    MANAGING,
    NOON,
    POOL_ID,
    PROJECT_ID,
    TODAY,
    Given,
    codes,
    document,
    filing,
    loan,
    officer,
)
from tests.unit.registry.rules_examples import (
    DRAFTER,
    REGULATED,
    REGULATOR,
    SHA256,
    TOMORROW,
    adopted,
    adoption,
    declining,
    proposal,
    proposed,
    version,
    withdrawal,
)

# Noon of the day on which the second version of these tests takes effect.
NEXT_NOON = NOON + timedelta(days=1)


def stage_of(given: Given) -> ProposalStage:
    entry = given.state.entry
    assert isinstance(entry, RulesProposal)
    return entry.stage


@pytest.mark.clause("5.2")
@pytest.mark.parametrize(("where", "who"), [(COOPERATING, DRAFTER), (MANAGING, "author")])
def test_either_institution_proposes_and_the_managing_one_adopts(where: str, who: str) -> None:
    """A proposal is told whole with the hash that an adoption names; adopted, it is the pool's next version."""
    given = REGULATED.after(officer("author", Duty.RULES), MANAGING)
    decision = given.when(proposal(document=document()), where, who)
    (proposed_event,) = decision.events
    assert isinstance(proposed_event, RulesProposed)
    assert proposed_event.entry_id == entry_id(POOL_ID, "rules_proposal", "规则-1")
    assert (proposed_event.institution, proposed_event.proposed_by, proposed_event.proposal_sha256) == (
        where,
        who,
        SHA256,
    )
    assert proposed_event.rules == version()

    waiting = given.having(decision.events)
    assert waiting.pool.latest_rules.version == 1
    decision = waiting.when(adoption(), MANAGING, REGULATOR)
    (event,) = decision.events
    assert isinstance(event, RulesAdopted)
    assert (event.rules, event.proposal_sha256) == (proposed_event.rules, proposed_event.proposal_sha256)
    assert (event.adopted_by, event.adopted_at, event.share_rate_max_bp) == (REGULATOR, NOON, 2000)
    after = waiting.having(decision.events)
    assert after.pool.latest_rules == version()
    assert (after.pool.rules_at(NOON).version, after.pool.rules_at(NEXT_NOON).version) == (1, 2)
    assert stage_of(after) is ProposalStage.ADOPTED


@pytest.mark.clause("5.2")
def test_the_same_said_again_is_a_duplicate() -> None:
    """Each of the four messages changes nothing the second time."""
    waiting = proposed()
    assert waiting.when(proposal(), COOPERATING, DRAFTER).outcome is Outcome.DUPLICATE
    for message, where, who in (
        (adoption(), MANAGING, REGULATOR),
        (declining(), MANAGING, REGULATOR),
        (withdrawal(), COOPERATING, DRAFTER),
    ):
        assert waiting.after(message, where, who).when(message, where, who).outcome is Outcome.DUPLICATE


@pytest.mark.clause("5.2")
@pytest.mark.parametrize("number", [1, 3])
def test_a_version_is_the_next_one(number: int) -> None:
    """Neither the version in force again, nor one that leaves a gap; nothing else is said of it then."""
    decision = REGULATED.when(proposal(proposed=version(number, FOUNDED_ON)), COOPERATING, DRAFTER)
    assert codes(decision) == ["rules_version_not_next"]


@pytest.mark.clause("5.2")
def test_of_two_adoptions_on_the_same_version_one_wins() -> None:
    """Both proposals were in order; once one is adopted, the other's place is taken, and the refusal says so."""
    other = proposed(REGULATED, proposal("规则-2", version(share_rate_bp=1000))).state.entry
    won = adopted()
    lost = Given(won.state.__class__(won.pool, None, other), won.reference_data)
    decision = lost.when(adoption("规则-2"), MANAGING, REGULATOR)
    assert codes(decision) == ["rules_version_not_next"]
    assert decision.refusals[0].clause == "5.2"
    assert lost.pool.latest_rules == version()
    assert lost.after(declining("规则-2"), MANAGING, REGULATOR).pool == lost.pool


@pytest.mark.clause("5.2")
def test_an_effective_day_is_not_past_when_it_is_adopted() -> None:
    """Today in Beijing is early enough, at the proposal and at the adoption; the day after it is too late."""
    waiting = proposed(data=proposal(proposed=version(effective_on=TODAY)))
    last_moment = datetime(2026, 4, 15, 15, 59, 59, tzinfo=UTC)
    assert waiting.when(adoption(), MANAGING, REGULATOR, last_moment).outcome is Outcome.ACCEPTED
    midnight = last_moment + timedelta(seconds=1)
    assert codes(waiting.when(adoption(), MANAGING, REGULATOR, midnight)) == ["rules_effective_in_the_past"]
    yesterday = proposal(proposed=version(effective_on=TODAY - timedelta(days=1)))
    assert codes(REGULATED.when(yesterday, COOPERATING, DRAFTER)) == ["rules_effective_in_the_past"]


@pytest.mark.clause("5.2")
def test_a_version_takes_effect_no_earlier_than_its_predecessor() -> None:
    """Versions may begin on one day, never in another order than their own."""
    later = adopted(data=proposal(proposed=version(effective_on=date(2026, 6, 1))))
    same_day = proposal("规则-2", version(3, date(2026, 6, 1)))
    day_before = proposal("规则-2", version(3, date(2026, 5, 31)))
    assert later.when(same_day, COOPERATING, DRAFTER).outcome is Outcome.ACCEPTED
    assert codes(later.when(day_before, COOPERATING, DRAFTER)) == ["rules_effective_before_their_predecessor"]


@pytest.mark.clause("10.3")
def test_a_share_above_the_ceiling_can_be_neither_proposed_nor_adopted() -> None:
    """20 % can be proposed and one basis point more can't; and a ceiling lowered meanwhile forbids the adoption."""
    above = proposal(proposed=version(share_rate_bp=2001))
    assert codes(REGULATED.when(above, COOPERATING, DRAFTER)) == ["rules_outside_the_districts_bounds"]
    waiting = proposed(data=proposal(proposed=version(share_rate_bp=2000)))
    lowered = waiting.with_bounds(share_rate_bp={"most": 1500}).of_that_district()
    assert codes(lowered.when(adoption(), MANAGING, REGULATOR)) == ["rules_outside_the_districts_bounds"]
    unknown = Given(waiting.state, waiting.reference_data.__class__({}, waiting.reference_data.working_days))
    assert codes(unknown.when(adoption(), MANAGING, REGULATOR)) == ["district_unknown"]


@pytest.mark.clause("10.4")
def test_a_ratio_without_weight_and_a_quorum_above_all_are_refused_together() -> None:
    """Everything that is wrong with a version is said at once."""
    impossible = version(
        loss_ratio=LossRatio(fiscal_weight=0, social_weight=0),
        ballot=BallotRules(quorum_numerator=4, quorum_denominator=3),
    )
    decision = REGULATED.when(proposal(proposed=impossible), COOPERATING, DRAFTER)
    assert codes(decision) == ["ballot_rules_impossible", "loss_ratio_empty"]


@pytest.mark.clause("5.2")
def test_a_proposal_stays_as_it_was_made() -> None:
    """Under a number that is taken nothing else can be proposed, nor the same by the other institution."""
    waiting = proposed()
    for data, where, who in (
        (proposal(reasons="另有理由"), COOPERATING, DRAFTER),
        (proposal(), MANAGING, REGULATOR),
    ):
        assert codes(waiting.when(data, where, who)) == ["number_taken"]


@pytest.mark.clause("5.2")
def test_only_what_was_proposed_can_be_adopted_and_only_byte_for_byte() -> None:
    """An adoption names a proposal that is there, and its hash."""
    assert codes(REGULATED.when(adoption(), MANAGING, REGULATOR)) == ["rules_not_proposed"]
    assert codes(proposed().when(adoption(sha256="1" * 64), MANAGING, REGULATOR)) == ["another_version_named"]


@pytest.mark.clause("5.2")
def test_one_word_ends_a_proposal() -> None:
    """What was declined or withdrawn can't be adopted, and what was adopted can't be declined or withdrawn."""
    waiting = proposed()
    ends = {
        ProposalStage.ADOPTED: (adoption(), MANAGING, REGULATOR),
        ProposalStage.DECLINED: (declining(), MANAGING, REGULATOR),
        ProposalStage.WITHDRAWN: (withdrawal(), COOPERATING, DRAFTER),
    }
    for stage, (message, where, who) in ends.items():
        ended = waiting.after(message, where, who)
        assert stage_of(ended) is stage
        for other, (second, second_where, second_who) in ends.items():
            if other is not stage:
                assert codes(ended.when(second, second_where, second_who)) == ["rules_proposal_not_waiting"]


@pytest.mark.clause("5.2")
def test_declining_and_withdrawing_tell_their_reasons() -> None:
    """Both events name the officer and the reasons, and the pool's rules are what they were."""
    waiting = proposed()
    (declined,) = waiting.when(declining(), MANAGING, REGULATOR).events
    (withdrawn,) = waiting.when(withdrawal(), COOPERATING, DRAFTER).events
    assert isinstance(declined, RulesDeclined)
    assert isinstance(withdrawn, RulesWithdrawn)
    assert (declined.declined_by, declined.reasons) == (REGULATOR, declining().reasons)
    assert (withdrawn.withdrawn_by, withdrawn.reasons) == (DRAFTER, withdrawal().reasons)
    assert waiting.having((declined,)).pool == waiting.pool


@pytest.mark.clause("5.2")
def test_a_filing_pins_the_version_of_its_day() -> None:
    """Filed before the effective day it has the old share and ratio, filed on it the new ones."""
    ratio = LossRatio(fiscal_weight=3, social_weight=7)
    given = adopted(data=proposal(proposed=version(share_rate_bp=1500, loss_ratio=ratio)))
    (before,) = given.when(filing(), COOPERATING, FILER, NOON).events
    (after,) = given.when(filing(), COOPERATING, FILER, NEXT_NOON).events
    assert isinstance(before, ProjectFiled)
    assert isinstance(after, ProjectFiled)
    assert (before.rules_version, after.rules_version) == (1, 2)
    assert (before.terms.rules_version, before.terms.share_rate_bp) == (1, 2000)
    assert (after.terms.rules_version, after.terms.share_rate_bp, after.terms.loss_ratio) == (2, 1500, ratio)


def refiled(data: FileProject) -> Given:
    """Filed under version 1, returned, and version 2 with a shorter window and a lower share has taken effect."""
    shorter = version(share_rate_bp=1000, filing_window_days=5)
    returned = ReturnProject(project_id=PROJECT_ID, reasons="补充", filing=1)
    return (
        adopted(data=proposal(proposed=shorter))
        .after(filing(), COOPERATING, FILER)
        .after(returned, MANAGING, APPROVER)
        .after(data, COOPERATING, FILER, NEXT_NOON)
    )


@pytest.mark.clause("5.2")
def test_a_returned_project_goes_on_under_the_rules_of_its_first_filing() -> None:
    """Filed again after another version took effect, it keeps share, ratio and window of its first complete filing."""
    again = refiled(filing(loan=loan(due_on=date(2027, 6, 1))))
    project = again.state.project
    assert project is not None
    assert (project.filing, project.terms.rules_version, project.terms.share_rate_bp) == (2, 1, 2000)
    assert project.filing_deadline > TOMORROW
    approved = again.after(ApproveProject(project_id=PROJECT_ID, filing=2), MANAGING, APPROVER, NEXT_NOON)
    assert approved.state.project is not None
    assert approved.state.project.terms == project.terms
    (event,) = again.when(ApproveProject(project_id=PROJECT_ID, filing=2), MANAGING, APPROVER, NEXT_NOON).events
    assert isinstance(event, ProjectApproved)
    assert (event.rules_version, event.terms.rules_version) == (2, 1)


@pytest.mark.clause("5.2")
def test_duties_are_kept_apart_by_the_rules_in_force() -> None:
    """Which duties exclude each other is asked of the version in force when the officer acts."""
    loose = adopted(
        REGULATED.with_bounds(exclusive_duties={"includes": ("vote", "plan")}).of_that_district(),
        data=proposal(proposed=version(exclusive_duties=((Duty.PLAN, Duty.VOTE),))),
    )
    assert len(loose.pool.rules_at(NOON).exclusive_duties) > 1
    assert loose.pool.rules_at(NEXT_NOON).exclusive_duties == ((Duty.PLAN, Duty.VOTE),)


@pytest.mark.clause("4.1")
@pytest.mark.clause("6.2")
def test_only_the_proposer_withdraws() -> None:
    """The managing institution declines what it didn't propose; it can't take it back in the other's name."""
    assert codes(proposed().when(withdrawal(), MANAGING, REGULATOR)) == ["withdrawn_by_other"]


@pytest.mark.clause("20.1")
def test_no_version_changes_the_term() -> None:
    """The term is the founding's; a shorter or a longer one is no matter of the rules."""
    longer_allowed = REGULATED.with_bounds(term_years={"most": 5}).of_that_district()
    for years in (3, 5):
        decision = longer_allowed.when(proposal(proposed=version(term_years=years)), COOPERATING, DRAFTER)
        assert codes(decision) == ["rules_change_the_term"]
