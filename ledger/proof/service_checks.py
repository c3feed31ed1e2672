"""Do public services and mandates hold: every sheet numbered and added up, every ceiling kept."""

from collections import Counter
from typing import Any, Final

import orjson

from ledger.books.accounts import service as service_account
from ledger.proof.book import NONE, Book, Problems, Sheet
from ledger.proof.problems import problem

_TAKES: Final = {"payment": ("gross:", 1), "refund": ("returned:", -1)}
"""The kinds of entry that count on a day, under which totals, and which way units move then."""
_ACCOUNT: Final = "service:"
_MANDATE: Final = "mandate:"
_MANDATES: Final = frozenset({"mandate-proposal", "mandate-grant", "mandate-revocation"})


class Services:
    """What a service took and gave back says for what, and its sheets add it up, without gap.

    Days are those sealed in each payment and refund; a sheet covers every day behind the last one
    up to its own, each once, and nothing counts on a day that a sheet has covered.
    """

    def __init__(self, book: Book) -> None:
        """Start with nothing taken."""
        self._book = book
        self._open: dict[tuple[str, str], Counter[str]] = {}
        self._last: dict[str, int] = {}
        self._until: dict[str, str] = {}
        self._sealed: set[str] = set()

    def entry(self, sheet: Sheet) -> Problems:
        """See Check."""
        kind = sheet.entry.kind
        service = _touched(sheet)
        if kind == "service":
            facts = _facts(sheet)
            self._last[str(facts.get("service"))] = _whole(facts, "last_sheet")
            return NONE
        if kind == "sheet":
            return self._closed(sheet, _facts(sheet))
        if service is None:
            return NONE
        if kind in _TAKES and self._counted(sheet, service, *_TAKES[kind]):
            return NONE
        return [problem("service", entry=sheet.entry.number, service=service)]

    def _counted(self, sheet: Sheet, service: str, total: str, way: int) -> bool:
        """Count an entry on its day; says whether it tells for what, to the unit."""
        facts = _facts(sheet)
        revenues = _counts(facts, "revenue:")
        day = str(facts.get("service_day"))
        right = (
            facts.get("service") == service
            and bool(revenues)
            and min(revenues.values()) > 0
            and sum(revenues.values()) * way == sheet.moved(service_account(service))
            and day > self._until.get(service, "")
        )
        if right:
            counts = self._open.setdefault((service, day), Counter())
            counts.update({f"{total}{name}": units for name, units in revenues.items()})
            counts["payments" if way > 0 else "refunds"] += 1
        return right

    def _closed(self, sheet: Sheet, facts: dict[str, Any]) -> Problems:
        service, number = str(facts.get("service")), _whole(facts, "sheet")
        entry, until, problems = sheet.entry.number, str(facts.get("until")), []
        before = self._last.get(service, 0)
        if number != before + 1:
            told: dict[str, str | int] = {"service": service, "number": number, "before": before}
            problems.append(problem("sheet-number", entry=entry, **told))
        self._last[service], self._until[service] = number, until
        covered: Counter[str] = Counter()
        for name, day in [each for each in self._open if each[0] == service and each[1] <= until]:
            covered += self._open.pop((name, day))
        told_counts = Counter(
            {
                **{f"gross:{name}": n for name, n in _counts(facts, "gross:").items()},
                **{f"returned:{name}": n for name, n in _counts(facts, "returned:").items()},
                "payments": _whole(facts, "payments"),
                "refunds": _whole(facts, "refunds"),
            }
        )
        moved = sheet.moved(service_account(service))
        if +covered != +told_counts or moved != -_whole(facts, "redeemed"):
            problems.append(problem("sheet-totals", entry=entry, service=service))
        problems += self._kept(f"{service}:{number}", entry, facts)
        return problems

    def _kept(self, id_: str, entry: int, facts: dict[str, Any]) -> Problems:
        """Compare the sheet that is kept with what its entry sealed."""
        self._sealed.add(id_)
        row = self._book.sheets.get(id_)
        right = (
            row is not None
            and row.entry == entry
            and (row.service, row.number) == (facts.get("service"), facts.get("sheet"))
            and (_json(row.gross), _json(row.returned))
            == (_counts(facts, "gross:"), _counts(facts, "returned:"))
            and row.redemption == facts.get("redemption", "")
            and all(getattr(row, name) == facts.get(name) for name in _SAME)
        )
        return NONE if right else [problem("sheet", id=id_)]

    def end(self) -> Problems:
        """See Check. A sheet that no entry made is none."""
        return [problem("sheet", id=id_) for id_ in self._book.sheets if id_ not in self._sealed]


_SAME: Final = ("since", "until", "payments", "refunds", "redeemed", "euros", "fee")
"""What a sheet and its entry say under the same names."""


class Mandates:
    """A mandate is what its entries sealed, and what is used of it stays below its ceiling."""

    def __init__(self, book: Book) -> None:
        """Start with no mandate."""
        self._book = book
        self._sealed: dict[str, tuple[dict[str, Any], str]] = {}

    def entry(self, sheet: Sheet) -> Problems:
        """See Check."""
        if sheet.entry.kind in _MANDATES:
            facts = _facts(sheet)
            state = {"proposal": "proposed", "grant": "granted", "revocation": "revoked"}
            end = sheet.entry.kind.removeprefix("mandate-")
            self._sealed[str(facts.get("mandate"))] = facts, state[end]
            return NONE
        return [
            problem("mandate-ceiling", entry=sheet.entry.number, id=name.removeprefix(_MANDATE))
            for name, _, limit in sheet.tallies
            if name.startswith(_MANDATE) and limit != self._ceiling(name.removeprefix(_MANDATE))
        ]

    def _ceiling(self, mandate: str) -> object:
        facts, _ = self._sealed.get(mandate, ({}, ""))
        return facts.get("ceiling")

    def end(self) -> Problems:
        """See Check."""
        kept = self._book.mandates
        return [
            problem("mandate", id=id_)
            for id_ in sorted({*kept, *self._sealed})
            if id_ not in kept or id_ not in self._sealed or not self._same(id_)
        ]

    def _same(self, id_: str) -> bool:
        row, (facts, state) = self._book.mandates[id_], self._sealed[id_]
        told = tuple(facts.get(name) for name in ("authority", "since", "until", "ceiling"))
        return (row.authority, row.since, row.until, row.ceiling) == told and row.state == state


def _touched(sheet: Sheet) -> str | None:
    """Name the service whose account an entry moves, if any."""
    for posting in sheet.postings:
        for name in (posting.source, posting.target):
            if name.startswith(_ACCOUNT):
                return name.removeprefix(_ACCOUNT)
    return None


def _facts(sheet: Sheet) -> dict[str, Any]:
    """Read what an entry tells; what cannot be read breaks its hash anyway."""
    try:
        return dict(orjson.loads(sheet.entry.facts))
    except (ValueError, TypeError):
        return {}


def _counts(facts: dict[str, Any], prefix: str) -> dict[str, int]:
    return {
        name.removeprefix(prefix): units
        for name, units in facts.items()
        if name.startswith(prefix) and isinstance(units, int)
    }


def _whole(facts: dict[str, Any], name: str) -> int:
    told = facts.get(name)
    return told if isinstance(told, int) else -1


def _json(text: str) -> object:
    try:
        return orjson.loads(text)
    except ValueError:
        return None
