"""When a child of a test counts as ready: by what it writes."""

from devstack.child import Child
from devstack.readiness import Ready


def when_line(text: str) -> Ready:
    """Ready when this instance has written the text to its log."""

    async def ready(child: Child) -> bool:
        return text in child.output()

    return ready
