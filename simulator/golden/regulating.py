"""What is said beside the story about its rules: a version proposed and adopted, one declined, one withdrawn."""

from datetime import date

from shared.contracts.documents import DocumentKind
from shared.contracts.ids import matter_id
from shared.contracts.registry.norms import AdoptWorkingNorm, WorkingNormAdopted
from shared.contracts.registry.rules import (
    AdoptRules,
    DeclineRules,
    ProposeRules,
    RulesAdopted,
    RulesDeclined,
    RulesProposed,
    RulesWithdrawn,
    WithdrawRules,
)
from shared.contracts.registry.words import Rules
from simulator.golden.founding import RATIO, SHARE_RATE_BP, beijing, document
from simulator.golden.story import COOPERATING, MANAGING, POOL, Sent, Story

REASONS = "备案材料齐备所需时间长于三十日。"


def add_rules(story: Story) -> None:
    """The cooperating institution asks for a longer window: once adopted, once declined, once withdrawn."""
    adopted = _proposed(story, "2026-1", version=2, window_days=45)
    adoption = AdoptRules(number="2026-1", proposal_sha256=adopted.sha256)
    at = beijing(2026, 4, 13)
    story.says(MANAGING, "overseer", "rules-adoption-2026-1", at, adoption)
    story.publishes(
        "registry",
        POOL,
        RulesAdopted(
            matter_id=matter_id(POOL, "rules_proposal", "2026-1"),
            number="2026-1",
            rules=_rules(2, 45),
            proposal_sha256=adopted.sha256,
            adopted_by="overseer",
            adopted_at=at,
            share_rate_max_bp=2_000,
        ),
    )
    _proposed(story, "2026-2", version=3, window_days=60)
    declining = DeclineRules(number="2026-2", reasons="先观察第二版规则的执行情况。")
    story.says(MANAGING, "overseer", "rules-declining-2026-2", beijing(2026, 4, 15), declining)
    story.publishes(
        "registry",
        POOL,
        RulesDeclined(
            matter_id=matter_id(POOL, "rules_proposal", "2026-2"),
            number="2026-2",
            reasons=declining.reasons,
            declined_by="overseer",
        ),
    )
    _proposed(story, "2026-3", version=3, window_days=50)
    withdrawal = WithdrawRules(number="2026-3", reasons="待年度总结后再议。")
    story.says(COOPERATING, "reporting-officer", "rules-withdrawal-2026-3", beijing(2026, 4, 16), withdrawal)
    story.publishes(
        "registry",
        POOL,
        RulesWithdrawn(
            matter_id=matter_id(POOL, "rules_proposal", "2026-3"),
            number="2026-3",
            reasons=withdrawal.reasons,
            withdrawn_by="reporting-officer",
        ),
    )


def add_norms(story: Story) -> None:
    """The cooperating institution adopts a norm of its daily work in the place of an earlier one."""
    for number, supersedes in (("GF-2026-1", None), ("GF-2026-2", "GF-2026-1")):
        norm = AdoptWorkingNorm(
            number=number,
            title="备案材料初核工作规范",
            effective_on=date(2026, 5, 6),
            document=document(DocumentKind.OTHER, f"备案材料初核工作规范 {number}"),
            supersedes=supersedes,
        )
        story.says(COOPERATING, "reporting-officer", f"working-norm-{number}", beijing(2026, 4, 28), norm)
        story.publishes(
            "registry",
            POOL,
            WorkingNormAdopted(
                matter_id=matter_id(POOL, "working_norm", number),
                **{name: getattr(norm, name) for name in AdoptWorkingNorm.model_fields},
                institution=COOPERATING,
                adopted_on=date(2026, 4, 28),
                adopted_by="reporting-officer",
            ),
        )


def _proposed(story: Story, number: str, version: int, window_days: int) -> Sent:
    proposal = ProposeRules(number=number, rules=_rules(version, window_days), reasons=REASONS)
    message_id = f"rules-proposal-{number}"
    sent = story.says(COOPERATING, "reporting-officer", message_id, beijing(2026, 4, 10), proposal)
    story.publishes(
        "registry",
        POOL,
        RulesProposed(
            matter_id=matter_id(POOL, "rules_proposal", number),
            number=number,
            rules=proposal.rules,
            reasons=REASONS,
            institution=COOPERATING,
            proposed_by="reporting-officer",
            proposal_sha256=sent.sha256,
        ),
    )
    return sent


def _rules(version: int, window_days: int) -> Rules:
    return Rules(
        version=version,
        effective_on=date(2026, 5, 1),
        share_rate_bp=SHARE_RATE_BP,
        loss_ratio=RATIO,
        filing_window_days=window_days,
    )
