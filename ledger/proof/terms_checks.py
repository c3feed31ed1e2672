"""Do the terms in force follow from the journal: what two people sealed, from the first ones on."""

import hashlib
from typing import Any, Final

import orjson

from ledger.proof.book import NONE, Book, Problems, Sheet
from ledger.proof.problems import problem
from ledger.proof.rows import KeptTerms

_KIND: Final = "terms"


class TermsInForce:
    """Each version but the first is what an entry of two persons sealed, and none was changed.

    The first ones come with the currency, before its journal; each later entry seals a hash of all
    versions before it, so they too cannot be changed once there is another.
    """

    def __init__(self, book: Book) -> None:
        """Start with nothing sealed."""
        self._kept = {since: _told(row) for since, row in book.terms.items()}
        self._sealed: dict[str, int] = {}
        self._before: list[tuple[int, str, tuple[str, ...]]] = []

    def entry(self, sheet: Sheet) -> Problems:
        """See Check."""
        if sheet.entry.kind != _KIND:
            return NONE
        number = sheet.entry.number
        try:
            facts = dict(orjson.loads(sheet.entry.facts))
        except (ValueError, TypeError):
            return NONE  # what cannot be read breaks its hash
        since = str(facts.get("since"))
        self._before.append((number, str(facts.get("before")), tuple(self._sealed)))
        self._sealed[since] = number
        problems: Problems = []
        if len({facts.get("person"), facts.get("proposed_by"), None}) < 3:  # noqa: PLR2004 - two and nobody
            problems.append(problem("terms-persons", entry=number))
        kept = self._kept.get(since)
        if kept is None or any(facts.get(name) != kept.get(name) for name in KeptTerms._fields):
            problems.append(problem("terms", since=since))
        return problems

    def end(self) -> Problems:
        """See Check."""
        first = [since for since in self._kept if since not in self._sealed]
        problems = [problem("terms", since=since) for since in first[1:]]
        for number, before, sealed in self._before:
            known = sorted(since for since in (*first, *sealed) if since in self._kept)
            if _digest([self._kept[since] for since in known]) != before:
                problems.append(problem("terms-before", entry=number))
        return problems


def _told(row: KeptTerms) -> dict[str, Any]:
    """Say a row in the words of an entry."""
    said = {name: value for name, value in row._asdict().items() if value is not None}
    try:
        said["redemption_kinds"] = ",".join(orjson.loads(row.redemption_kinds))
    except (ValueError, TypeError):
        said["redemption_kinds"] = None
    return said


def _digest(versions: list[dict[str, Any]]) -> str:
    return hashlib.sha256(orjson.dumps(versions, option=orjson.OPT_SORT_KEYS)).hexdigest()
