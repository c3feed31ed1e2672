"""The sentences that a story may use: each is a pattern and the function that plays it."""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from tests.stories.scenario import Rows, Step
from tests.stories.town import Town

Player: TypeAlias = Callable[..., None]

_SENTENCES: Final[list[tuple[re.Pattern[str], Player]]] = []

NAME: Final = r"[a-z][a-z0-9-]*"
AMOUNT: Final = r"-?[0-9]+(?:\.[0-9]+)?"


def says(pattern: str) -> Callable[[Player], Player]:
    """Register a sentence; `<name>` stands for a name and `#name#` for an amount."""
    worded = re.sub(r"(?<!P)<(\w+)>", rf"(?P<\1>{NAME})", pattern)
    worded = re.sub(r"#(\w+)#", rf"(?P<\1>{AMOUNT})", worded)

    def register(player: Player) -> Player:
        _SENTENCES.append((re.compile(worded), player))
        return player

    return register


def play(town: Town, step: Step) -> None:
    """Play a step; AssertionError when no sentence, or more than one, is meant."""
    meant = [(player, hit) for form, player in _SENTENCES if (hit := form.fullmatch(step.text))]
    assert len(meant) == 1, f"{len(meant)} sentences are meant by {step.text!r}"
    player, hit = meant[0]
    words = {name: value for name, value in hit.groupdict().items() if value is not None}
    arrows = step.header == ("source", "target", "amount")
    if step.header and not arrows:
        player(town, step.rows, **words)
    else:
        player(town, **words)
    if arrows:
        check_arrows(town, step.rows)


def check_arrows(town: Town, rows: Rows) -> None:
    """Compare the arrows of the last deed with a table, line by line.

    A pocket's expiry is compared where the table names it (`gift:c:m@2027-01-31`).
    """
    left = [(p.source, p.target, p.shown()["amount"], p.asset.code) for p in town.arrows()]
    found = []
    for ordinal, (source, target, amount, asset) in enumerate(left):
        row = rows[ordinal] if ordinal < len(rows) else {"source": "", "target": ""}
        found.append(
            (_named(source, row["source"]), _named(target, row["target"]), f"{amount} {asset}")
        )
    wanted = [(row["source"], row["target"], row["amount"]) for row in rows]
    assert found == wanted


def _named(account: str, wanted: str) -> str:
    return account if "@" in wanted else account.partition("@")[0]
