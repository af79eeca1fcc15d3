"""Random passwords, kept in a file that only its owner may read, so that a kept data folder works again."""

import json
import os
import secrets
from pathlib import Path

SECRETS_FILE = "secrets.json"
PASSWORD_RANDOM_BYTES = 24


def kept_secret(file: Path, name: str) -> str:
    """Return the password of that name, after making a new one if there is none yet."""
    stored: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    if name not in stored:
        stored[name] = secrets.token_urlsafe(PASSWORD_RANDOM_BYTES)
        file.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and renamed: a half-written file would lock everybody out of a kept folder.
        unfinished = file.with_name(f"{file.name}.unfinished")
        fd = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w") as out:
            json.dump(stored, out)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(file)
    return stored[name]
