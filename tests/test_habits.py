"""The house's habits, read from the source itself: what a reviewer would otherwise have to spot.

Each habit is a small function `text -> list of problems`; below, each is also shown a bad snippet,
so that a scanner that went blind fails too.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

HOUSE: Final = Path(__file__).parent.parent
RINGS: Final = ("ledger", "api", "admin", "migrations", "scripts", "tests")
MAX_FUNCTION_LINES: Final = 50
MAX_FILE_LINES: Final = 400
EDGES: Final = ("api/dependencies.py", "admin/dependencies.py", "admin/drawn.py", "scripts/")
VAGUE_NAMES: Final = {"manager", "helper", "helpers", "utils", "util", "data", "info", "process"}

Habit = Callable[[str, str], list[str]]


def python_files(*rings: str) -> list[str]:
    found = (path for ring in rings for path in (HOUSE / ring).rglob("*.py"))
    return sorted(path.relative_to(HOUSE).as_posix() for path in found)


def problems_in(files: list[str], habit: Habit) -> list[str]:
    texts = ((name, (HOUSE / name).read_text(encoding="utf-8")) for name in files)
    return [f"{name}: {problem}" for name, text in texts for problem in habit(name, text)]


def names_used(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every called, imported or reached-for name with its line, dotted as it is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func).rsplit(".", 1)[-1] + "("
        if isinstance(node, ast.Attribute | ast.Name):
            yield node.lineno, ast.unparse(node)
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((node.lineno, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""


def clock_chance_and_floats(_: str, text: str) -> list[str]:
    """Time, ids and chance come from the edges; a float comes from nowhere."""
    calls = {"now(", "utcnow(", "today(", "uuid4(", "float(", "urandom(", "time.time"}
    modules = {"random", "secrets", "environ", "getenv"}
    return [
        f"line {line}: {name}"
        for line, name in names_used(ast.parse(text))
        if name in calls or modules & set(name.split("."))
    ]


def long_functions(_: str, text: str) -> list[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]
    lengths = ((node, (node.end_lineno or 0) - node.lineno + 1) for node in functions)
    return [f"{node.name} has {n} lines" for node, n in lengths if n >= MAX_FUNCTION_LINES]


def long_file(_: str, text: str) -> list[str]:
    lines = text.count("\n")
    return [f"{lines} lines"] if lines >= MAX_FILE_LINES else []


def silent_exceptions(_: str, text: str) -> list[str]:
    """Find exceptions to style or types that do not name the rule and say why."""
    silencer = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:|fmt:|nosec)", re.IGNORECASE)
    reasoned = re.compile(
        r"#\s*(?:noqa: [A-Z]+[0-9]+(?:, [A-Z]+[0-9]+)*|type: ignore\[[a-z0-9, -]+\]|pragma: no \w+)"
        r"\s*(?:#|-|—)\s*\S+ \S+"
    )
    return [
        f"line {number}: {line.strip()}"
        for number, line in enumerate(text.splitlines(), 1)
        if silencer.search(line) and not reasoned.search(line)
    ]


def printing(_: str, text: str) -> list[str]:
    return [f"line {n}: print" for n, name in names_used(ast.parse(text)) if name == "print("]


def asserting(_: str, text: str) -> list[str]:
    """Python drops an assert under -O, so money never hangs on one."""
    nodes = ast.walk(ast.parse(text))
    return [f"line {node.lineno}: assert" for node in nodes if isinstance(node, ast.Assert)]


def rows_outside_the_store(name: str, text: str) -> list[str]:
    if name.startswith("ledger/store/"):
        return []
    classes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef))
    return [f"class {node.name}" for node in classes if node.name.endswith("Row")]


def vague_names(name: str, _: str) -> list[str]:
    words = {word for part in Path(name).with_suffix("").parts for word in part.split("_")}
    return sorted(words & VAGUE_NAMES)


def addresses(_: str, text: str) -> list[str]:
    """Find hosts and places on a disk: a requirement says what, never where from."""
    address = re.compile(
        r"https?:|file:|git\+|--(?:extra-)?index|--find-links|-f |^/|[\s=@]/\w", re.MULTILINE
    )
    return [f"line {text.count(chr(10), 0, hit.start()) + 1}" for hit in address.finditer(text)]


def unhashed(_: str, text: str) -> list[str]:
    requirements = re.findall(r"^[A-Za-z0-9].*(?:\n .*)*", text, re.MULTILINE)
    return [r.split("\n")[0] for r in requirements if "==" not in r or "--hash=sha256:" not in r]


LEDGER_AND_WEB: Final = [
    name for name in python_files("ledger", "api", "admin") if not name.startswith(EDGES)
]
ALL: Final = python_files(*RINGS)
# A migration is a list of tables in one place, written once and never changed.
LIVING: Final = [name for name in ALL if not name.startswith("migrations/versions/")]
REQUIREMENTS: Final = sorted(path.name for path in HOUSE.glob("requirements*.txt"))

HABITS: Final[list[tuple[Habit, list[str], str]]] = [
    (clock_chance_and_floats, LEDGER_AND_WEB, "import datetime as d\nd.datetime.now(d.UTC)"),
    (clock_chance_and_floats, LEDGER_AND_WEB, "from uuid import uuid4\nuuid4()"),
    (clock_chance_and_floats, LEDGER_AND_WEB, "import time\ntime.time()"),
    (clock_chance_and_floats, LEDGER_AND_WEB, "import secrets"),
    (clock_chance_and_floats, LEDGER_AND_WEB, "from random import choice"),
    (clock_chance_and_floats, LEDGER_AND_WEB, "import os\nos.environ['A']"),
    (clock_chance_and_floats, LEDGER_AND_WEB, "x = float('1')"),
    (long_functions, LIVING, "def f():\n" + "    x = 1\n" * 49),
    (long_file, LIVING, "x = 1\n" * 400),
    (silent_exceptions, ALL, "x = 1  # no" + "qa"),
    (silent_exceptions, ALL, "x = 1  # no" + "qa: S101"),
    (silent_exceptions, ALL, "x = 1  # type" + ": ignore[misc]"),
    (printing, python_files("ledger"), "print(1)"),
    (asserting, python_files("ledger"), "assert balance >= 0"),
    (rows_outside_the_store, ALL, "class AccountRow: ..."),
    (addresses, REQUIREMENTS, "--index-url https://example.org/simple\n"),
    (addresses, REQUIREMENTS, "lxml @ file:///wheels/lxml.whl\n"),
    (addresses, REQUIREMENTS, "--find-links wheels\n"),
    (unhashed, REQUIREMENTS, "lxml==6.1.3\nfoo==1 \\\n    --hash=sha256:00\n"),
]


@pytest.mark.parametrize(
    ("habit", "files"),
    {
        habit.__name__: pytest.param(habit, files, id=habit.__name__) for habit, files, _ in HABITS
    }.values(),
)
def test_the_house_keeps_its_habits(habit: Habit, files: list[str]) -> None:
    assert files
    assert problems_in(files, habit) == []


def test_modules_are_named_after_what_they_hold() -> None:
    assert problems_in(ALL, vague_names) == []


@pytest.mark.parametrize(("habit", "_files", "bad"), HABITS)
def test_each_habit_sees_a_bad_snippet(habit: Habit, _files: list[str], bad: str) -> None:
    assert habit("ledger/example.py", bad)


@pytest.mark.parametrize(
    "name", ["ledger/utils.py", "api/data_helper.py", "admin/info/__init__.py"]
)
def test_a_vague_name_is_seen(name: str) -> None:
    assert vague_names(name, "")


def test_habits_do_not_cry_wolf() -> None:
    innocent = '"""Right now() it is a float( in a comment."""\nknown = 1  # random, secrets\n'
    reasoned = "x = f()  # no" + "qa: S603 - the program was found by us\n"
    assert clock_chance_and_floats("ledger/example.py", innocent) == []
    assert silent_exceptions("ledger/example.py", reasoned) == []
    assert rows_outside_the_store("ledger/store/tables.py", "class AccountRow: ...") == []


def test_both_requirements_agree() -> None:
    runtime, everything = (
        set(re.findall(r"^[a-z0-9-]+==\S+", (HOUSE / name).read_text(), re.MULTILINE))
        for name in ("requirements.txt", "requirements-test.txt")
    )
    assert runtime < everything
