"""What a batch has in its hands while the head is locked: loaded once, changed in memory.

Operations that arrive together are planned one after the other against a shelf; each sees what
those before it left. Nothing else is read until the batch is written.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol, TypeVar

from ledger.books.accounts import Account, account_of
from ledger.books.context import Context, town_day
from ledger.books.journal import Plan, unguarded
from ledger.books.papers import Rulebook
from ledger.money import EUR
from ledger.refusals import AccountLimit, PeriodClosed, TallyLimit
from ledger.store.papers import SHELFMARKS, Shelfmark
from ledger.store.sql import Ask, Row
from ledger.store.tables import AccountRow, TallyRow

PaperT = TypeVar("PaperT")
Reader = Callable[[Shelfmark, list[Row]], list[Any]]
"""Makes papers of rows."""

_ACCOUNT: Final = AccountRow.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
_TALLY: Final = TallyRow.__table__  # type: ignore[attr-defined]  # set by SQLModel's metaclass
_KINDS: Final = {mark.table: kind for kind, mark in SHELFMARKS.items()}


@dataclass(frozen=True, slots=True)
class Found:
    """Papers of a kind whose `column` is `value`; with `of`, those that the found ones name."""

    kind: type
    column: str
    value: str
    of: tuple[type, str] | None = None
    """The kind wanted, and the column of the found papers that holds its key."""

    def ask(self) -> Ask:
        """Turn it into a question."""
        mark = SHELFMARKS[self.kind]
        if self.of is None:
            return Ask(mark.table, self.column, (self.value,))
        wanted = SHELFMARKS[self.of[0]]
        named = (
            f' AND "{wanted.key}" IN (SELECT "{self.of[1]}" FROM "{mark.table.name}" AS "found"'  # noqa: S608 - our own names
            f' WHERE "found"."currency" = "{wanted.table.name}"."currency"'
            f' AND "found"."{self.column}" = \'{self.value}\')'
        )
        return Ask(wanted.table, also=named)


@dataclass(frozen=True, slots=True)
class Needs:
    """What an operation must have in its hands before it can be planned."""

    accounts: tuple[str, ...] = ()
    wallets: tuple[str, ...] = ()
    """Owners whose accounts are wanted with everything in them, a member's gift pockets too."""
    tallies: tuple[str, ...] = ()
    papers: tuple[tuple[type, str], ...] = ()
    found: tuple["Found", ...] = ()
    """Papers wanted by what they say, where their names are not known before the lock."""


class Operation(Protocol):
    """A verb on its way through the door."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """Name what the plan will look at."""

    def plan(self, shelf: "Shelf", context: Context) -> Plan:
        """Decide; raises a Refusal. Looks at the shelf and nothing else."""


LARGEST: Final = 2**63
"""What no balance reaches: the databases count in 64 bits."""


class UnbalancedFundError(RuntimeError):
    """A plan would move units without their euros: a bug, stopped before anything is written."""


class Shelf:
    """Balances, tallies and papers of one currency, as the batch has left them so far."""

    def __init__(self, book: Rulebook, at: datetime) -> None:
        """Start empty; `take` fills it."""
        self.book = book
        self.at = at
        self._dated = at, town_day(at)
        self.next_number = 0
        """The number that the next entry will bear."""
        self._accounts: dict[str, Account] = {}
        self._balances: dict[str, int] = {}
        self._pockets: dict[str, list[str]] = {}
        self._tallies: dict[str, int] = {}
        self._limits: dict[str, int] = {}
        self._papers: dict[tuple[type, str], Any] = {}
        self.touched_accounts: set[str] = set()
        self.touched_tallies: set[str] = set()
        self.touched_papers: set[tuple[type, str]] = set()

    @property
    def today(self) -> date:
        """The accounting day."""
        if self._dated[0] is not self.at:  # several ask within one plan
            self._dated = self.at, town_day(self.at)
        return self._dated[1]

    def balance(self, name: str) -> int:
        """Give an account's balance in minor units; an account not opened yet stands at zero.

        Raises KeyError for an account that the operation did not declare.
        """
        if name not in self._balances and self._account(name).owner in self._pockets:
            return 0
        return self._balances[name]

    def pockets(self, member: str) -> list[tuple[str, int]]:
        """Give a member's gift pockets with something in them, in no promised order."""
        names = self._pockets[member]
        return [(name, self._balances[name]) for name in names if self._balances[name]]

    def tally(self, name: str) -> int:
        """Give a count; one never made stands at zero."""
        return self._tallies[name]

    def paper(self, kind: type[PaperT], key: str) -> PaperT | None:
        """Give a paper, or None when there is none of this name."""
        paper: PaperT | None = self._papers[kind, key]
        return paper

    def at_hand(self, kind: type[PaperT]) -> list[PaperT]:
        """Give every paper of a kind that this batch has before it, by key.

        What a plan's `found` asked for is among them, and what other plans needed: ask for more
        than a plan may take, and look at each paper's state.
        """
        marks = sorted(mark for mark in self._papers if mark[0] is kind)
        return [paper for mark in marks if (paper := self._papers[mark]) is not None]

    def fork(self) -> "Shelf":
        """Give a copy to plan one thing after another on, while nothing here changes yet."""
        fork = Shelf(self.book, self.at)
        fork.next_number = self.next_number
        fork._accounts = dict(self._accounts)
        fork._balances = dict(self._balances)
        fork._pockets = {owner: list(names) for owner, names in self._pockets.items()}
        fork._tallies = dict(self._tallies)
        fork._limits = dict(self._limits)
        fork._papers = dict(self._papers)
        return fork

    def apply(self, plan: Plan) -> None:
        """Take a plan over, or refuse it whole: every limit is checked before anything changes.

        An account or count that the operation did not declare raises KeyError: its balance in the
        database is not known here.
        """
        balances, tallies = self.check(plan)
        for name, balance in balances.items():
            self._balances[name] = balance
            owner = self._accounts[name].owner
            self._file_pocket(name, owner)
        self.touched_accounts |= balances.keys()
        if tallies:
            self._tallies |= tallies
            self._limits |= {tally.name: tally.limit for tally in plan.tallies}
            self.touched_tallies |= tallies.keys()
        for paper in plan.papers:
            mark = type(paper), str(getattr(paper, SHELFMARKS[type(paper)].key))
            self._papers[mark] = paper
            self.touched_papers.add(mark)

    def check(self, plan: Plan) -> tuple[dict[str, int], dict[str, int]]:
        """Give the balances and counts that a plan would leave, or refuse it."""
        day, closed = plan.day or self.today, self.book.closed_until
        if closed is not None and day <= closed and plan.leaves_entry:
            raise PeriodClosed(day=day.isoformat(), until=closed.isoformat())
        gap = unguarded(plan.postings, self.book.unit)
        if gap is not None:
            message = f"{plan.kind} moves {gap.issued} without {gap.backing}"
            raise UnbalancedFundError(message)
        return self._moved(plan), self._counted(plan)

    def _moved(self, plan: Plan) -> dict[str, int]:
        balances: dict[str, int] = {}
        for posting in plan.postings:
            for name, change in (
                (posting.source, -posting.amount),
                (posting.target, posting.amount),
            ):
                account = self._account(name)
                if account.asset != posting.asset:
                    message = f"{name} holds {account.asset.code}, not {posting.asset.code}"
                    raise UnbalancedFundError(message)
                balances[name] = balances.get(name, self.balance(name)) + change
        for name, balance in balances.items():
            account = self._accounts[name]
            if abs(balance) >= LARGEST:
                raise AccountLimit(account=name, balance=str(balance), limit=str(LARGEST))
            if not account.holds(balance):
                limit = account.floor if account.floor is not None else account.ceiling
                raise AccountLimit(account=name, balance=balance, limit=limit or 0)
        return balances

    def _counted(self, plan: Plan) -> dict[str, int]:
        tallies: dict[str, int] = {}
        for tally in plan.tallies:
            amount = tallies.get(tally.name, self._tallies[tally.name]) + tally.change
            if not 0 <= amount <= tally.limit:
                raise TallyLimit(tally=tally.name, amount=amount, limit=tally.limit)
            tallies[tally.name] = amount
        return tallies

    def _file_pocket(self, name: str, owner: str | None) -> None:
        if owner in self._pockets and name.startswith("gift:"):
            pockets = self._pockets[owner]
            if name not in pockets:
                pockets.append(name)

    def _account(self, name: str) -> Account:
        account = self._accounts.get(name)
        if account is None:
            account = self._accounts[name] = account_of(name, self.book.unit)
        return account

    # -- loading and unloading, for the writer ------------------------------------------------

    @staticmethod
    def asks(needs: Sequence[Needs]) -> list[Ask]:
        """Turn what a batch needs into questions, each name once and in one order."""
        accounts: set[str] = set()
        wallets: set[str] = set()
        tallies: set[str] = set()
        papers: dict[type, set[str]] = {}
        for need in needs:
            accounts.update(need.accounts)
            wallets.update(need.wallets)
            tallies.update(need.tallies)
            for kind, key in need.papers:
                papers.setdefault(kind, set()).add(key)
        asks = [
            Ask(_ACCOUNT, "name", tuple(sorted(accounts))),
            Ask(_ACCOUNT, "owner", tuple(sorted(wallets)), ' AND "balance" <> 0'),
            Ask(_TALLY, "name", tuple(sorted(tallies))),
        ]
        asks += [
            Ask(SHELFMARKS[kind].table, SHELFMARKS[kind].key, tuple(sorted(papers[kind])))
            for kind in SHELFMARKS
            if kind in papers
        ]
        found = dict.fromkeys(each.ask() for need in needs for each in need.found)
        return [*(ask for ask in asks if ask.values), *found]

    def take(self, asks: list[Ask], answers: list[list[Row]], read: Reader) -> None:
        """Put the rows on the shelf; what was asked and is not there is known to be absent."""
        for ask, rows in zip(asks, answers, strict=True):
            if ask.table is _ACCOUNT:
                self._take_accounts(ask, rows)
            elif ask.table is _TALLY:
                self._tallies |= dict.fromkeys(ask.values, 0) | {row[1]: row[2] for row in rows}
                self._limits |= {row[1]: row[3] for row in rows}
            else:
                kind = _KINDS[ask.table]
                if ask.column == SHELFMARKS[kind].key:
                    self._papers |= {(kind, key): None for key in ask.values}
                for paper in read(SHELFMARKS[kind], rows):
                    self._papers[kind, str(getattr(paper, SHELFMARKS[kind].key))] = paper

    def _take_accounts(self, ask: Ask, rows: list[Row]) -> None:
        if ask.column == "name":
            self._balances |= {name: self._balances.get(name, 0) for name in ask.values}
        else:
            self._pockets |= {member: [] for member in ask.values}
        for _, name, code, floor, ceiling, owner, balance in rows:
            asset = self.book.unit if code == self.book.unit.code else EUR
            self._accounts[name] = Account(name, asset, floor, ceiling, owner)
            self._balances[name] = balance
            self._file_pocket(name, owner)

    def account_rows(self, currency: str) -> list[Row]:
        """Give the rows of the accounts that changed."""
        rows: list[Row] = []
        for name in sorted(self.touched_accounts):
            account = self._accounts[name]
            rows.append(
                (
                    currency,
                    name,
                    account.asset.code,
                    account.floor,
                    account.ceiling,
                    account.owner,
                    self._balances[name],
                )
            )
        return rows

    def tally_rows(self, currency: str) -> list[Row]:
        """Give the rows of the counts that changed."""
        return [
            (currency, name, self._tallies[name], self._limits[name])
            for name in sorted(self.touched_tallies)
        ]

    def paper_values(self) -> list[object]:
        """Give the papers that changed, in a stable order."""
        return [self._papers[mark] for mark in sorted(self.touched_papers, key=lambda m: m[1])]
