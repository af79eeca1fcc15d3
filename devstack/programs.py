"""Programs that are run to their end, for what they write."""

import asyncio
from collections.abc import Mapping
from pathlib import Path


async def output_of(
    *command: str, timeout_s: float, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> tuple[int, str]:
    """Return the exit code of a program and all that it writes; it has no input.

    Raises TimeoutError, after killing it, if it has not ended in time.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        env=env,
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        text, _ = await asyncio.wait_for(process.communicate(), timeout_s)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, text.decode(errors="replace")
