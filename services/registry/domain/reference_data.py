"""What the registry's decisions take from outside the pool, as values: districts' profiles and working days."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.registry.domain.district_profile import DistrictProfile
from services.registry.domain.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """All of it together, as every decision gets it."""

    districts: Mapping[str, DistrictProfile]
    working_days: WorkingDays
