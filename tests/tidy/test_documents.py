"""What is written down: links lead somewhere, words are the glossary's, and nothing names a place of this machine."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from scenarios.player.messages import MESSAGES
from scenarios.player.special_messages import SPECIAL
from shared.contracts.catalogue import COMMANDS, EVENTS
from tests.tidy.repository import ROOT, files, python_files, text_of

DOCUMENTS = [path for path in files() if path.suffix == ".md"]
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)

# Where packages come from is for whoever installs to say, and where this was written is nobody's business.
PLACES = {
    "a package registry": re.compile(
        r"pypi\.org|pythonhosted\.org|registry\.npmjs|repo1?\.maven|deb\.debian\.org|proxy\.golang|crates\.io/api"
    ),
    "a machine's folder": re.compile(r"(?<![\w.}$~-])/(?:home|root|Users|work)/[\w.]"),
}

# A block of commands that a test runs stands under this comment.
RUNS = re.compile(r"^<!-- runs -->\s*^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCK_SECONDS_MAX = 600
INSIDE = "RISKPOOL_DOCUMENTS_TEST"


def _anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as the usual viewers make them."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCED.sub("", text)):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number = next(number for number in range(1000) if (f"{anchor}-{number}" if number else anchor) not in found)
        found.add(f"{anchor}-{number}" if number else anchor)
    return found


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_links_lead_somewhere(path: Path) -> None:
    """A link to a file of the repository leads to one, and its anchor to a heading there."""
    broken = []
    for target in LINK.findall(FENCED.sub("", text_of(path))):
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        place, _, anchor = target.partition("#")
        found = (ROOT / path).parent / place if place else ROOT / path
        has_anchor = not anchor or found.suffix != ".md"
        if not found.exists() or not (has_anchor or anchor in _anchors(found.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("what", PLACES)
def test_no_place_is_named(what: str) -> None:
    """No file of the repository names a package registry's host or a folder of somebody's machine."""
    pattern = PLACES[what]
    named = []
    for path in files():
        if path.name == "test_documents.py":
            continue
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            if pattern.search(line):
                named.append(f"{path}:{number}: {line.strip()[:100]}")
    assert named == []


def test_the_glossarys_names_are_in_the_code() -> None:
    """Every name in the glossary's last column is a word of the code, or stands there as planned."""
    code = "\n".join(text_of(path) for path in (*python_files("shared/*", "services/*", "simulator/*"), *_migrations()))
    words = set(re.findall(r"\w+", code))
    rows = [line for line in text_of(Path("docs/glossary.md")).splitlines() if line.startswith("|")]
    names = [name for row in rows for name in re.findall(r"`([^`]+)`", row.rstrip("| ").rpartition("|")[2])]
    assert len(names) > 40
    assert [name for name in names if name not in words and not re.search(rf"\b{re.escape(name)}\b", code)] == []


def _migrations() -> list[Path]:
    return [path for path in files() if path.suffix == ".sql"]


def test_the_flow_names_messages_that_there_are() -> None:
    """Every message type in docs/flow.md is in the catalogue; a name that begins with … is the end of one."""
    types = {*COMMANDS, *EVENTS}
    named = re.findall(r"`(…?)([a-z_.]+\.v[0-9]+)`", text_of(Path("docs/flow.md")))
    assert len(named) > 30
    assert [
        name
        for cut, name in named
        if name not in types and not (cut and any(each.endswith(f".{name}") for each in types))
    ] == []


def test_the_page_on_scenarios_names_the_messages_that_have_words_of_their_own() -> None:
    """Each of them is in its table, and whatever is in it can be said."""
    table = text_of(Path("docs/scenarios.md")).partition("Some words stand for others:")[2].partition("## ")[0]
    named = {name for row in table.splitlines() for name in re.findall(r"`([a-z ]+)`", row.partition(" | ")[0])}
    assert {command.spoken.word for command in SPECIAL} <= named <= {*MESSAGES}


def test_adrs_say_when_to_look_again() -> None:
    """A decision has its context, what was decided, what was rejected, and when to look at it again, on one page."""
    adrs = [path for path in DOCUMENTS if path.parent == Path("docs/adr") and path.name[0].isdigit()]
    assert [int(path.name[:4]) for path in adrs] == list(range(1, len(adrs) + 1)), "they are numbered without a gap"
    index = text_of(Path("docs/adr/README.md"))
    for path in adrs:
        assert f"({path.name})" in index, f"{path} is not in docs/adr/README.md"
        text = text_of(path)
        for part in ("## Context", "## Decision", "## Rejected", "## When to look again"):
            assert part in text, f"{path} has no part {part!r}"
        assert len(text.split()) <= 600, f"{path} is longer than a page"


def test_blocks_that_are_said_to_run_do() -> None:
    """A bash block under the comment "runs" ends well, in the repository's root, without input."""
    assert INSIDE not in os.environ, "a block that is run by this test must not run the tests"
    for path in DOCUMENTS:
        for block in RUNS.findall(text_of(path)):
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block],
                cwd=ROOT,
                env={**os.environ, INSIDE: "1"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=BLOCK_SECONDS_MAX,
                check=False,
            )
            assert done.returncode == 0, f"{path}:\n{block}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
