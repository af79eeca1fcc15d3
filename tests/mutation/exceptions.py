"""Uses of rules that no unit test notices, each with the reason. They are tried with ``--excused`` only.

One that is noticed there has to leave this list; a new use that nobody notices is not excused by anything here.
"""

from collections.abc import Mapping
from itertools import chain

# For a rule that no function of a service uses.
NOWHERE = "nowhere"

_REAL_PARTS = "this room reads the broker and the database, so that only integration tests reach it: "

_AUDIT: Mapping[tuple[str, str], str] = {
    ("is_audited", "services.audit.check._ends_now"): _REAL_PARTS + "test_audit_check",
    ("is_unaltered", "services.audit.execute.execute"): _REAL_PARTS + "test_audit_append",
    ("is_complete", "services.audit.check._check_broker"): _REAL_PARTS + "test_audit_check",
    ("is_root_of", "services.audit.check.check"): _REAL_PARTS + "test_audit_check",
    ("is_root_of", "services.audit.check._check_checkpoint"): _REAL_PARTS + "test_audit_check",
}

_ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("faults_of_the_chain", NOWHERE): "it is for whoever checks the chain of keys from the registry's events alone",
}

# A debt, and no reason to leave it so: the rule is proven by calling it, its place in these functions is not.
_STORIES_DUE: Mapping[str, tuple[str, ...]] = {
    "institution_id_is_free": ("domain.supervising_bank.propose_supervising_bank",),
    "officer_has_duty": (
        "domain.accounts.approve_payee_account",
        "domain.deciding_project_life._end",
        "domain.deciding_project_life._lift_flag",
        "domain.deciding_project_life._not_told_by_a_party",
        "domain.deciding_project_life._record_spot_check",
        "domain.deciding_term._continue",
        "domain.supervising_bank.consent_to_supervising_bank",
        "domain.supervising_bank.propose_supervising_bank",
    ),
    "key_is_canonical": (
        "domain.founding._institution",
        "domain.registration.register_institution",
        "domain.registration.register_officer",
        "domain.supervising_bank.propose_supervising_bank",
    ),
    "key_is_unused": ("domain.supervising_bank.propose_supervising_bank",),
    "has_room": (
        "domain.accounts.propose_payee_account",
        "domain.deciding_project_life._record_spot_check",
        "domain.deciding_project_life._report_repayment",
        "domain.deciding_rules._not_adoptable",
        "domain.deciding_selection._register",
        "domain.keys._new_key_is_in_order",
        "domain.registration.register_institution",
        "domain.supervising_bank.propose_supervising_bank",
    ),
    "project_is_known": (
        "domain.deciding_project_life._file_drawdown",
        "domain.deciding_project_life._lift_flag",
        "domain.deciding_project_life._record_spot_check",
    ),
    "filed_by_cooperating_institution": ("domain.deciding_project_life._file_drawdown",),
    "drawdowns_follow_the_contract": ("domain.deciding_project_life._file_drawdown",),
    "beijing_day": (
        "domain.decide._decide_on_founding",
        "domain.decide._decide_on_institutions",
        "domain.decide._decide_on_matter",
        "domain.deciding_cycle.decide_cycle",
        "domain.deciding_selection._conclude",
        "domain.deciding_selection._recommend",
        "domain.deciding_selection._record_evidence",
        "domain.rules.article_08_selection.announcement_is_before_applications",
        "execute._note",
    ),
    "loan_is_within_term": ("domain.deciding_project_life._file_drawdown",),
    "decision_is_due_on": ("domain.agenda._after_project",),
    "supplement_is_due_on": ("domain.agenda._after_project",),
}

# (rule, function that uses it): why no test of tests/unit notices when that function does without the rule.
EXCEPTIONS: Mapping[tuple[str, str], str] = dict(
    chain(
        _AUDIT.items(),
        _ELSEWHERE.items(),
        (
            (
                (rule, f"services.registry.{function}"),
                "a story through decide is due that breaks this rule alone",
            )
            for rule, uses in _STORIES_DUE.items()
            for function in uses
        ),
    )
)
