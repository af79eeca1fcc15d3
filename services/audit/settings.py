"""The settings of audit: those that every service has, one of them with a default of its own."""

from shared.messaging.settings import Delay, MessagingSettings


class Settings(MessagingSettings):
    """Read from the environment, each with the prefix ``RISKPOOL_``."""

    # Nobody waits for a record's being recorded, and what records must not be in the way of what decides.
    gather_ms: Delay = 100
