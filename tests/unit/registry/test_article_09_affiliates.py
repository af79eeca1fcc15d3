"""Article 9: no project of an affiliate of the cooperating institution, whatever form its name takes."""

import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.affiliates.commands import AFFILIATES_PER_POOL_MAX
from services.registry.domain.enterprise_name import comparable_name, is_one_legal_person
from services.registry.domain.project import Project
from shared.contracts.receipts import Outcome
from shared.contracts.registry.affiliates import (
    AffiliateRegistered,
    AffiliateWithdrawn,
    RegisterAffiliate,
    WithdrawAffiliate,
)
from shared.contracts.registry.ballots import BallotClosed
from shared.contracts.registry.project_life import (
    DrawdownAdmitted,
    DrawdownRefused,
    FlagGround,
)
from shared.contracts.registry.projects import ApproveProject, RejectProject
from shared.contracts.registry.words import Duty, Vote
from tests.unit.registry.correction_examples import correction
from tests.unit.registry.project_life_examples import COVERED, drawing, lifting
from tests.unit.registry.registry_examples import (
    APPROVED,
    APPROVER,
    COOPERATING,
    FILED,
    FILER,
    MANAGING,
    PROJECT_ID,
    STAFFED,
    USCC,
    Given,
    borrower,
    codes,
    document,
    filing,
    institution,
    officer,
)
from tests.unit.registry.test_article_08_collective_decisions import MEMBERS, SECRETARY, casting, closing, opening
from tests.unit.registry.test_article_16_later_drawdowns import LATE_AT, ON_DRAWDOWN, covered_fen, drawn_late

pytestmark = pytest.mark.clause("9.1")

REPORTER, OVERSEER = "reporter", "overseer"
AFFILIATE_CODE = "91110105MA0000006H"
NAME = "示例ABC（北京）科技有限公司"
GIVEN = STAFFED.after(officer(REPORTER, Duty.REPORTING), COOPERATING).after(officer(OVERSEER, Duty.OVERSIGHT), MANAGING)


def register(**changed: Any) -> RegisterAffiliate:
    values = {"uscc": AFFILIATE_CODE, "name": NAME, "relation": "持股百分之六十", "evidence": document()}
    return RegisterAffiliate.model_validate({**values, **changed})


def withdraw(uscc: str = AFFILIATE_CODE) -> WithdrawAffiliate:
    return WithdrawAffiliate(uscc=uscc, reason="股权已转让", evidence=document())


def filed_by(given: Given, name: str, uscc: str = USCC["borrower"]) -> list[str]:
    data = filing(borrower=borrower(name=name, uscc=uscc))
    return [code for code in codes(given.when(data, COOPERATING, FILER)) if code != "no_right_of_borrower"]


REPORTED = GIVEN.after(register(), COOPERATING, REPORTER)


@pytest.mark.parametrize(
    "name",
    [
        NAME,
        "示例ABC(北京)科技有限公司",
        "示例ＡＢＣ（北京）科技有限公司",
        "示例abc（北京）科技有限公司",
        "示例 ABC （北京） 科技 有限公司",
        "示例ABC　（北京）科技有限公司",
        "示例ABC〔北京〕科技有限公司",
        "⽰例ABC（北京）科技有限公司",  # a Kangxi radical for 示
        "示例ABC（北京）科技有限责任公司",
    ],
)
def test_an_affiliate_is_known_under_every_form_of_its_name(name: str) -> None:
    """Width, case, spaces, brackets, compatibility characters, the ways to write the legal form.

    What nobody sees is refused in any name before it gets here, and is passed over in comparing all the same.
    """
    assert filed_by(REPORTED, name) == ["borrower_is_registered_affiliate"]
    # The other way round as well: however it was reported.
    reported = GIVEN.after(register(name=unicodedata.normalize("NFC", name)), COOPERATING, REPORTER)
    assert filed_by(reported, NAME) == ["borrower_is_registered_affiliate"]


@pytest.mark.parametrize(
    "name",
    [
        "示例ABC北京科技有限公司",
        "示例ABD（北京）科技有限公司",
        "示例ABC（北京）科技股份有限公司",
        "示例ABC（上海）科技有限公司",
    ],
)
def test_another_enterprise_is_not_taken_for_an_affiliate(name: str) -> None:
    """Other characters, another place, another legal form: another enterprise."""
    assert filed_by(REPORTED, name) == []


def test_an_affiliate_is_known_by_its_code() -> None:
    """Under whatever name; and the cooperating institution itself is nobody to lend to."""
    assert "borrower_is_registered_affiliate" in filed_by(REPORTED, "另一个名称", AFFILIATE_CODE)
    assert "borrower_is_registered_affiliate" in filed_by(GIVEN, "另一个名称", USCC[COOPERATING])
    itself = institution(COOPERATING).name
    assert filed_by(GIVEN, itself) == ["borrower_is_registered_affiliate"]


def test_an_affiliate_is_registered_and_withdrawn_with_evidence() -> None:
    """Both are told with who said so; withdrawn, it is covered again; the same said again is a duplicate."""
    decision = GIVEN.when(register(), COOPERATING, REPORTER)
    assert decision.events == (
        AffiliateRegistered(
            uscc=AFFILIATE_CODE,
            name=NAME,
            relation="持股百分之六十",
            evidence=document(),
            registered_by_institution=COOPERATING,
            registered_by=REPORTER,
            projects_flagged=0,
        ),
    )
    assert REPORTED.when(register(), COOPERATING, REPORTER).outcome is Outcome.DUPLICATE
    (withdrawn,) = REPORTED.when(withdraw(), COOPERATING, REPORTER).events
    assert isinstance(withdrawn, AffiliateWithdrawn)
    assert (withdrawn.withdrawn_by_institution, withdrawn.evidence) == (COOPERATING, document())
    again = REPORTED.having((withdrawn,))
    assert filed_by(again, NAME) == []
    assert codes(again.when(withdraw(), COOPERATING, REPORTER)) == ["no_such_affiliate"]


def test_what_the_managing_institution_found_is_not_withdrawn_by_the_other() -> None:
    """The managing institution can withdraw what either of them registered."""
    found = GIVEN.after(register(), MANAGING, OVERSEER)
    assert codes(found.when(withdraw(), COOPERATING, REPORTER)) == ["affiliate_of_another_reporter"]
    assert found.when(withdraw(), MANAGING, OVERSEER).outcome is Outcome.ACCEPTED
    assert REPORTED.when(withdraw(), MANAGING, OVERSEER).outcome is Outcome.ACCEPTED


def test_an_affiliate_is_registered_once_under_a_right_code() -> None:
    """Other particulars need a withdrawal first, and a code has its check digit."""
    assert codes(REPORTED.when(register(name="别名"), COOPERATING, REPORTER)) == ["affiliate_registered_before"]
    wrong = register(uscc="91110105MA0000006J")
    assert codes(GIVEN.when(wrong, COOPERATING, REPORTER)) == ["credit_code_invalid"]


def test_the_register_of_affiliates_has_a_limit() -> None:
    """Each filing looks at all of them."""
    affiliate = REPORTED.pool.affiliates[AFFILIATE_CODE]
    full = {f"{number:018d}": affiliate for number in range(AFFILIATES_PER_POOL_MAX)}
    pool = GIVEN.pool.model_copy(update={"affiliates": full})
    given = Given(type(GIVEN.state)(pool=pool), GIVEN.reference_data)
    assert codes(given.when(register(), COOPERATING, REPORTER)) == ["register_full"]


def found_out(given: Given) -> Given:
    """Its borrower turns out to be an affiliate: the managing institution registers it, under another name."""
    given = given.after(officer("finder", Duty.OVERSIGHT), MANAGING)
    return given.after(register(uscc=USCC["borrower"]), MANAGING, "finder")


def cleared(given: Given) -> Given:
    return given.after(withdraw(USCC["borrower"]), MANAGING, "finder")


def lifted(given: Given) -> Given:
    """The managing institution decides on it, with the document of that."""
    return given.after(lifting(USCC["borrower"], FlagGround.AFFILIATE), MANAGING, "finder")


def flags_of(given: Given) -> list[tuple[FlagGround, str]]:
    project = given.state.project
    assert isinstance(project, Project)
    return [(flag.ground, flag.number) for flag in project.flags]


OF_BORROWER = (FlagGround.AFFILIATE, USCC["borrower"])


def test_what_waits_is_not_approved_once_its_borrower_is_an_affiliate() -> None:
    """Registered after the filing, and before the approval: it can only be turned down, until it is withdrawn."""
    approve, found = ApproveProject(project_id=PROJECT_ID, filing=1), found_out(FILED)
    decision = found.when(approve, MANAGING, APPROVER)
    assert (codes(decision), decision.events) == (["borrower_is_registered_affiliate"], ())
    reject = RejectProject(project_id=PROJECT_ID, filing=1, reasons="借款企业系关联企业")
    assert found.when(reject, MANAGING, APPROVER).outcome is Outcome.ACCEPTED
    assert cleared(found).when(approve, MANAGING, APPROVER).outcome is Outcome.ACCEPTED


def test_a_correction_is_not_approved_once_its_borrower_is_an_affiliate() -> None:
    """The approved version goes on, and no new one of an affiliate comes to count."""
    approve = ApproveProject(project_id=PROJECT_ID, filing=2)
    found = found_out(APPROVED.after(correction(), COOPERATING, FILER))
    decision = found.when(approve, MANAGING, APPROVER)
    assert (codes(decision), decision.events) == (["borrower_is_registered_affiliate"], ())
    assert cleared(found).when(approve, MANAGING, APPROVER).outcome is Outcome.ACCEPTED


def test_an_affiliate_draws_nothing_more() -> None:
    """What was covered before stays; what is drawn after the registration is not added to it."""
    found = found_out(COVERED)
    decision = found.when(drawing(), COOPERATING, FILER)
    assert (codes(decision), decision.events) == (["borrower_is_registered_affiliate", "flag_stands"], ())
    assert lifted(cleared(found)).when(drawing(), COOPERATING, FILER).outcome is Outcome.ACCEPTED


@pytest.mark.clause("16.1")
def test_a_late_drawdown_of_an_affiliate_is_not_admitted_whatever_was_voted() -> None:
    """The members voted before it was found out: the ballot is closed as it was counted, the drawdown is refused."""
    at = LATE_AT + timedelta(hours=1)
    given = drawn_late().after(opening(**ON_DRAWDOWN, closes_at=at + timedelta(days=1)), MANAGING, SECRETARY, at)
    for member in MEMBERS:
        given = given.after(casting(Vote.FOR, **ON_DRAWDOWN), MANAGING, member, at)
    found = found_out(given)
    closed, refused = found.when(closing(**ON_DRAWDOWN), MANAGING, SECRETARY, at).events
    assert isinstance(closed, BallotClosed)
    assert closed.passed
    assert isinstance(refused, DrawdownRefused)
    assert (refused.number, refused.minutes) == (2, closed.minutes)
    assert "关联" in refused.reasons
    assert covered_fen(found.having([closed, refused])) == covered_fen(given)
    # What decided on the flag was this loan; it is an affiliate all the same.
    _, refused = lifted(found).when(closing(**ON_DRAWDOWN), MANAGING, SECRETARY, at).events
    assert isinstance(refused, DrawdownRefused)
    assert "关联" in refused.reasons
    _, admitted = lifted(cleared(found)).when(closing(**ON_DRAWDOWN), MANAGING, SECRETARY, at).events
    assert isinstance(admitted, DrawdownAdmitted)


@pytest.mark.clause("16.1")
def test_a_late_drawdown_that_was_voted_down_says_so_and_nothing_else() -> None:
    """Also where its borrower has become an affiliate: what decided is the vote."""
    at = LATE_AT + timedelta(hours=1)
    given = drawn_late().after(opening(**ON_DRAWDOWN, closes_at=at + timedelta(days=1)), MANAGING, SECRETARY, at)
    for member in MEMBERS:
        given = given.after(casting(Vote.AGAINST, **ON_DRAWDOWN), MANAGING, member, at)
    closed, refused = found_out(given).when(closing(**ON_DRAWDOWN), MANAGING, SECRETARY, at).events
    assert isinstance(closed, BallotClosed)
    assert isinstance(refused, DrawdownRefused)
    assert refused.reasons == closed.why_zh


SAME_LEGAL_PERSON = (
    ("北京示範科技有限公司", "北京示范科技有限公司"),
    ("臺灣綫裝書局（北京）有限責任公司", "台湾线装书局(北京)有限公司"),
    ("乾元後勤服務股份公司", "乾元后勤服务股份有限公司"),
    ("示例科技有限公司上海分公司", "示例科技有限公司"),
    ("示例科技有限责任公司上海分公司", "示例科技有限公司"),
    ("示例科技有限公司（上海）分公司", "示例科技有限公司"),
    ("示例科技有限公司(上海分公司)", "示例科技有限公司"),
    ("示例科技有限公司上海分公司浦东支公司", "示例科技有限公司"),
    ("示例科技有限公司上海分公司", "示例科技有限公司北京分公司"),
    ("示例公司服务有限公司上海分公司", "示例公司服务有限公司"),
    ("中国示例银行股份有限公司北京朝阳支行", "中国示例银行股份有限公司"),
    ("中国示例銀行股份有限公司北京分行", "中国示例银行股份有限公司天津分行"),
    ("示例农村商业银行朝阳支行", "示例农村商业银行"),
    ("示例公司北京分公司", "示例公司"),
    ("示例证券股份有限公司北京建国路营业部", "示例证券股份有限公司"),
)
OTHER_LEGAL_PERSONS = (
    ("示例科技有限公司", "示例科技股份有限公司"),
    ("示例科技有限公司上海分公司", "示例上海科技有限公司"),
    ("上海分公司管理有限公司", "上海"),
    ("示例分行信息技术有限公司", "示例"),
    ("示例科技有限公司上海分公司", "示范科技有限公司上海分公司"),
    ("示例银行北京分行", "示例银行股份有限公司"),
    ("分公司", "支公司"),
    ("示例（北京）科技有限公司", "示例北京科技有限公司"),
)


@pytest.mark.parametrize(("one", "other"), SAME_LEGAL_PERSON)
def test_one_legal_person_is_known_by_either_name(one: str, other: str) -> None:
    """A branch is its company, and a name is the same in traditional characters; whichever of both is registered."""
    assert is_one_legal_person(one, other)
    assert is_one_legal_person(other, one)
    for registered, borrowing in ((one, other), (other, one)):
        given = GIVEN.after(register(name=registered), COOPERATING, REPORTER)
        decision = given.when(filing(borrower=borrower(name=borrowing)), COOPERATING, FILER)
        assert codes(decision) == ["borrower_is_registered_affiliate"]


@pytest.mark.parametrize(("one", "other"), OTHER_LEGAL_PERSONS)
def test_what_only_looks_like_a_branch_is_another_legal_person(one: str, other: str) -> None:
    """Branches of two companies, a company whose name has the word, a bank in short: none of them is guessed."""
    assert not is_one_legal_person(one, other)
    assert not is_one_legal_person(other, one)


@given(st.text("示例科技甲乙", min_size=1, max_size=6), st.text("上海浦東东甲", max_size=6))
def test_a_branch_of_any_company_is_that_company(company: str, where: str) -> None:
    """Whatever it is called and wherever it is."""
    assert is_one_legal_person(f"{company}有限责任公司{where}分公司", f"{company}有限公司")


WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)} | {" ": "\u3000"}
CHARACTERS = st.text(
    st.one_of(st.sampled_from("示例科技有限责任股份公司（）()〔〕 ABcd·.-①㈱ﬀ"), st.characters(codec="utf-8")),
    max_size=30,
)


@given(CHARACTERS)
def test_the_comparable_form_is_a_fixed_point(name: str) -> None:
    """Comparing what is compared already changes nothing, so that sameness is an equivalence."""
    form = comparable_name(name)
    assert comparable_name(form) == form
    assert is_one_legal_person(name, form)


@given(CHARACTERS, st.data())
def test_no_way_to_write_a_name_makes_it_another_one(name: str, data: st.DataObject) -> None:
    """Widths, case of letters, spaces and unseen characters put in anywhere, and Unicode's normal forms."""
    written = name
    if data.draw(st.booleans()):
        written = "".join(WIDE.get(character, character) for character in written)
    if data.draw(st.booleans()):
        written = unicodedata.normalize(data.draw(st.sampled_from(("NFC", "NFD", "NFKC", "NFKD"))), written)
    if data.draw(st.booleans()):
        written = written.swapcase() if written.swapcase().casefold() == written.casefold() else written.casefold()
    place = data.draw(st.integers(0, len(written)))
    unseen = data.draw(st.sampled_from((" ", "\u3000", "\u00a0", "\u200b", "\u2060", "\ufe01", "\U000e0100", "\u3164")))
    assert is_one_legal_person(name, written[:place] + unseen + written[place:])


@given(st.text("示例科技甲乙丙丁AB12", min_size=1, max_size=8), st.text("示例科技甲乙丙丁AB12", min_size=1, max_size=8))
def test_different_names_stay_different(one: str, other: str) -> None:
    """What differs in more than the way of writing is two names."""
    assert is_one_legal_person(one + "有限公司", other + "有限责任公司") is (one == other)
    assert not is_one_legal_person(one + "有限公司", one + "股份有限公司")


def test_what_both_have_found_is_the_managing_institutions() -> None:
    """A report of the cooperating institution stands in the way of no finding, and can't be taken back after it."""
    for data in (register(), register(relation="实际控制人相同")):
        decision = REPORTED.when(data, MANAGING, OVERSEER)
        assert decision.outcome is Outcome.ACCEPTED
        found = REPORTED.having(decision.events)
        assert found.pool.affiliates[AFFILIATE_CODE].registered_by_institution == MANAGING
        assert codes(found.when(withdraw(), COOPERATING, REPORTER)) == ["affiliate_of_another_reporter"]
        assert codes(found.when(register(), COOPERATING, REPORTER)) == ["affiliate_registered_before"]
        assert found.when(data, MANAGING, OVERSEER).outcome is Outcome.DUPLICATE
    assert codes(found.when(register(), MANAGING, OVERSEER)) == ["affiliate_registered_before"]
