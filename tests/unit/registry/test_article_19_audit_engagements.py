"""Article 19: third parties are engaged to audit the pool; what they find and report stays as they said it."""

from datetime import timedelta
from typing import Any

import pytest

from services.registry.domain.audits.commands import FINDINGS_PER_AUDIT_MAX
from services.registry.domain.audits.state import AuditEngagement, AuditFinding
from shared.contracts.ids import entry_id
from shared.contracts.receipts import Outcome
from shared.contracts.registry.affiliates import RegisterAffiliate
from shared.contracts.registry.audits import (
    AuditFindingRecorded,
    AuditorEngaged,
    AuditReported,
    EngageAuditor,
    RecordAuditFinding,
    RecordAuditReport,
)
from shared.contracts.registry.words import Duty
from tests.unit.registry.registry_examples import (
    COOPERATING,
    FOUNDED_ON,
    LENDER,
    MANAGING,
    NOON,
    POOL_ID,
    STAFFED,
    TODAY,
    USCC,
    Given,
    codes,
    document,
    institution,
    officer,
)

REPORTER, OVERSEER = "reporter", "overseer"
GIVEN = STAFFED.after(officer(REPORTER, Duty.REPORTING), COOPERATING).after(officer(OVERSEER, Duty.OVERSIGHT), MANAGING)
AUDITOR_CODE = "91110105MA0000006H"

pytestmark = pytest.mark.clause("19.2")


def engage(**changed: Any) -> EngageAuditor:
    values = {
        "number": "SJ-1",
        "auditor": "示例会计师事务所",
        "auditor_uscc": AUDITOR_CODE,
        "scope": "资金池使用情况",
        "period_from": TODAY - timedelta(days=40),
        "period_to": TODAY,
        "engagement_letter": document(),
    }
    return EngageAuditor.model_validate({**values, **changed})


def finding(**changed: Any) -> RecordAuditFinding:
    values = {"number": "SJ-1", "finding": "1", "text": "缺少签字。", "clause": "6.6", "document": document()}
    return RecordAuditFinding.model_validate({**values, **changed})


def report(**changed: Any) -> RecordAuditReport:
    values = {"number": "SJ-1", "passed": False, "conclusion": "未达到要求。", "report": document()}
    return RecordAuditReport.model_validate({**values, **changed})


ENGAGED = GIVEN.after(engage(), MANAGING, OVERSEER)


def engagement_of(given: Given) -> AuditEngagement:
    assert isinstance(given.state.entry, AuditEngagement)
    return given.state.entry


def test_an_auditor_is_engaged_finds_and_reports() -> None:
    """Each step is told, and said again it is a duplicate; the stages are engaged, findings, reported."""
    (engaged,) = GIVEN.when(engage(), MANAGING, OVERSEER).events
    assert isinstance(engaged, AuditorEngaged)
    assert (engaged.entry_id, engaged.engaged_by) == (entry_id(POOL_ID, "audit_engagement", "SJ-1"), OVERSEER)
    given = GIVEN.having((engaged,))
    stages = [engagement_of(given).stage]
    for data, event in ((finding(), AuditFindingRecorded), (report(), AuditReported)):
        (said,) = given.when(data, MANAGING, OVERSEER).events
        assert isinstance(said, event)
        given = given.having((said,))
        stages.append(engagement_of(given).stage)
    assert stages == ["engaged", "findings", "reported"]
    for data in (engage(), finding(), report()):
        assert given.when(data, MANAGING, OVERSEER).outcome is Outcome.DUPLICATE
    assert type(engagement_of(given)).model_validate_json(engagement_of(given).model_dump_json()) == engagement_of(
        given
    )


def test_a_report_says_whether_the_audit_was_passed() -> None:
    """With the number of findings; an audit without any can be reported straight away."""
    (said,) = ENGAGED.when(report(), MANAGING, OVERSEER).events
    assert isinstance(said, AuditReported)
    assert (said.passed, said.findings, said.auditor) == (False, 0, "示例会计师事务所")


def test_an_auditor_is_a_third_party() -> None:
    """Neither an institution of the pool nor a registered affiliate, by code or by any form of its name."""
    affiliate = RegisterAffiliate(
        uscc=USCC["borrower"], name="示例咨询(北京)有限公司", relation="控股", evidence=document()
    )
    given = GIVEN.after(affiliate, MANAGING, OVERSEER)
    for changed in (
        {"auditor_uscc": USCC[COOPERATING]},
        {"auditor": f" {institution(LENDER).name} ".strip().replace(" ", "　")},
        {"auditor_uscc": USCC["borrower"]},
        {"auditor": "示例咨询（北京）有限责任公司"},
        {"auditor": "示例諮詢（北京）有限公司朝陽分公司"},
    ):
        assert codes(given.when(engage(**changed), MANAGING, OVERSEER)) == ["auditor_is_no_third_party"]


def test_an_engagement_is_in_order_and_stays_as_it_was() -> None:
    """The code's check digit, the period's two days, and one engagement under a number."""
    wrong = engage(auditor_uscc="91110105MA0000006J", period_from=TODAY + timedelta(days=1))
    assert codes(GIVEN.when(wrong, MANAGING, OVERSEER)) == ["credit_code_invalid", "audited_period_wrong"]
    assert GIVEN.when(engage(period_from=TODAY), MANAGING, OVERSEER).outcome is Outcome.ACCEPTED
    assert codes(ENGAGED.when(engage(scope="别的"), MANAGING, OVERSEER)) == ["number_taken"]


def test_findings_and_reports_are_of_an_engagement_that_is_open() -> None:
    """None without an engagement, none after the report, and none in other words under the same number."""
    for data in (finding(), report()):
        assert codes(GIVEN.when(data, MANAGING, OVERSEER)) == ["no_such_engagement"]
    ended = ENGAGED.after(report(), MANAGING, OVERSEER)
    assert codes(ended.when(finding(), MANAGING, OVERSEER)) == ["engagement_has_ended"]
    assert codes(ended.when(report(passed=True), MANAGING, OVERSEER)) == ["engagement_has_ended"]
    found = ENGAGED.after(finding(), MANAGING, OVERSEER)
    assert codes(found.when(finding(text="别的。"), MANAGING, OVERSEER)) == ["number_taken"]


def test_a_finding_names_a_clause_or_none() -> None:
    """A clause that the regulation does not have was not broken."""
    assert codes(ENGAGED.when(finding(clause="24.1"), MANAGING, OVERSEER)) == ["no_such_clause"]
    assert ENGAGED.when(finding(clause=None), MANAGING, OVERSEER).outcome is Outcome.ACCEPTED


def test_an_audits_findings_have_a_limit() -> None:
    """An engagement is one row."""
    one = AuditFinding(number="1", finding="x", text="y", clause=None, document=None)
    full = engagement_of(ENGAGED).model_copy(update={"findings": (one,) * FINDINGS_PER_AUDIT_MAX})
    given = Given(type(ENGAGED.state)(pool=ENGAGED.pool, entry=full), ENGAGED.reference_data)
    assert codes(given.when(finding(), MANAGING, OVERSEER)) == ["register_full"]


def test_an_audit_is_of_the_pools_own_time() -> None:
    """From its founding on; what was before, such as another pool's, is none of it."""
    before = engage(period_from=FOUNDED_ON - timedelta(days=1))
    (fault,) = GIVEN.when(before, MANAGING, OVERSEER).refusals
    assert (fault.code, str(FOUNDED_ON) in fault.text) == ("audited_period_wrong", True)
    assert GIVEN.when(engage(period_from=FOUNDED_ON), MANAGING, OVERSEER).outcome is Outcome.ACCEPTED


def test_an_audit_is_reported_when_its_period_is_over() -> None:
    """On its last day; it is engaged before, and finds something. A cooperation ends for no audit of days to come."""
    until = TODAY + timedelta(days=9)
    given = GIVEN.after(engage(period_to=until), MANAGING, OVERSEER).after(finding(), MANAGING, OVERSEER)
    (fault,) = given.when(report(), MANAGING, OVERSEER).refusals
    assert (fault.code, fault.clause) == ("audited_period_not_over", "19.2")
    assert given.when(report(), MANAGING, OVERSEER, NOON + timedelta(days=9)).outcome is Outcome.ACCEPTED
