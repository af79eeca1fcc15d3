"""The settings of claims: those that every service has."""

from shared.messaging.settings import MessagingSettings


class Settings(MessagingSettings):
    """Read from the environment, each with the prefix ``RISKPOOL_``."""
