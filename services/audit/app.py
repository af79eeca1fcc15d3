"""What audit is made of."""

from services.audit.execute import checkpoint, execute
from shared.contracts.catalogue import EVENT_MESSAGES
from shared.contracts.topics import AUDIT_EVENTS, OUTCOMES_PREFIX, TOPICS
from shared.messaging.service_definition import RecordingService

# Every topic but its own; an institution's outcomes topic is found when it is created.
PATTERN = "^({}|{}.*)$".format(
    "|".join(topic.name.replace(".", "\\.") for topic in TOPICS if topic.name != AUDIT_EVENTS),
    OUTCOMES_PREFIX.replace(".", "\\."),
)

SERVICE = RecordingService(
    name="audit",
    pattern=PATTERN,
    events=EVENT_MESSAGES,
    store=execute,
    tick=checkpoint,
    tick_seconds=1.0,
)
