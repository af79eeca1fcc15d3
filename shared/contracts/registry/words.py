"""The registry's own words: roles, duties, rules and other parts that its messages are made of."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.contracts.documents import Document
from shared.contracts.envelope import Part
from shared.contracts.money import BasisPoints, PositiveFen
from shared.contracts.words import InstitutionId, Name, OfficerId, PublicKey, Reference, Uscc


class Role(StrEnum):
    """What an institution is in one pool."""

    MANAGING = "managing_institution"
    COOPERATING = "cooperating_institution"
    SUPERVISING_BANK = "supervising_bank"
    LENDER = "lender"
    GUARANTOR = "guarantor"


class Duty(StrEnum):
    """What an officer may do for its institution."""

    ADMINISTRATION = "administration"  # registers officers, keys, institutions, accounts
    FILING = "filing"
    FILING_APPROVAL = "filing_approval"
    REVIEW = "review"
    VERIFICATION = "verification"
    PLAN = "plan"
    CONFIRMATION = "confirmation"
    RELEASE = "release"
    APPLICATION = "application"
    BALLOT = "ballot"  # opens and closes collective decisions, keeps their minutes
    VOTE = "vote"
    SELECTION = "selection"  # runs the selection of the cooperating institution
    RULES = "rules"  # proposes rules, or adopts them
    OVERSIGHT = "oversight"  # interprets, evaluates, engages auditors, ends a cooperation
    REPORTING = "reporting"  # spot checks, major matters, annual summaries


class SystemUse(StrEnum):
    """What an institution's system key may sign; everything else needs an officer."""

    LOSS_NOTICES = "loss_notices"
    BANK_CONFIRMATIONS = "bank_confirmations"
    PAYMENT_INSTRUCTIONS = "payment_instructions"


class RightKind(StrEnum):
    PATENT = "patent"
    TRADEMARK = "trademark"
    COPYRIGHT = "copyright"
    OTHER = "other"


class LossRatio(Part):
    """How the two institutions share the pool's loss: weights, so that 1:2 is exact (10.4)."""

    fiscal_weight: Annotated[int, Field(strict=True, ge=0, le=1_000)]
    social_weight: Annotated[int, Field(strict=True, ge=0, le=1_000)]


class BallotRules(Part):
    """Quorum and majority of a collective decision, as fractions of all members who may vote."""

    quorum_numerator: Annotated[int, Field(strict=True, ge=1, le=100)] = 2
    quorum_denominator: Annotated[int, Field(strict=True, ge=1, le=100)] = 3
    voters_min: Annotated[int, Field(strict=True, ge=1, le=100)] = 3
    majority_numerator: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    majority_denominator: Annotated[int, Field(strict=True, ge=1, le=100)] = 2


class Rules(Part):
    """What a district may fix otherwise. Share and ratio are pinned to a project at its filing (5.2)."""

    version: Annotated[int, Field(strict=True, ge=1)] = 1
    effective_on: date
    share_rate_bp: BasisPoints
    loss_ratio: LossRatio
    filing_window_days: Annotated[int, Field(strict=True, ge=1, le=365)] = 30
    term_years: Annotated[int, Field(strict=True, ge=1, le=30)] = 4
    verifiers_min: Annotated[int, Field(strict=True, ge=1, le=20)] = 2
    ballot: BallotRules = BallotRules()
    exclusive_duties: Annotated[
        tuple[Duty, ...], Field(description="one officer can hold at most one of these in one case")
    ] = (
        Duty.FILING,
        Duty.FILING_APPROVAL,
        Duty.REVIEW,
        Duty.VERIFICATION,
        Duty.PLAN,
        Duty.CONFIRMATION,
        Duty.VOTE,
        Duty.RELEASE,
    )


class InstitutionData(Part):
    """An institution and the key of its administration, from which its other keys are registered."""

    institution: InstitutionId
    name: Name
    uscc: Uscc
    administrator: Annotated[OfficerId, Field(description="the officer who holds the key of the administration")]
    public_key: PublicKey


class Agreement(Part):
    """An agreement by number and date (5.3)."""

    number: Reference
    signed_on: date
    document: Document


class PlannedInstalment(Part):
    """One planned pair of contributions; both sides pay the same (9.2)."""

    instalment: Annotated[int, Field(strict=True, ge=1, le=100)]
    fiscal_fen: PositiveFen
    social_fen: PositiveFen
    due_on: date
