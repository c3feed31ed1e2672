"""Are the runs of authorities true: each row credited once, in its amount, never unfunded.

And never without the person's written consent, in force on the day of the entry: consents and their
withdrawals are sealed in the journal, so the auditor knows what held when, whatever a table says.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from ledger.books.accounts import mandate, member
from ledger.books.closings import DAY
from ledger.books.context import town_day
from ledger.money import EUR
from ledger.proof.book import NONE, Book, Problems, Sheet
from ledger.proof.problems import problem
from ledger.proof.rows import DISBURSEMENTS
from ledger.proof.run_rows import KeptDisbursement

KINDS: Final = frozenset(
    {"consent", "consent-end", "run-received", "run-taken", "disbursement", "split"}
)


@dataclass(slots=True)
class _Given:
    """A consent as it was sealed."""

    member: str
    authority: str
    since: str
    until: str
    ended: bool = False


class Runs:
    """A run is funded before it is credited; a row is credited once and only with a consent."""

    def __init__(self, book: Book) -> None:
        """Start with no consent and no euro."""
        self._book = book
        self._consents: dict[str, _Given] = {}
        self._amounts: dict[str, list[int]] = {run: [0, 0] for run in book.runs}
        """Cents received and credited, by run."""

    def entry(self, sheet: Sheet) -> Problems:
        """See Check."""
        kind = sheet.entry.kind
        attached = next((rows for name, rows in sheet.attached if name == DISBURSEMENTS.name), [])
        if kind != "disbursement" and attached:
            return [problem("run-row", entry=sheet.entry.number, id=row.id) for row in attached]
        if kind not in KINDS:
            return NONE
        facts = _facts(sheet)
        if kind == "consent":
            who = str(facts.get("member", "")), str(facts.get("authority", ""))
            days = str(facts.get("since", "")), str(facts.get("until", ""))
            self._consents[str(facts.get("consent"))] = _Given(*who, *days)
        elif kind == "consent-end":
            given_before = self._consents.get(str(facts.get("consent")))
            if given_before:
                given_before.ended = True
        elif kind == "disbursement":
            return self._credited(sheet, facts, attached)
        else:
            return self._received(sheet, facts)
        return NONE

    def _received(self, sheet: Sheet, facts: dict[str, Any]) -> Problems:
        """Add up what came for runs, by a bank line, by a share of one, or from what was left."""
        if sheet.entry.kind == "split":
            for run, cents in _shares(facts):
                self._amounts.setdefault(run, [0, 0])[0] += cents
            return NONE
        run = str(facts.get("run", "-"))
        kept = self._book.runs.get(run)
        if kept is None:
            return [problem("run", entry=sheet.entry.number, id=run)]
        cents = -sheet.moved(mandate(kept.authority))
        if sheet.entry.kind == "run-taken":
            told = facts.get("euros")
            cents = told if isinstance(told, int) else 0
        self._amounts[run][0] += cents
        return NONE if cents > 0 else [problem("run", entry=sheet.entry.number, id=run)]

    def _credited(
        self, sheet: Sheet, facts: dict[str, Any], rows: list[KeptDisbursement]
    ) -> Problems:
        number, run = sheet.entry.number, str(facts.get("run", "-"))
        kept, name = self._book.runs.get(run), str(facts.get("row", "-"))
        if kept is None or len(rows) != 1 or (rows[0].id, rows[0].run) != (name, run):
            return [problem("run-row", entry=number, id=name)]
        problems: Problems = []
        row = rows[0]
        units = sheet.moved(member(row.member)) * 10**EUR.scale
        moved = (sheet.moved(mandate(kept.authority)), units)
        par = row.part * 10**self._book.unit.scale
        if moved != (row.part, par) or len(sheet.postings) != len(moved) or row.state != "credited":
            problems.append(problem("run-row", entry=number, id=name))
        if not self._consented(sheet, row, kept.authority):
            problems.append(problem("run-consent", entry=number, id=name))
        amounts = self._amounts[run]
        amounts[1] += row.part
        if amounts[1] > amounts[0]:
            problems.append(problem("run-unfunded", entry=number, id=run))
        return problems

    def _consented(self, sheet: Sheet, row: KeptDisbursement, authority: str) -> bool:
        given = self._consents.get(row.consent)
        if given is None or given.ended:
            return False
        day = _day(sheet)
        right = (given.member, given.authority) == (row.member, authority)
        return right and given.since <= day and (not given.until or day <= given.until)

    def end(self) -> Problems:
        """See Check."""
        problems: Problems = []
        for run, (received, credited) in self._amounts.items():
            kept = self._book.runs.get(run)
            told = (kept.received, kept.credited) if kept else None
            if told != (received, credited):
                shown = "/".join(map(str, told)) if told else "-"
                facts = {"kept": shown, "replayed": f"{received}/{credited}"}
                problems.append(problem("run-amounts", id=run, **facts))
        return problems


def _day(sheet: Sheet) -> str:
    """Give the ISO Paris day of an entry."""
    told = _facts(sheet).get(DAY)
    if told:
        return str(told)
    try:
        return town_day(datetime.fromisoformat(sheet.entry.at)).isoformat()
    except ValueError:
        return ""


def _facts(sheet: Sheet) -> dict[str, Any]:
    """Read what an entry sealed; what cannot be read breaks its hash anyway."""
    try:
        facts = orjson.loads(sheet.entry.facts)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _shares(facts: dict[str, Any]) -> list[tuple[str, int]]:
    """Read which runs share a bank line, and their cents; parts that cannot be read are none."""
    said = [str(text).split(" ") for name, text in facts.items() if name.startswith("part-")]
    return [
        (parts[1], int(parts[2]))
        for parts in said
        if parts[0] == "disbursement" and len(parts) > 2 and parts[2].isdecimal()  # noqa: PLR2004 - cause, run, cents
    ]
