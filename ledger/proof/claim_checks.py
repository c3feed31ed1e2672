"""Do the other tables tell the truth about entries: memos, answers, requests, bank lines."""

import hmac
from collections import Counter
from typing import Any

import orjson

from ledger.books.accounts import PAYABLE_REDEMPTIONS, SUSPENSE, bank, held, member
from ledger.proof.book import NONE, Book, Problems, Sheet
from ledger.proof.canonical import Receipt, memo_commitment
from ledger.proof.problems import problem
from ledger.proof.rows import (
    BANK_LINES,
    EXPLANATIONS,
    MEMOS,
    OPERATIONS,
    REDEMPTIONS,
    REQUESTS,
    KeptBankLine,
    KeptExplanation,
    KeptMemo,
    KeptOperation,
    KeptRedemption,
    KeptRequest,
)


def memos(sheet: Sheet, rows: list[KeptMemo]) -> Problems:
    """Check that what people wrote is what the entry sealed; words that were erased are fine."""
    kept = sheet.entry.memo or ""
    if all(hmac.compare_digest(memo_commitment(row.salt, row.words), kept) for row in rows):
        return NONE
    return [problem("memo", entry=sheet.entry.number)]


def operations(sheet: Sheet, rows: list[KeptOperation]) -> Problems:
    """One request has one effect, and the answer kept for it bears this entry's receipt."""
    entry = sheet.entry
    problems = [problem("sealed-twice", entry=entry.number)] if len(rows) > 1 else []
    for row in rows:
        try:
            receipt = Receipt.parse(orjson.loads(row.answer)["receipt"])
            right = (receipt.number, receipt.hash) == (entry.number, entry.hash)
        except (ValueError, TypeError, KeyError):
            right = False
        if not right:
            problems.append(problem("answer", entry=entry.number, key=row.key))
    return problems


def requests(sheet: Sheet, rows: list[KeptRequest]) -> Problems:
    """Check that a request is paid by an entry that brings its amount to whoever asked."""
    return [
        problem("request", entry=sheet.entry.number, id=row.id)
        for row in rows
        if row.state != "paid" or sheet.moved(member(row.to)) != row.units
    ]


def redemptions(sheet: Sheet, rows: list[KeptRedemption]) -> Problems:
    """Check that the entry that approves a redemption takes its units and owes its euros."""
    return [
        problem("redemption", entry=sheet.entry.number, id=row.id)
        for row in rows
        if row.state in {"requested", "cancelled"}
        or -sheet.moved(held(row.id)) != row.units
        or -sheet.moved(PAYABLE_REDEMPTIONS) != row.euros
    ]


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


def explanations(sheet: Sheet, rows: list[KeptExplanation]) -> Problems:
    """Check that a line that waited is explained by an entry that moves suspense."""
    if any(SUSPENSE in {posting.source, posting.target} for posting in sheet.postings):
        return NONE
    return [problem("explanation", entry=sheet.entry.number, id=row.id) for row in rows]


class Claims:
    """Whatever another table says of an entry is so."""

    _JUDGES: dict[str, Any] = {  # noqa: RUF012 - never changed
        MEMOS.name: memos,
        OPERATIONS.name: operations,
        REQUESTS.name: requests,
        REDEMPTIONS.name: redemptions,
        BANK_LINES.name: bank_lines,
        EXPLANATIONS.name: explanations,
    }

    def __init__(self, book: Book) -> None:
        """Keep the redemptions for the end."""
        self._book = book

    def entry(self, sheet: Sheet) -> Problems:
        """See Check. Corrections only have to name entries that exist."""
        problems: Problems = []
        for name, rows in sheet.attached:
            judge = self._JUDGES.get(name)
            if judge:
                problems += judge(sheet, rows)
        return problems

    def end(self) -> Problems:
        """See Check. Units of a redemption are held from its request to its approval."""
        problems: Problems = []
        for row in self._book.held:
            account = held(row.id)
            units = row.units if row.state == "requested" else 0
            replayed = self._book.balances.get(account, 0)
            if row.state != "corrected" and replayed != units:
                facts = {"kept": units, "replayed": replayed}
                problems.append(problem("held", account=account, **facts))
        return problems
