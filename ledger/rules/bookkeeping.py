"""The books as a French accountant keeps them: each entry as balanced lines in euros at par.

Units in circulation are a debt of the association to their holders, one euro a unit. The euro
arrows say it once (`backing:` owes what is in the fund) and the unit arrows say it again (`issued:`
mirrors it, holder by holder). The two move together in every entry, so both are left out, and what
remains balances by itself: the bank on one side, and on the other the same debt told holder by
holder, each an auxiliary account. A conversion debits the bank and credits the holder; a payment
moves the debt from one holder to another; a gift moves it from the sponsor's advance to a member.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.books.accounts import holder_of
from ledger.books.journal import Entry, Posting
from ledger.money import EUR, Asset
from ledger.refusals import AccountNotMapped, Malformed

MIRRORS: Final = frozenset({"issued", "backing"})
"""Kinds of accounts that say the debt to holders a second time."""

CARRIED: Final = "result"
"""What years before earned (or lost, negative): the account of the chart it is carried on."""
LOST: Final = "result:lost"

_AUXILIARY: Final = frozenset({"member", "sponsor", "receivable", "mandate"})
_OWED_TO: Final = ("payable:donations:", "payable:treasury:")
_CHANGE: Final = re.compile(
    r"([a-z]+[@:a-z0-9-]*)=([1-9][0-9]{2}[0-9A-Z]{0,17}) (\S[^\t\r\n|]{0,98})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Head:
    """An account of the accountant's plan: its number and its name."""

    number: str
    name: str

    @property
    def of_result(self) -> bool:
        """Say whether it is an expense or an income, which begin each year at zero."""
        return self.number[0] in "67"


@dataclass(frozen=True, slots=True)
class EuroLine:
    """One line of an accountant's entry; `amount` is a debit, or a credit when negative."""

    head: Head
    auxiliary: str
    """The holder's pseudonymous id; empty where the account has none."""
    amount: int
    """Minor units of euros with `decimals_of` decimals."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of accounts: which account of the accountant each of ours belongs to."""

    heads: Mapping[str, Head]
    """By the beginning of our account's name: `bank@digital`, `member`, `income:interest`."""
    media: Mapping[str, str]
    """The medium of each bank account by its slug."""
    holders: Mapping[str, str]
    """The member of each redemption by its id."""

    def head(self, name: str) -> Head:
        """Find the account for one of ours: its own, else its kind's (AccountNotMapped)."""
        parts = name.split(":")
        keys = [":".join(parts[:n]) for n in range(len(parts), 0, -1)]
        if parts[0] == "bank":
            keys.insert(1, f"bank@{self.media.get(parts[-1])}")
        for key in keys:
            if key in self.heads:
                return self.heads[key]
        raise AccountNotMapped(account=name)

    def auxiliary(self, name: str) -> str:
        """Name whose auxiliary account one of ours is."""
        kind, _, rest = name.partition(":")
        if kind == "gift":
            return holder_of(name)
        if kind == "held":
            return self.holders.get(rest, "")
        if kind in _AUXILIARY:
            return rest
        return next((name.removeprefix(p) for p in _OWED_TO if name.startswith(p)), "")


def decimals_of(unit: Asset) -> int:
    """Give the decimals that amounts at par need: cents, or more where the unit has more."""
    return max(EUR.scale, unit.scale)


def euro_lines(postings: Iterable[Posting], chart: Chart, unit: Asset) -> tuple[EuroLine, ...]:
    """Tell an entry as lines that balance, debits first; an entry within one account has none."""
    changes: dict[str, int] = {}
    for posting in postings:
        for name, change in ((posting.source, -posting.amount), (posting.target, posting.amount)):
            scaled = change * 10 ** (decimals_of(unit) - posting.asset.scale)
            # More units in a wallet are more debt: a credit.
            signed = scaled if posting.asset == EUR else -scaled
            changes[name] = changes.get(name, 0) + signed
    return tuple(sorted(_summed(changes, chart), key=lambda line: line.amount < 0))


def opening_lines(
    balances: Mapping[str, int], assets: Mapping[str, Asset], chart: Chart, unit: Asset
) -> tuple[EuroLine, ...]:
    """Tell what the years before left on all accounts as one entry, debits first.

    `balances` are minor units by account, `assets` what each holds. What was earned or spent is
    carried as one result.
    """
    changes: dict[str, int] = {}
    result = 0
    for name, balance in balances.items():
        asset = assets[name]
        scaled = balance * 10 ** (decimals_of(unit) - asset.scale)
        signed = scaled if asset == EUR else -scaled
        if not _mirrors(name) and chart.head(name).of_result:
            result += signed
        else:
            changes[name] = signed
    lines = list(_summed(changes, chart))
    if result:
        lines.append(EuroLine(chart.head(LOST if result > 0 else CARRIED), "", result))
    return tuple(sorted(lines, key=lambda line: line.amount < 0))


def _mirrors(name: str) -> bool:
    return name.partition(":")[0] in MIRRORS


def _summed(changes: Mapping[str, int], chart: Chart) -> Iterator[EuroLine]:
    """Add up changes by the accountant's account and auxiliary, in the order of our arrows."""
    sums: dict[tuple[Head, str], int] = {}
    for name, change in changes.items():
        if not _mirrors(name):
            key = chart.head(name), chart.auxiliary(name)
            sums[key] = sums.get(key, 0) + change
    for (head, auxiliary), amount in sums.items():
        if amount:
            yield EuroLine(head, auxiliary, amount)


def changed(heads: Mapping[str, Head], changes: Iterable[str]) -> dict[str, Head]:
    """Change a chart by lines like `bank:nef=51211 La Nef`: ours, the number, the name.

    Malformed names the line that does not read so.
    """
    mended = dict(heads)
    for place, line in enumerate(changes):
        match = _CHANGE.fullmatch(line)
        if match is None:
            detail = "write an account of ours, =, three digits or more, a space and a name"
            raise Malformed([{"pointer": f"/changes/{place}", "detail": detail}])
        mended[match[1]] = Head(match[2], match[3])
    return mended


BANK: Final = ("BQ", "Banque")
TILL: Final = ("CA", "Caisse")
UNITS: Final = ("UN", "Unités")
OTHER: Final = ("OD", "Opérations diverses")


def journal_of(postings: Iterable[Posting]) -> tuple[str, str]:
    """Choose the accountant's journal of an entry: its code and name."""
    kinds: set[str] = set()
    euros = False
    for posting in postings:
        kinds |= {name.partition(":")[0] for name in (posting.source, posting.target)}
        euros = euros or posting.asset == EUR
    if "bank" in kinds:
        return BANK
    if "till" in kinds:
        return TILL
    return OTHER if euros else UNITS


def subject_of(entry: Entry) -> str:
    """Name the redemption or the order that an entry is about; empty for others."""
    for what in ("redemption", "order"):
        if what in entry.facts:
            return f"{what}:{entry.facts[what]}"
    return ""


def letters_of(
    entries: Iterable[tuple[str, Entry]], accounts: Iterable[str]
) -> dict[int, tuple[str, date]]:
    """Letter what settles itself: entries of one subject that leave `accounts` as they were.

    `entries` come with their subjects, in order; gives each entry's letter and the day on which
    the last of its group counts.
    """
    watched = frozenset(accounts)
    sums: dict[str, dict[str, int]] = {}
    groups: dict[str, list[Entry]] = {}
    for subject, entry in entries:
        if not subject:
            continue
        groups.setdefault(subject, []).append(entry)
        left = sums.setdefault(subject, {})
        for posting in entry.postings:
            for name, change in (
                (posting.source, -posting.amount),
                (posting.target, posting.amount),
            ):
                if name in watched:
                    left[name] = left.get(name, 0) + change
    settled = [group for subject, group in groups.items() if not any(sums[subject].values())]
    return {
        entry.number: (_letter(place), max(each.day for each in group))
        for place, group in enumerate(settled)
        for entry in group
    }


def _letter(place: int) -> str:
    """Give the letters of a place: AAA, AAB ... AAZ, ABA, and longer beyond ZZZ."""
    letters = ""
    while place or len(letters) < SHORTEST_LETTER:
        place, rest = divmod(place, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


SHORTEST_LETTER: Final = 3
