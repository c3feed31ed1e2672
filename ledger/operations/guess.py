"""Guesses: counted in the books' database before anything is judged, for all processes together.

The count rises under the lock and the answer comes after the commit; only then is a password or
code looked at. So of any number of guesses at the same instant, no more than allowed are judged.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from ledger.books.context import Context
from ledger.books.journal import Plan
from ledger.books.papers import Rulebook
from ledger.books.people import Guess
from ledger.refusals import TooManyGuesses
from ledger.store.shelf import Needs, Shelf

WINDOW: Final = timedelta(minutes=15)
MOST: Final = 5
"""Guesses a window for one login, one person's code, or one machine's secret."""
MOST_FROM_ONE_PLACE: Final = 60
"""Guesses a window from one address, whatever logins they are for: a shop may share one."""

MOST_ASKED_FROM_ONE_PLACE: Final = 600
"""Challenges a window that one address is given to sign: who asks has guessed nothing yet."""


@dataclass(frozen=True, slots=True)
class CountGuess:
    """Count a guess against what it is about, and against where it comes from."""

    about: str
    """The count's name, see `guessed`."""
    place: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Guess, self.about), (Guess, self.place)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation; anybody may guess, so nobody is asked for a role."""
        counts = [counted(shelf, self.about, MOST)]
        if self.place:
            counts.append(counted_from(shelf, self.place))
        return Plan(kind="guess", papers=tuple(counts))


def guessed(what: str, whose: str) -> str:
    """Name a count: what is guessed and whose it is, so that neither login nor address stands."""
    return hashlib.sha256(f"{what}\n{whose}".encode()).hexdigest()


def forgiven(shelf: Shelf, about: str) -> Guess:
    """Give the count as it stands once the right answer was given."""
    return Guess(about, shelf.at, 0)


def counted_from(shelf: Shelf, place: str) -> Guess:
    """Count one more try from an address. Raises TooManyGuesses."""
    return counted(shelf, place, MOST_FROM_ONE_PLACE)


def taken_back(shelf: Shelf, place: str) -> Guess:
    """Give the count of an address without the try that was right: only wrong ones lock a door."""
    guess = shelf.paper(Guess, place) or Guess(place, shelf.at, 0)
    return replace(guess, count=max(guess.count - 1, 0))


def counted(shelf: Shelf, id_: str, most: int) -> Guess:
    """Count one more of what may come `most` times a window. Raises TooManyGuesses."""
    guess = shelf.paper(Guess, id_)
    if guess is None or shelf.at - guess.since >= WINDOW:
        guess = Guess(id_, shelf.at, 0)
    if guess.count >= most:
        left = guess.since + WINDOW - shelf.at
        raise TooManyGuesses(minutes=int(left / timedelta(minutes=1)) + 1)
    return replace(guess, count=guess.count + 1)
