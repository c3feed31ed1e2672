"""The access matrix as a table that people read: `matrix.md` beside this file.

    python -m tests.walls.table

prints the lines of routes that have none yet, filled in with what the program answers now. Look at
each cell before you paste it: the table says what is right, not what happens.
"""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.walls.town import ROLES, Town

TABLE: Final = Path(__file__).with_name("matrix.md")
NOBODY: Final = "nobody"
COLUMNS: Final = (*ROLES, NOBODY)
WORDS: Final = {"ok": 200, "no": 403}
GRANTED: Final = frozenset({200, 201, 202, 204, 303, 409, 422})
"""Answers that a wall does not give: done, or looked at and refused for what was asked."""


@dataclass(frozen=True, slots=True)
class Line:
    """A route, the body it is asked with, and what each column gets for its own and another's."""

    route: str
    body: dict[str, Any]
    cells: dict[str, tuple[int, int]]

    @property
    def method(self) -> str:
        """GET, POST ..."""
        return self.route.partition(" ")[0]

    @property
    def path(self) -> str:
        """The address with its placeholders."""
        return self.route.partition(" ")[2]

    @property
    def machine(self) -> bool:
        """Say whether it is the API, which takes bearer tokens, and no page."""
        return self.path.startswith("/v1/")

    @property
    def names_somebody(self) -> bool:
        """Say whether the request names something that may be one's own or another's."""
        said = "".join(map(str, self.body.values()))
        return "{" in self.path.replace("{currency}", "") + said

    @property
    def acts(self) -> bool:
        """Say whether somebody really does something with it, because it has no preview."""
        return self.method != "GET" and any(own in {200, 303} for own, _ in self.cells.values())

    @property
    def public(self) -> bool:
        """Say whether nobody in particular may ask."""
        return self.cells[NOBODY][0] in GRANTED - {303}


def read() -> dict[str, Line]:
    """Read the table."""
    lines = {}
    for text in TABLE.read_text(encoding="utf-8").splitlines():
        parts = [part.strip().strip("`") for part in text.strip("|").split("|")]
        if text.startswith("| `"):
            cells = dict(zip(COLUMNS, map(_cell, parts[1 : 1 + len(COLUMNS)]), strict=True))
            lines[parts[0]] = Line(parts[0], json.loads(parts[-1] or "{}"), cells)
    return lines


def _cell(text: str) -> tuple[int, int]:
    own, _, others = text.partition("/")
    return _status(own), _status(others or own)


def _status(word: str) -> int:
    return WORDS.get(word) or int(word)


def written(line: Line) -> str:
    """Write a line as it stands in the table."""
    names = {status: word for word, status in WORDS.items()}
    cells = []
    for own, others in (line.cells[column] for column in COLUMNS):
        both = [str(names.get(own, own))]
        both += [str(names.get(others, others))] if others != own else []
        cells.append("/".join(both).ljust(7))
    body = f"`{json.dumps(line.body, ensure_ascii=False)}`" if line.body else ""
    return f"| {f'`{line.route}`':<58} | {' | '.join(cells)} | {body} |"


def heading() -> str:
    """Write the first two rows of the table."""
    names = " | ".join(column.ljust(7) for column in COLUMNS)
    rules = "|".join("-" * 9 for _ in COLUMNS)
    return f"| {'route':<58} | {names} | asked with |\n|{'-' * 60}|{rules}|---|"


def main() -> None:
    """Print what the table lacks."""
    from tests.databases import migrate  # noqa: PLC0415 - the tests have their own databases
    from tests.walls.asking import answers_to  # noqa: PLC0415 - it reads lines of this table
    from tests.walls.town import town  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/books.db"
        migrate(url)
        with town(url, Path(folder)) as made:
            for route in sorted(set(made.routes) - set(read())):
                print(written(_seen(made, route, answers_to)))  # noqa: T201 - that is its work


def _seen(made: Town, route: str, answers_to: Any) -> Line:  # noqa: ANN401 - imported late
    blank = Line(route, {}, dict.fromkeys(COLUMNS, (0, 0)))
    found: dict[str, tuple[int, int]] = answers_to(made, blank)
    return Line(route, {}, found)


if __name__ == "__main__":
    main()
