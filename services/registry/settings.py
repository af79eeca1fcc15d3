"""The settings of registry: those that every service has, and where the districts' profiles are."""

from pathlib import Path

from pydantic import field_validator

from services.registry.districts import district_profiles
from shared.messaging.settings import MessagingSettings


class Settings(MessagingSettings):
    """Read from the environment, each with the prefix ``RISKPOOL_``."""

    districts_dir: Path

    @field_validator("districts_dir")
    @classmethod
    def _profiles_are_in_order(cls, value: Path) -> Path:
        # A service that starts without a district's bounds would have to refuse, or let pass, what it knows nothing of.
        district_profiles(value)
        return value
