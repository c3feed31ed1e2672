"""Do the other tables tell the truth about entries: memos, answers, requests, bank lines."""

import hmac
from collections import Counter
from typing import Any, Final

import orjson

from ledger.books.accounts import (
    PAYABLE_REDEMPTIONS,
    SUSPENSE,
    bank,
    held,
    member,
    treasury,
)
from ledger.proof.book import NONE, Book, Problems, Sheet
from ledger.proof.canonical import memo_commitment
from ledger.proof.problems import problem
from ledger.proof.receipt import receipt_start
from ledger.proof.rows import (
    BANK_LINES,
    EXPLANATIONS,
    MEMOS,
    OUTSTANDING,
    KeptBankLine,
    KeptExplanation,
    KeptMemo,
    KeptOperation,
    KeptOutstanding,
    KeptRedemption,
    KeptRequest,
)

BANK: Final = "bank:"
RECOGNITION: Final = "recognition"
"""The kind of entry that says: this line is an entry made by hand, which moved the bank itself."""


def memos(sheet: Sheet, rows: list[KeptMemo]) -> Problems:
    """Check that what people wrote is what the entry sealed; words that were erased are fine."""
    kept = sheet.entry.memo or ""
    if all(hmac.compare_digest(memo_commitment(row.salt, row.words), kept) for row in rows):
        return NONE
    return [problem("memo", entry=sheet.entry.number)]


def bank_lines(sheet: Sheet, rows: list[KeptBankLine]) -> Problems:
    """Check that the entry that explains a bank line moves its amount, and is of no other line."""
    problems = [
        problem("bank-line", entry=sheet.entry.number, id=row.id)
        for row in rows
        if row.state == "new" or sheet.moved(bank(row.account)) != row.amount
    ]
    for account, lines in Counter(row.account for row in rows).items():
        if lines > 1:
            problems.append(problem("bank-line-twice", entry=sheet.entry.number, account=account))
    return problems


def _moves_bank(sheet: Sheet) -> bool:
    return any(
        name.startswith(BANK)
        for posting in sheet.postings
        for name in (posting.source, posting.target)
    )


def _names(sheet: Sheet, line: object) -> bool:
    """Say whether a bank line is kept as that of this entry, or as explained by it."""
    return any(
        row.id == line
        for name, rows in sheet.attached
        if name in {BANK_LINES.name, EXPLANATIONS.name}
        for row in rows
    )


def outstanding(sheet: Sheet, rows: list[KeptOutstanding]) -> Problems:
    """Check that what is awaited at the bank is what the entry moved there."""
    return [
        problem("outstanding", entry=sheet.entry.number, id=row.id)
        for row in rows
        if sheet.moved(bank(row.account)) != row.amount
    ]


def explanations(sheet: Sheet, rows: list[KeptExplanation]) -> Problems:
    """Check that a line that waited is explained by an entry that moves suspense.

    One that was recognised at once as an entry made by hand never waited: nothing moves.
    """
    if any(SUSPENSE in {posting.source, posting.target} for posting in sheet.postings):
        return NONE
    if sheet.entry.kind == RECOGNITION and not sheet.postings:
        return NONE
    return [problem("explanation", entry=sheet.entry.number, id=row.id) for row in rows]


class Answers:
    """One request has one effect, and the answer kept for it bears its entry's receipt."""

    def __init__(self, book: Book) -> None:
        """Mark the entries that have an answer: one bit each."""
        self._code = book.code
        self._last = book.last
        self._answered = bytearray(book.last // 8 + 1)

    def row(self, row: KeptOperation) -> Problems:
        """Look at one answer."""
        entry = row.entry
        if row.sealed is None or not 0 < entry <= self._last:
            return [problem("stray", table="operation", entry=entry, id=row.key)]
        problems: Problems = []
        place, bit = entry >> 3, 1 << (entry & 7)
        if self._answered[place] & bit:
            problems.append(problem("sealed-twice", entry=entry))
        self._answered[place] |= bit
        try:
            receipt = orjson.loads(row.answer)["receipt"]
            right = receipt.startswith(receipt_start(self._code, entry, row.sealed))
        except (ValueError, TypeError, KeyError, AttributeError):
            right = False
        if not right:
            problems.append(problem("answer", entry=entry, key=row.key))
        return problems


class Requests:
    """A request is paid by an entry that brings its amount to whoever asked."""

    def __init__(self, book: Book) -> None:
        """Need nothing but the rows."""
        del book

    def row(self, row: KeptRequest) -> Problems:
        """Look at one request."""
        if row.state == "paid" and row.paid == row.units:
            return NONE
        return [problem("request", entry=row.entry, id=row.id)]


class Claims:
    """Whatever another table says of an entry is so."""

    _JUDGES: dict[str, Any] = {  # noqa: RUF012 - never changed
        MEMOS.name: memos,
        BANK_LINES.name: bank_lines,
        OUTSTANDING.name: outstanding,
        EXPLANATIONS.name: explanations,
    }

    def __init__(self, book: Book) -> None:
        """Need nothing but the rows that pass by."""
        del book
        self._gave_back: set[int] = set()
        """Recognitions that took the line's own move of the bank account back."""

    def entry(self, sheet: Sheet) -> Problems:
        """See Check. Corrections only have to name entries that exist."""
        problems: Problems = [*self._lost_line(sheet)]
        for name, rows in sheet.attached:
            judge = self._JUDGES.get(name)
            if judge:
                problems += judge(sheet, rows)
        return problems

    def _lost_line(self, sheet: Sheet) -> Problems:
        """Check that the line an entry was booked for still says so: else it is booked again.

        The entry that first moved the bank account for a line stays the line's. A recognition in
        suspense takes that move back, because the entry made by hand had made it, and a correction
        of the recognition makes it again: both leave the line where it was.
        """
        entry, line = sheet.entry, _fact(sheet, "line")
        if line is None or not _moves_bank(sheet):
            return NONE
        if entry.kind == RECOGNITION:
            self._gave_back.add(entry.number)
            return NONE
        if entry.kind == "correction" and _fact(sheet, "corrects") in self._gave_back:
            return NONE
        if _names(sheet, line):
            return NONE
        return [problem("bank-line-lost", entry=entry.number, id=line)]

    def end(self) -> Problems:
        """See Check."""
        return NONE


_LIFE: Final = {
    "redemption-request": "requested",
    "redemption-approval": "approved",
    "redemption-cancel": "cancelled",
    "redemption-paid": "paid",
    "redemption-bounce": "bounced",
    "redemption-again": "approved",
    "sheet": "approved",
}
"""The state in which an entry of each kind leaves the redemption that its facts name."""


class Redemptions:
    """A redemption is where its entries left it, and they moved its units and euros."""

    def __init__(self, book: Book) -> None:
        """Start with no state."""
        self._book = book
        self._states: dict[str, str] = {}
        self._before: dict[int, list[tuple[str, str]]] = {}
        """What each entry's redemptions are again once it is corrected."""

    def entry(self, sheet: Sheet) -> Problems:
        """See Check."""
        kind, number = sheet.entry.kind, sheet.entry.number
        if kind == "correction":
            self._states.update(self._before.get(_fact(sheet, "corrects"), []))
            return NONE
        if kind == "split":
            return self._split(sheet)
        name = _fact(sheet, "redemption")
        if kind not in _LIFE or (kind == "sheet" and name is None):
            return NONE
        before = "corrected" if kind == "redemption-approval" else self._states.get(name, "-")
        self._before[number] = [(name, before)]
        self._states[name] = _LIFE[kind]
        row = self._book.redemptions.get(name)
        right = row is not None and self._moves(sheet, row)
        return NONE if right else [problem("redemption", entry=number, id=name)]

    def _split(self, sheet: Sheet) -> Problems:
        """Look at the redemptions that share a bank line: together they move what is owed."""
        owed: Counter[str] = Counter()
        named = []
        for cause, name in _shares(sheet):
            row = self._book.redemptions.get(name)
            if row is None:
                return [problem("redemption", entry=sheet.entry.number, id=name)]
            owed[_payable(row)] += row.euros if cause == "redemption" else -row.euros
            named.append((name, self._states.get(name, "-")))
            self._states[name] = "paid" if cause == "redemption" else "bounced"
        self._before[sheet.entry.number] = named
        if all(sheet.moved(account) == euros for account, euros in owed.items()):
            return NONE
        return [problem("redemption", entry=sheet.entry.number, id=named[0][0] if named else "-")]

    def _moves(self, sheet: Sheet, row: KeptRedemption) -> bool:
        """Say whether an entry moves what its kind moves."""
        units, owed = sheet.moved(held(row.id)), sheet.moved(_payable(row))
        kind = sheet.entry.kind
        if kind == "sheet":
            return (bool(row.sheet), units, owed) == (True, 0, -row.euros)
        if kind == "redemption-request":
            return (units, owed, sheet.moved(member(row.member))) == (row.units, 0, -row.units)
        if kind == "redemption-cancel":
            return (units, owed, sheet.moved(member(row.member))) == (-row.units, 0, row.units)
        if kind == "redemption-approval":
            return (units, owed) == (-row.units, -row.euros)
        if kind == "redemption-again":
            return (units, owed) == (0, 0)
        return (units, owed) == (0, row.euros if kind == "redemption-paid" else -row.euros)

    def end(self) -> Problems:
        """See Check. An approved redemption may be on its way: sent."""
        problems: Problems = []
        for row in self._book.redemptions.values():
            state = self._states.get(row.id, "-")
            on_its_way = row.state == "sent" and state in {"approved", "bounced"}
            if state != row.state and not on_its_way:
                facts = {"kept": row.state, "replayed": state}
                problems.append(problem("redemption-state", id=row.id, **facts))
        return problems


def _payable(row: KeptRedemption) -> str:
    """Name the account on which it is owed: a public service's stands with its authority."""
    return treasury(row.member) if row.sheet else PAYABLE_REDEMPTIONS


def _shares(sheet: Sheet) -> list[tuple[str, str]]:
    """Read causes and ids of the redemptions that a split pays or that came back in it."""
    try:
        facts = orjson.loads(sheet.entry.facts)
        said = [str(text).split(" ") for name, text in facts.items() if name.startswith("part-")]
        return [(cause, id_) for cause, id_, *_ in said if cause in {"redemption", "bounce"}]
    except (ValueError, AttributeError):
        return [("redemption", "-")]


def _fact(sheet: Sheet, name: str) -> Any:  # noqa: ANN401 - a text or a number, None without
    """Give a text or a whole number that an entry tells; None without, whatever stands there."""
    try:
        told = orjson.loads(sheet.entry.facts).get(name)
    except (ValueError, AttributeError):
        return None
    return told if isinstance(told, str | int) else None
