"""What operations write into entries, read from the source: names of facts, kinds of entries."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from ledger.books import closings
from ledger.books.terms import Terms, told
from ledger.operations import cause
from ledger.rules import payout, service, split

LEDGER: Final = Path(__file__).parent.parent.parent / "ledger"
TREES: Final = [
    ast.parse(path.read_text(encoding="utf-8"))
    for ring in ("rules", "operations", "store")
    for path in sorted((LEDGER / ring).glob("*.py"))
]
_CONSTANTS: Final = {
    "DAY": closings.DAY,
    "CLOSES": closings.CLOSES,
    "RECOGNISES": cause.RECOGNISES,
    "REVENUE": service.REVENUE,
    "COLLECTIONS": payout.COLLECTIONS,
    "PART": split.PART,
}


def fact_names() -> set[str]:
    """Give the name of every fact that a plan may hold; what precedes a colon is its name."""
    written = {name for tree in TREES for each in _functions(tree) for name in _facts(each)}
    return written | set(told(Terms(date.min, confirm_above=1, hand_conversions_above=1)))


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _facts(function: ast.FunctionDef) -> Iterator[str]:
    """Yield the keys of what a function hands on as `facts`, also when it has a name first."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    said = [
        word.value
        for call in calls
        if ast.unparse(call.func) in {"Plan", "replace"}
        for word in call.keywords
        if word.arg == "facts"
    ]
    names = {name for each in said for name in _joined(each)}
    names |= {"facts", "sealed"} if said or function.name in {"_seal", "acting_facts"} else set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and target.id in names and node.value:
                    said.append(node.value)
                if isinstance(target, ast.Subscript) and ast.unparse(target.value) in names:
                    yield _text(target.slice)
    for node in (inner for each in said for inner in ast.walk(each)):
        if isinstance(node, ast.Dict):
            yield from (_text(key) for key in node.keys if key is not None)
        if isinstance(node, ast.DictComp):
            yield _text(node.key)


def _joined(node: ast.expr) -> Iterator[str]:
    """Yield the names of mappings that are joined to one: `{**these, "a": 1} | those`."""
    if isinstance(node, ast.Name):
        yield node.id
    if isinstance(node, ast.BinOp):
        yield from (*_joined(node.left), *_joined(node.right))
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from (name for key, value in pairs if key is None for name in _joined(value))


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        node = node.values[0]
    if isinstance(node, ast.FormattedValue):
        node = node.value
    name = node.value if isinstance(node, ast.Constant) else _CONSTANTS[ast.unparse(node)]
    return str(name).partition(":")[0].rstrip("-")


def kinds() -> set[str]:
    """Give every kind of entry that a plan may be, also where a function is told it."""
    found: set[str] = set()
    through: dict[str, int] = {}
    for tree in TREES:
        for function in _functions(tree):
            places = [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                for word in call.keywords:
                    if word.arg == "kind" and ast.unparse(call.func) == "Plan":
                        found |= _constants(word.value)
                        if ast.unparse(word.value) == "kind" and "kind" in places:
                            through[function.name] = places.index("kind")
    for call in (node for tree in TREES for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func).rpartition(".")[2]
        if name in through:
            said = [word.value for word in call.keywords if word.arg == "kind"]
            said += call.args[through[name] : through[name] + 1]
            found = found.union(*map(_constants, said))
    return found


def _constants(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _constants(node.body) | _constants(node.orelse)
    if isinstance(node, ast.Name) and node.id in _CONSTANTS:
        return {_CONSTANTS[node.id]}
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    return set()
