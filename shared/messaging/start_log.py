"""Every start of a service is recorded: when, by which code, and whether its business time could be set by others."""

import hashlib
from datetime import datetime
from pathlib import Path

from shared.messaging.business_time import BusinessTime
from shared.messaging.database import Pool
from shared.messaging.settings import MessagingSettings
from shared.messaging.telemetry import logger

_REPOSITORY = Path(__file__).parents[2]
_VERSION_DIGITS = 16


async def record_start(pool: Pool, service: str, settings: MessagingSettings, at: datetime) -> None:
    """Store this start. ``at`` is the clock's time, whatever business time is."""
    await pool.execute(
        """
        INSERT INTO service_starts (service, replica, started_at, environment, business_time, code_version)
        VALUES ($1, $2, $3, $4, $5, $6)
        """,
        service,
        settings.replica,
        at,
        settings.environment.value,
        settings.business_time.value,
        code_version(service),
    )
    if settings.business_time is BusinessTime.MESSAGES:
        logger().warning("business time comes from the messages, not from the clock; nothing here counts for real")


def code_version(service: str) -> str:
    """The first digits of the SHA-256 over the code that the service runs, path by path: true for any checkout."""
    digest = hashlib.sha256()
    for folder in ("shared", f"services/{service}"):
        for path in sorted((_REPOSITORY / folder).rglob("*.py")):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(_REPOSITORY).as_posix()} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()[:_VERSION_DIGITS]
