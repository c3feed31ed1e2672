"""The report of a day as it is certified: plain JSON, euro strings, no personal name."""

from collections.abc import Sequence
from datetime import date

from ledger.banking.references import mask_iban
from ledger.books.journal import Json
from ledger.books.papers import Rulebook, Statement
from ledger.money import BPS, EUR, format_minor
from ledger.rules.month_end import LIMIT, Backing, Picture, Problem
from ledger.rules.reconciliation import Compared, Item


def report_of(
    book: Rulebook, picture: Picture, problems: Sequence[Problem], *, as_of: int
) -> dict[str, Json]:
    """Write what was found; `as_of` is the last entry that it knows."""
    return {
        "currency": book.code,
        "on": picture.on.isoformat(),
        "as_of": as_of,
        "accounts": [_account(each, picture.on) for each in picture.accounts],
        "funds": [_fund(each) for each in picture.backings],
        "overall": _overall(picture),
        "under_way": [
            {
                "kind": each.kind,
                "id": each.id,
                "euros": euros(each.amount),
                "since": each.since.isoformat(),
                "days": max((picture.on - each.since).days, 0),
                "source": each.source,
                "target": each.target,
            }
            for each in picture.under_way
        ],
        "files": _files(book, picture),
        "suspense": euros(picture.suspense),
        "thresholds": {
            "payments_12_months": euros(picture.payments),
            "payments_limit": euros(LIMIT),
            "circulation": euros(picture.required),
            "circulation_limit": euros(LIMIT),
        },
        "problems": [
            {
                "problem": problem.slug,
                "facts": dict(problem.facts),
                "blocking": problem.blocking,
                "sentence": problem.sentence,
            }
            for problem in problems
        ],
    }


def _account(each: Compared, on: date) -> dict[str, Json]:
    account = each.account
    return {
        "slug": account.slug,
        "bank": account.bank,
        "iban": mask_iban(account.iban),
        "medium": account.medium,
        "issuer": account.issuer,
        "closing": None if each.closing is None else euros(each.closing),
        "closing_on": None if each.closing_on is None else each.closing_on.isoformat(),
        "reached": None if each.reached is None else each.reached.isoformat(),
        "booked": euros(each.booked),
        "suspense": euros(each.suspense),
        "difference": euros(each.difference),
        "unexplained": euros(each.unexplained),
        "items": [_item(item, on) for item in each.items],
    }


def _item(item: Item, on: date) -> dict[str, Json]:
    return {
        "key": item.key,
        "kind": item.kind,
        "euros": euros(item.amount),
        "day": item.day.isoformat(),
        "days": max((on - item.day).days, 0),
        "entry": item.entry,
        "settled": item.settled or None,
        "owner": item.owner or None,
        "cause": item.cause or None,
    }


def _fund(each: Backing) -> dict[str, Json]:
    return {
        "medium": each.fund.medium,
        "issuer": each.fund.issuer,
        "required": euros(each.required),
        "at_bank": euros(each.at_bank),
        "awaited": euros(each.awaited),
        "on_the_way": euros(each.on_the_way),
        "present": euros(each.present),
        "coverage_bps": each.coverage_bps,
        "shortfall": euros(each.shortfall),
    }


def _overall(picture: Picture) -> dict[str, Json]:
    required = picture.required
    present = sum(each.present for each in picture.backings)
    return {
        "required": euros(required),
        "present": euros(present),
        "coverage_bps": present * BPS // required if required else None,
        "shortfall": euros(max(required - present, 0)),
        "media": _grouped([(each.fund.medium, each) for each in picture.backings]),
        "issuers": _grouped([(each.fund.issuer, each) for each in picture.backings]),
    }


def _grouped(pairs: Sequence[tuple[str, Backing]]) -> dict[str, Json]:
    """Add funds up by medium or issuer."""
    found: dict[str, Json] = {}
    for name in sorted({name for name, _ in pairs}):
        mine = [each for other, each in pairs if other == name]
        required, present = sum(e.required for e in mine), sum(e.present for e in mine)
        found[name] = {"required": euros(required), "present": euros(present)}
    return found


def _files(book: Rulebook, picture: Picture) -> list[Json]:
    """List the bank's files of the days that this closes, by the hash of their bytes."""
    since = book.closed_until or date.min

    def told(each: Statement) -> bool:
        last = each.closing_on or each.imported_at.date()
        return since < last <= picture.on or (each.opening_on or last) <= picture.on < last

    return [
        {
            "statement": each.id,
            "account": each.account,
            "format": each.format,
            "closing": None if each.closing is None else euros(each.closing),
            "closing_on": None if each.closing_on is None else each.closing_on.isoformat(),
            "lines": each.lines,
            "sha256": each.file_hash,
        }
        for each in picture.statements
        if told(each)
    ]


def euros(cents: int) -> str:
    """Write euro cents."""
    return format_minor(cents, EUR.scale)
