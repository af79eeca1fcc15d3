"""What is said beside the story of agreements: an amendment that fixes the operating period, one with the bank."""

from datetime import date

from shared.contracts.documents import DocumentKind
from shared.contracts.ids import matter_id
from shared.contracts.registry.agreements import (
    AgreementConsented,
    AgreementRecorded,
    ConsentToAgreement,
    RecordAgreement,
)
from shared.contracts.registry.performance import OperatingPeriodFixed
from shared.contracts.registry.words import Agreement
from simulator.golden.founding import beijing, document
from simulator.golden.story import COOPERATING, CUSTODIAN, MANAGING, POOL, Story


def add_agreements(story: Story) -> None:
    """The cooperation is agreed on for two years; the bank's agreement is amended with both institutions' consent."""
    _amend_cooperation(story)
    _amend_supervision(story)


def _amend_cooperation(story: Story) -> None:
    said = RecordAgreement(
        number="HZ-2026-001-1",
        institution=COOPERATING,
        signed_on=date(2026, 4, 20),
        document=document(DocumentKind.AGREEMENT, "资金池合作协议补充协议（运营期）"),
        amends="HZ-2026-001",
        operating_from=date(2026, 4, 20),
        operating_until=date(2028, 1, 20),
    )
    story.says(MANAGING, "overseer", "agreement-hz-2026-001-1", beijing(2026, 4, 21), said)
    story.publishes(
        "registry",
        POOL,
        AgreementRecorded(
            matter_id=matter_id(POOL, "agreement", said.number),
            **{name: getattr(said, name) for name in RecordAgreement.model_fields if name != "decision"},
            recorded_on=date(2026, 4, 21),
            recorded_by="overseer",
        ),
    )
    assert said.operating_until is not None
    story.publishes(
        "registry",
        POOL,
        OperatingPeriodFixed(
            operating_until=said.operating_until,
            operating_from=said.operating_from,
            agreement=Agreement(number=said.number, signed_on=said.signed_on, document=said.document),
            fixed_on=date(2026, 4, 21),
            fixed_by="overseer",
        ),
    )


def _amend_supervision(story: Story) -> None:
    said = RecordAgreement(
        number="JG-2026-001-1",
        institution=CUSTODIAN,
        signed_on=date(2026, 4, 22),
        document=document(DocumentKind.AGREEMENT, "资金监管协议补充协议（对账）"),
        amends="JG-2026-001",
    )
    story.says(MANAGING, "overseer", "agreement-jg-2026-001-1", beijing(2026, 4, 23), said)
    matter = matter_id(POOL, "agreement", said.number)
    story.publishes(
        "registry",
        POOL,
        AgreementRecorded(
            matter_id=matter,
            **{name: getattr(said, name) for name in RecordAgreement.model_fields if name != "decision"},
            awaits_consent_of=COOPERATING,
            recorded_on=date(2026, 4, 23),
            recorded_by="overseer",
        ),
    )
    consent = ConsentToAgreement(number=said.number)
    story.says(COOPERATING, "administrator", "consent-jg-2026-001-1", beijing(2026, 4, 24), consent)
    story.publishes(
        "registry",
        POOL,
        AgreementConsented(
            matter_id=matter,
            number=said.number,
            institution=CUSTODIAN,
            consented_on=date(2026, 4, 24),
            consented_by="administrator",
        ),
    )
