"""The house's order, where a machine can see it: sizes, names, whole numbers, what is raised."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.repository import files, python_files, text_of, tree_of

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70

# What may be longer, and why.
LONG_FILES = {
    "shared/contracts/claims.py": "all that a service says is one module, a list of models that is read by their names",
    "tests/integration/test_messaging_transaction.py": "one subject, each way through the transaction once",
}
LONG_FUNCTIONS: dict[str, str] = {}

# Names that say nothing about what is inside.
EMPTY_NAMES = frozenset({"util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "misc"})
EMPTY_CLASS_ENDINGS = ("Util", "Utils", "Helper", "Helpers", "Manager", "Base", "Impl")

CODE = python_files(
    "shared/*", "services/*", "simulator/*", "devstack/*", "scenarios/player/*", "riskpool/*", "benchmarks/*", "tests/*"
)
MONEY = python_files("services/*/domain/*", "shared/contracts/*", "shared/decisions/*")


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_files_are_short() -> None:
    """A file has fewer than 400 lines, or stands in the list of longer ones with its reason."""
    lengths = {str(path): len(text_of(path).splitlines()) for path in CODE}
    assert {name: lines for name, lines in lengths.items() if lines >= FILE_LINES_MAX and name not in LONG_FILES} == {}
    excused = {name for name in LONG_FILES if lengths.get(name, 0) < FILE_LINES_MAX}
    assert excused == set(), "these are short now; take them off the list"


def test_functions_are_short() -> None:
    """A function has fewer than 70 lines, its docstring included, or stands in the list of longer ones."""
    long = {}
    for path in CODE:
        for node in _functions(path):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines >= FUNCTION_LINES_MAX:
                long[f"{path}:{node.name}"] = lines
    assert {name: lines for name, lines in long.items() if name not in LONG_FUNCTIONS} == {}
    assert set(LONG_FUNCTIONS) <= set(long), "these are short now; take them off the list"


def test_names_say_what_is_inside() -> None:
    """No file, folder or class is called utils, helpers, common, base or manager."""
    empty = [str(path) for path in files() if EMPTY_NAMES & {part.partition(".")[0].lower() for part in path.parts}]
    empty += [
        f"{path}:{node.lineno} {node.name}"
        for path in CODE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(EMPTY_CLASS_ENDINGS)
    ]
    assert empty == []


def test_money_is_whole() -> None:
    """Where money is reckoned there is no float, and nothing that makes one: true division, round, a decimal point."""
    assert len(MONEY) > 100
    faults = []
    for path in MONEY:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Name) and node.id in {"float", "round", "Decimal"}:
                faults.append(f"{path}:{node.lineno}: {node.id}")
            elif isinstance(node, ast.Constant) and isinstance(node.value, float):
                faults.append(f"{path}:{node.lineno}: {node.value}")
            elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
                faults.append(f"{path}:{node.lineno}: true division; say with // which way it rounds")
    assert faults == []


def test_every_test_says_what_must_hold() -> None:
    """A test has a docstring: what is to be true, in a sentence."""
    mute = [
        f"{path}:{node.lineno} {node.name}"
        for path in python_files("tests/*")
        for node in _functions(path)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert mute == []


def _raised(node: ast.AST) -> Iterator[str]:
    """What a function raises itself, and not in a function inside it; nothing is raised anew, nor is a bug."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Raise) and isinstance(child.exc, ast.Call):
            if (name := ast.unparse(child.exc.func)) not in {"AssertionError", "NotImplementedError"}:
                yield name
        elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _raised(child)


def _public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node.body)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node


def test_what_is_raised_is_said() -> None:
    """A public function that raises says so, since its caller has to know; a command's docstring is its help."""
    mute = [
        f"{path}:{node.lineno} {node.name} raises {', '.join(raised)}"
        for path in CODE
        if path.parts[0] not in {"tests", "benchmarks"}
        for node in _public(tree_of(path).body)
        if (raised := sorted(set(_raised(node)))) and "aise" not in (ast.get_docstring(node) or "")
        if "Parameter(" not in ast.unparse(node.args)
        and not any(ast.unparse(each).startswith("app") for each in node.decorator_list)
    ]
    assert mute == []
