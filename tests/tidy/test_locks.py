"""The locked requirements: pinned with hashes, naming no place to fetch from, and true to pyproject.toml."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.tidy.repository import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-fallback.lock")
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)")


def _entries(lock: str) -> list[str]:
    """The lock's requirements, each with its continuation lines."""
    lines = [line for line in (ROOT / lock).read_text().splitlines() if not line.lstrip().startswith("#")]
    return [entry for entry in re.split(r"(?<!\\)\n", "\n".join(lines)) if entry.strip()]


def _pins(lock: str) -> dict[str, str]:
    found = [PIN.match(entry) for entry in _entries(lock)]
    return {canonicalize_name(pin[1]): pin[2] for pin in found if pin}


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_is_pinned_with_hashes(lock: str) -> None:
    """Each requirement is one exact version with the hashes of its files."""
    entries = _entries(lock)
    assert entries
    assert [entry.splitlines()[0] for entry in entries if not PIN.match(entry) or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_place_to_fetch_from_is_named(lock: str) -> None:
    """Where packages come from is for whoever installs to say."""
    text = (ROOT / lock).read_text()
    assert re.findall(r"https?:|--index|--extra-index|--find-links|--trusted-host| @ |^-e ", text, re.MULTILINE) == []


def test_locks_are_what_pyproject_asks_for() -> None:
    """Every direct requirement is locked at a version that it allows; run `make lock` after changing one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": [*project["project"]["dependencies"], *groups["dev"]],
        "requirements-fallback.lock": groups["fallback"],
    }
    for lock, requirements in wanted.items():
        pins = _pins(lock)
        for requirement in map(Requirement, requirements):
            version = pins.get(canonicalize_name(requirement.name))
            assert version is not None, f"{requirement} is not in {lock}"
            assert requirement.specifier.contains(version, prereleases=True), f"{lock} has {version} for {requirement}"


def test_both_locks_agree() -> None:
    """What runs in production is what was tested: the development lock holds the same versions."""
    pins, development = _pins("requirements.lock"), _pins("requirements-dev.lock")
    assert {name: development.get(name) for name in pins} == pins
