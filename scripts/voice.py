"""The two voices of the command line, French and English, and what every command shares of them.

A sentence is written once in each language, side by side, where it is spoken. `--lang` chooses,
else the environment (`LC_ALL`, `LC_MESSAGES`, `LANG`), else French.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from admin.words import words
from ledger.refusals import Refusal, all_refusals

FRENCH: Final = "fr"
ENGLISH: Final = "en"

T = TypeVar("T")

Language = Annotated[
    Literal["fr", "en"] | None,
    typer.Option("--lang", help="Language of what is said: fr or en; else LANG, else French."),
]
Json = Annotated[bool, typer.Option("--json", help="Say it for programs, as JSON.")]


@dataclass(frozen=True, slots=True)
class Voice:
    """Speaks one of the two languages."""

    language: str

    def __call__(self, french: str, english: str, **facts: object) -> str:
        """Give the sentence of this voice with its facts."""
        return (english if self.language == ENGLISH else french).format(**facts)

    def refusal(self, refusal: Refusal) -> str:
        """Give a refusal's sentence, from the catalogues that the pages speak from."""
        return words(self.language).sentence(refusal.sentence, refusal.facts)

    def sentence(self, message: str) -> str:
        """Give a message of the catalogues."""
        return words(self.language).say(message)

    def refused(self, body: Mapping[str, Any]) -> str:
        """Do as `refusal`, for the slug and facts that the books keep of one."""
        sentence = next(kind.sentence for kind in all_refusals() if kind.slug == body["slug"])
        return words(self.language).sentence(sentence, body["facts"])

    def of(self, said: Mapping[str, T]) -> T:
        """Give this voice's part of a catalogue that is keyed by language."""
        return said[self.language]


def voice(lang: str | None = None) -> Voice:
    """Choose the voice of a command."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    wanted = lang or next((os.environ[name] for name in names if os.environ.get(name)), "")
    return Voice(ENGLISH if wanted.startswith(ENGLISH) else FRENCH)


def columns(told: Mapping[str, object], names: Mapping[str, str]) -> None:
    """Write facts under each other, by the names they have in a language."""
    width = max(map(len, names.values()), default=0)
    for key, value in told.items():
        typer.echo(f"{names.get(key, key):>{width}}  {_plain(value)}")


@contextmanager
def progress(title: str, total: int | None, *, shown: bool = True) -> Iterator["Bar"]:
    """Draw a bar on a terminal, and nothing elsewhere."""
    console = Console(stderr=True)
    if not shown or not console.is_terminal:
        yield Bar(None, None)
        return
    with Progress(console=console, transient=True) as drawn:
        yield Bar(drawn, drawn.add_task(title, total=total))


class Bar:
    """A bar that may be drawn or not."""

    def __init__(self, drawn: Progress | None, task: TaskID | None) -> None:
        """Keep what is drawn, if anything is."""
        self._drawn = drawn
        self._task = task

    def follow(self, items: Iterable[T]) -> Iterator[T]:
        """Hand items on, and draw each."""
        for item in items:
            yield item
            if self._drawn is not None and self._task is not None:
                self._drawn.advance(self._task)


def _plain(value: object) -> object:
    if value is None:
        return "-"
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values())
    if isinstance(value, list):
        return "; ".join(str(part) for part in value)
    return value
