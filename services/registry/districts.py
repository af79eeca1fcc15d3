"""The districts' profiles, as they are read from their folder."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from services.registry.domain.district_profile import DistrictProfile


def district_profiles(folder: Path) -> Mapping[str, DistrictProfile]:
    """The profiles in ``folder``, by district code; each is in the file of its code, such as ``110105.toml``.

    Raises ValueError for a folder without any, and for a file that is wrong: with its line, and the reason.
    """
    profiles = {path.stem: _profile(path) for path in sorted(folder.glob("*.toml"))}
    if not profiles:
        raise ValueError(f"{folder} holds no district's profile, such as 110105.toml")
    return profiles


def _profile(path: Path) -> DistrictProfile:
    try:
        text = path.read_text(encoding="utf-8")
        profile = DistrictProfile.model_validate(tomllib.loads(text))
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(key) for key in fault["loc"])
        line = _line_of(text, [str(key) for key in fault["loc"]])
        raise ValueError(f"{path}, line {line}: {where}{': ' if where else ''}{fault['msg']}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        # What is wrong with the form of a file says its line itself.
        raise ValueError(f"{path}: {error}") from None
    if profile.code != path.stem:
        raise ValueError(
            f"{path}, line {_line_of(text, ['code'])}: the profile of {profile.code}; a file is called by its code"
        )
    return profile


def _line_of(text: str, keys: Sequence[str]) -> int:
    """The line that says what ``keys`` lead to, or, where that is missing, what it would belong to."""
    found, table = (0, 1), ""
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.strip()
        if said.startswith("["):
            table = said.split("]")[0].strip("[] ")
            path = [table]
        else:
            path = [*([table] if table else []), said.partition("=")[0].strip().strip('"')]
        if list(keys[: len(path)]) == path:
            found = max(found, (len(path), number), key=lambda each: each[0])
    return found[1]
