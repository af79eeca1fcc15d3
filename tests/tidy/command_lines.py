"""The command lines that texts name: of ``riskpool``, ``make`` and Python modules, and what is wrong with each."""

import ast
import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from cyclopts import App

from riskpool.__main__ import app
from tests.tidy.repository import ROOT, python_files, text_of, tree_of

FENCED = re.compile(r"^[ ]*```[a-z]*\n(.*?)^[ ]*```", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
# Where a command line ends in a sentence: nothing that a shell reads has these and then a space.
_END = re.compile(r"[;,.:)](?=[\s;,.]|$)|[`（）；，。\n]|$")
_RISKPOOL = re.compile(r"(?<![\w/.-])(?:\.venv/bin/|python -m )?riskpool (?=[a-z])")
# Said to be run, and not "make it" or "make sure".
_MAKE = re.compile(
    r"`make (?=[a-z])|\brun make (?=[a-z])|\bmake (?=[a-z-]+ [A-Z]+=)"
    r"|(?::|&&|^) +make (?=[a-z-]+(?: {2,}|[;,.`]| &&|$))",
    re.MULTILINE,
)
_MODULE = re.compile(r"(?<![\w.-])python3? -m (?=(?:benchmarks|devstack|riskpool|services|tests)(?:\.\w+)*(?!\.…))")
_OPERATORS = frozenset({"|", "||", "&&", "&", ";", ">", ">>", "<", "2>&1"})


def in_texts() -> Iterator[tuple[Path, str]]:
    """Each command line that a string or docstring of the program names."""
    for path in python_files(
        "services/*", "shared/*", "riskpool/*", "devstack/*", "scenarios/*", "simulator/*", "docs/*"
    ):
        for text in _strings(tree_of(path)):
            yield from ((path, line) for line in in_sentence(text))


def in_document(text: str) -> Iterator[str]:
    """Each command line in a document's blocks of commands and quoted words."""
    for block in FENCED.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            yield from in_sentence(f"`{line.removeprefix('$ ').partition(' #')[0].strip()}`")
    for _, quoted in QUOTED.findall(FENCED.sub("", text)):
        yield from in_sentence(f"`{' '.join(quoted.split())}`")


def in_sentence(text: str) -> Iterator[str]:
    """Each command line that a text names, up to where its sentence goes on."""
    for pattern in (_RISKPOOL, _MAKE, _MODULE):
        for found in pattern.finditer(text):
            end = _END.search(text, found.end())
            assert end is not None, "every text ends"
            yield text[found.start() : end.start()].strip(" `:&\n").removeprefix("run ")


def fault_of(line: str) -> str | None:
    """What is wrong with a command line; None if there is such a command, with such options."""
    tokens = _tokens(line)
    program = tokens.pop(0)
    if program in {"python", "python3"}:
        _, program, *tokens = tokens
        if program != "riskpool":
            return _fault_of_module(program, tokens)
    return _fault_of_make(tokens) if program == "make" else _fault_of_riskpool(tokens)


def _tokens(line: str) -> list[str]:
    try:
        tokens = shlex.split(line)
    except ValueError:  # an apostrophe of the sentence that it stands in
        tokens = line.split()
    end = next((place for place, token in enumerate(tokens) if token in _OPERATORS), len(tokens))
    return tokens[:end]


def _fault_of_riskpool(tokens: list[str]) -> str | None:
    names, apps, rest = app.parse_commands(tokens)
    command = apps[-1]
    if not names:
        return f"riskpool has no command {tokens[0]}" if tokens else None
    if command.default_command is None:
        of_group = next((token for token in rest if not token.startswith("-")), None)
        return f"riskpool {' '.join(names)} has no command {of_group}" if of_group else None
    unknown = [token for token in rest if token.startswith("--") and token.partition("=")[0] not in _options(command)]
    return f"riskpool {' '.join(names)} has no option {unknown[0]}" if unknown else None


def _options(command: App) -> set[str]:
    """Every option that the parser of the command takes."""
    by_default = command.default_command is not None
    own = (
        {name for argument in command.assemble_argument_collection() for name in argument.names}
        if by_default
        else set()
    )
    return {"--", "--help", "--version", *own}


def _fault_of_make(tokens: list[str]) -> str | None:
    makefile = text_of(Path("Makefile"))
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    for token in tokens:
        name, is_set, _ = token.partition("=")
        if is_set and f"$({name})" not in makefile:
            return f"make knows no {name}"
        if not is_set and token is tokens[0] and token not in targets:
            return f"make has no target {token}"
    return None


def _fault_of_module(module: str, tokens: list[str]) -> str | None:
    name = next(
        (name for name in (module, f"{module}.__main__") if (ROOT / f"{name.replace('.', '/')}.py").is_file()), None
    )
    if name is None:
        return f"there is no module {module}"
    parser = getattr(import_module(name), "app", None) if "\napp = App(" in text_of(_source(name)) else None
    options = _options(parser) if parser else set(re.findall(r'"(--[a-z-]+)"', text_of(_source(name))))
    unknown = [token for token in tokens if token.startswith("--") and token.partition("=")[0] not in options]
    return f"{module} has no option {unknown[0]}" if unknown else None


def _source(module: str) -> Path:
    return Path(f"{module.replace('.', '/')}.py")


def _strings(tree: ast.AST) -> Iterator[str]:
    """The strings of a file; what is filled in stands there as a word, and what is said over two lines as one."""
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside.update(map(id, node.values))
            yield "".join(part.value if isinstance(part, ast.Constant) else "FILLED" for part in node.values)  # type: ignore[misc]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value
