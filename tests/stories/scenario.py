"""Reads a story: Markdown whose bullets are steps and whose tables belong to the step above.

A file is a title, a background (the bullets before the first `##`), and scenarios (each `##`).
The background is played before each scenario. Paragraphs are for the reader and are not played.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

Rows: TypeAlias = tuple[dict[str, str], ...]

_BULLET = re.compile(r"- (?P<text>.+)")
_RULE = re.compile(r"\|[\s:|-]+\|")


@dataclass(frozen=True)
class Step:
    """A sentence to play, with the table under it; `place` is where it stands, for failures."""

    place: str
    text: str
    header: tuple[str, ...] = ()
    rows: Rows = ()


@dataclass(frozen=True)
class Scenario:
    """A scenario with its background's steps in front."""

    title: str
    steps: tuple[Step, ...]


def read_scenarios(file: Path) -> list[Scenario]:
    """Read a story's scenarios; ValueError for a table or a continuation that hangs in the air."""
    background, *sections = _sections(file.read_text(encoding="utf-8").splitlines())
    shared = tuple(_steps(file.name, background))
    return [
        Scenario(f"{file.stem}: {title}", shared + tuple(_steps(file.name, lines)))
        for title, lines in ((section[0][1].removeprefix("## "), section) for section in sections)
    ]


def _sections(lines: list[str]) -> Iterator[list[tuple[int, str]]]:
    numbered = list(enumerate(lines, 1))
    starts = [n - 1 for n, line in numbered if line.startswith("## ")]
    for start, end in pairwise([0, *starts, len(lines)]):
        yield numbered[start:end]


def _steps(name: str, lines: Iterable[tuple[int, str]]) -> Iterator[Step]:
    step: Step | None = None
    for number, line in lines:
        place = f"{name}:{number}"
        bullet = _BULLET.fullmatch(line)
        if bullet:
            if step is not None:
                yield step
            step = Step(place, bullet["text"].rstrip("."))
        elif line.startswith("|"):
            if step is None:
                message = f"{place}: a table under no step"
                raise ValueError(message)
            step = _with_row(step, line)
        elif line.startswith("  "):
            if step is None or step.header:
                message = f"{place}: nothing to continue"
                raise ValueError(message)
            step = replace(step, text=f"{step.text} {line.strip().rstrip('.')}")
    if step is not None:
        yield step


def _with_row(step: Step, line: str) -> Step:
    if _RULE.fullmatch(line):
        return step
    cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
    if not step.header:
        return replace(step, header=cells)
    return replace(step, rows=(*step.rows, dict(zip(step.header, cells, strict=True))))
