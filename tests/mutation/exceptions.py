"""Uses of rules that no unit test notices, each with the reason. They are tried with ``--excused`` only.

One that is noticed there has to leave this list; a new use that nobody notices is not excused by anything here.
"""

from collections.abc import Mapping

# For a rule that no function of a service uses.
NOWHERE = "nowhere"

_REAL_PARTS = "this room reads the broker and the database, so that only integration tests reach it: "

# (rule, function that uses it): why no test of tests/unit notices when that function does without the rule.
EXCEPTIONS: Mapping[tuple[str, str], str] = {
    ("is_audited", "services.audit.check._ends_now"): _REAL_PARTS + "test_audit_check",
    ("is_unaltered", "services.audit.execute.execute"): _REAL_PARTS + "test_audit_append",
    ("is_complete", "services.audit.check._check_broker"): _REAL_PARTS + "test_audit_check",
    ("is_root_of", "services.audit.check.check"): _REAL_PARTS + "test_audit_check",
    ("is_root_of", "services.audit.check._check_checkpoint"): _REAL_PARTS + "test_audit_check",
    ("beijing_day", "services.registry.batch._note"): _REAL_PARTS + "test_registry_duties",
    ("beijing_day", "services.registry.batch._count"): _REAL_PARTS + "test_registry_annual_figures",
    ("flags_of_affiliates", "services.treasury.execute._holds_payments"): _REAL_PARTS + "test_treasury_execute",
    ("flags_of_affiliates", "services.treasury.execute._load"): _REAL_PARTS + "test_treasury_execute",
    ("faults_of_the_chain", NOWHERE): "it is for whoever checks the chain of keys from the registry's events alone",
}
