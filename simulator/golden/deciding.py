"""A collective decision of the registry: the committee votes on the selection of the cooperating institution."""

from shared.contracts.documents import DocumentKind
from shared.contracts.ids import matter_id
from shared.contracts.registry.ballots import (
    BallotClosed,
    BallotOpened,
    BallotVoided,
    CastVote,
    CloseBallot,
    MemberRecused,
    OpenBallot,
    RecuseMember,
    VoteRecorded,
)
from shared.contracts.registry.words import BallotRules, Vote
from simulator.golden.founding import beijing, document
from simulator.golden.story import MANAGING, POOL, Story

SELECTION = matter_id(POOL, "selection", "XZ-2026-1")
MEMBERS = tuple(f"member-{number}" for number in range(1, 6))
MINUTES = document(DocumentKind.MINUTES, "遴选集体决策会议纪要")


def add_decision(story: Story, subject_sha256: str) -> None:
    """Opened, voted on, one member left, closed; and how it would have been void."""
    on = {"matter_id": SELECTION, "subject_sha256": subject_sha256}
    closes_at = beijing(2026, 1, 12, 17, 0)
    opening = OpenBallot(matter_id=SELECTION, subject_sha256=subject_sha256, members=MEMBERS, closes_at=closes_at)
    story.says(MANAGING, "secretary", "open-selection-ballot", beijing(2026, 1, 12), opening)
    opened = BallotOpened.model_validate(
        {
            **on,
            "clause": "8.1",
            "opened_by": "secretary",
            "members": MEMBERS,
            "closes_at": closes_at,
            "rules": BallotRules(),
        }
    )
    story.publishes("registry", POOL, opened)
    leaving = RecuseMember(matter_id=SELECTION, subject_sha256=subject_sha256, reason="本人曾任职于候选机构")
    story.says(MANAGING, "member-5", "recuse-from-selection", beijing(2026, 1, 12, 9, 40), leaving)
    story.publishes(
        "registry", POOL, MemberRecused.model_validate({**on, "member": "member-5", "reason": leaving.reason})
    )
    for member in MEMBERS[:4]:
        vote = CastVote(matter_id=SELECTION, subject_sha256=subject_sha256, vote=Vote.FOR)
        story.says(MANAGING, member, f"selection-vote-{member}", beijing(2026, 1, 12, 10, 0), vote)
        story.publishes("registry", POOL, VoteRecorded.model_validate({**on, "member": member, "vote": Vote.FOR}))
    closing = CloseBallot(matter_id=SELECTION, subject_sha256=subject_sha256, minutes=MINUTES)
    story.says(MANAGING, "secretary", "close-selection-ballot", beijing(2026, 1, 12, 11, 0), closing)
    closed = {
        **on,
        "passed": True,
        "base": 4,
        "voters_required": 3,
        "voters": 4,
        "votes_for": 4,
        "votes_against": 0,
        "abstentions": 0,
        "why": "passed: 4 of 4 members voted for it, more than 1/2, with 4 voting",
        "why_zh": "通过：应到4人，表决4人，赞成4人，超过1/2",
        "minutes": MINUTES,
        "closed_by": "secretary",
    }
    story.publishes("registry", POOL, BallotClosed.model_validate(closed))
    void = {
        **on,
        "votes_void": 2,
        "why": "what was to be decided has changed; the votes on it are void, and a new ballot is needed",
        "why_zh": "待决事项已变更；原有表决无效，须重新发起集体决策",
    }
    story.publishes("registry", POOL, BallotVoided.model_validate(void))
