"""Is the money all there: arrows, running balances, limits, units against euros, counts, sums."""

from collections import Counter

from ledger.books.accounts import account_of, bank
from ledger.money import EUR
from ledger.proof.book import NONE, Book, Problems, Sheet
from ledger.proof.problems import problem
from ledger.proof.rows import KeptPosting


class Arrows:
    """Every posting leads from one account to another, both holding its asset, none left out."""

    def __init__(self, book: Book) -> None:
        """Know which asset each account holds."""
        self._assets = {account.name: account.asset for account in book.accounts.values()}

    def entry(self, sheet: Sheet) -> Problems:
        """See Check."""
        problems: Problems = []
        assets = self._assets
        for place, posting in enumerate(sheet.postings):
            entry, ordinal, source, target, amount, asset, _, _ = posting
            if (
                ordinal == place
                and amount > 0
                and source != target
                and assets.get(source) == asset == assets.get(target)
            ):
                continue
            if ordinal != place:
                problems.append(problem("ordinal", entry=entry, ordinal=ordinal, place=place))
            if amount <= 0 or source == target:
                problems.append(
                    problem(
                        "arrow",
                        entry=entry,
                        ordinal=ordinal,
                        source=source,
                        target=target,
                        amount=amount,
                    )
                )
            problems += self._misplaced(posting)
        return problems

    def _misplaced(self, posting: KeptPosting) -> Problems:
        problems: Problems = []
        for account in (posting.source, posting.target):
            held = self._assets.get(account)
            if held is None:
                problems.append(problem("account-unknown", entry=posting.entry, account=account))
            elif held != posting.asset:
                facts = {"account": account, "asset": posting.asset}
                problems.append(problem("asset", entry=posting.entry, **facts))
        return problems

    def end(self) -> Problems:
        """See Check."""
        return NONE


class Balances:
    """Every running balance follows from the arrows, stays in its limits, and is what is kept."""

    def __init__(self, book: Book) -> None:
        """Give each account the limits of its kind, whatever its row says."""
        self._book = book
        self._doubted: set[str] = set()
        self._limits: dict[str, tuple[int | None, int | None]] = {}
        self._wrong_limits: list[str] = []
        for kept in book.accounts.values():
            try:
                account = account_of(kept.name, book.unit)
            except ValueError:
                self._wrong_limits.append(kept.name)
                continue
            self._limits[kept.name] = (account.floor, account.ceiling)
            told = (kept.asset, kept.floor, kept.ceiling, kept.owner)
            if told != (account.asset.code, account.floor, account.ceiling, account.owner):
                self._wrong_limits.append(kept.name)

    def entry(self, sheet: Sheet) -> Problems:
        """See Check."""
        problems: Problems = []
        balances = self._book.balances
        touched: dict[str, int] = {}
        for _, _, source, target, amount, _, source_after, target_after in sheet.postings:
            balance = balances[source] = touched[source] = balances.get(source, 0) - amount
            if balance != source_after:
                problems += self._doubt(sheet, source, source_after, balance)
            balance = balances[target] = touched[target] = balances.get(target, 0) + amount
            if balance != target_after:
                problems += self._doubt(sheet, target, target_after, balance)
        for account, balance in touched.items():
            floor, ceiling = self._limits.get(account, (None, None))
            if (floor is not None and balance < floor) or (
                ceiling is not None and balance > ceiling
            ):
                number = sheet.entry.number
                problems.append(problem("limit", entry=number, account=account, balance=balance))
        return problems

    def _doubt(self, sheet: Sheet, account: str, kept: int, replayed: int) -> Problems:
        """Name an account once: what follows from the first difference says nothing new."""
        if account in self._doubted:
            return NONE
        self._doubted.add(account)
        number = sheet.entry.number
        return [problem("running", entry=number, account=account, kept=kept, replayed=replayed)]

    def end(self) -> Problems:
        """See Check."""
        problems = [problem("account-limits", account=name) for name in self._wrong_limits]
        for name, account in self._book.accounts.items():
            replayed = self._book.balances.get(name, 0)
            if account.balance != replayed:
                facts = {"kept": account.balance, "replayed": replayed}
                problems.append(problem("balance", account=name, **facts))
        return problems


class Par:
    """Units in circulation never move without their euros, in one and the same entry."""

    def __init__(self, book: Book) -> None:
        """Know the accounts of the funds, and what makes their units and cents comparable."""
        self._sides: dict[str, tuple[str, int]] = {}
        for name in book.accounts:
            kind, _, fund = name.partition(":")
            if kind == "issued":
                self._sides[name] = fund, -(10**EUR.scale)
            elif kind == "backing":
                self._sides[name] = fund, 10**book.unit.scale

    def entry(self, sheet: Sheet) -> Problems:
        """See Check."""
        sides = self._sides
        gaps: dict[str, int] = {}
        for _, _, source, target, amount, _, _, _ in sheet.postings:
            if source in sides:
                fund, parts = sides[source]
                gaps[fund] = gaps.get(fund, 0) - amount * parts
            if target in sides:
                fund, parts = sides[target]
                gaps[fund] = gaps.get(fund, 0) + amount * parts
        if not any(gaps.values()):
            return NONE
        return [
            problem("par", entry=sheet.entry.number, fund=fund) for fund, gap in gaps.items() if gap
        ]

    def end(self) -> Problems:
        """See Check."""
        return NONE


class Sums:
    """All accounts of an asset, as kept, sum to zero."""

    def __init__(self, book: Book) -> None:
        """Take the accounts as they are kept."""
        self._book = book

    def entry(self, sheet: Sheet) -> Problems:
        """See Check."""
        del sheet
        return NONE

    def end(self) -> Problems:
        """See Check."""
        totals: Counter[str] = Counter()
        for account in self._book.accounts.values():
            totals[account.asset] += account.balance
        return [
            problem("sum", asset=asset, total=total) for asset, total in totals.items() if total
        ]


class Tallies:
    """Every count follows from the entries, stays between 0 and its limit, and is what is kept."""

    def __init__(self, book: Book) -> None:
        """Start at zero."""
        self._book = book
        self._counts: dict[str, tuple[int, int]] = {}

    def entry(self, sheet: Sheet) -> Problems:
        """See Check."""
        problems: Problems = []
        for name, change, limit in sheet.tallies:
            count = self._counts.get(name, (0, 0))[0] + change
            self._counts[name] = count, limit
            if not 0 <= count <= limit:
                number = sheet.entry.number
                problems.append(
                    problem("tally-limit", entry=number, account=name, balance=count, limit=limit)
                )
        return problems

    def end(self) -> Problems:
        """See Check."""
        kept = {tally.name: (tally.amount, tally.top) for tally in self._book.tallies.values()}
        names = sorted(kept.keys() | self._counts.keys())
        counts = self._counts
        return [
            problem("tally", account=name, kept=_told(kept, name), replayed=_told(counts, name))
            for name in names
            if kept.get(name) != counts.get(name)
        ]


def _told(counts: dict[str, tuple[int, int]], name: str) -> str:
    return "{}/{}".format(*counts[name]) if name in counts else "-"


class Coverage:
    """The euros at the bank, in tills and on their way cover the units (only a warning)."""

    def __init__(self, book: Book) -> None:
        """Judge at the end, by the balances replayed."""
        self._book = book

    def entry(self, sheet: Sheet) -> Problems:
        """See Check."""
        del sheet
        return NONE

    def end(self) -> Problems:
        """See Check."""
        owed: Counter[str] = Counter()
        on_the_way = 0
        for name, balance in self._book.balances.items():
            kind, _, fund = name.partition(":")
            if kind == "backing":
                owed[fund] -= balance
            elif kind in {"till", "transit"}:
                on_the_way += balance
        held: Counter[str] = Counter()
        for account in self._book.bank_accounts:
            fund = account.medium + (f":{account.issuer}" if account.issuer else "")
            held[fund] += self._book.balances.get(bank(account.slug), 0)
        problems = [
            problem("coverage", fund=fund, held=held[fund] + on_the_way, owed=cents)
            for fund, cents in owed.items()
            if held[fund] + on_the_way < cents
        ]
        total = sum(held[fund] for fund in owed) + on_the_way
        if total < sum(owed.values()):
            problems.append(problem("coverage-overall", held=total, owed=sum(owed.values())))
        return problems
