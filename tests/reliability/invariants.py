"""What is always true of the rows, whoever wrote them: small checks with SQL of their own.

Only new rows are read at each step; what they add up to is kept between steps.
"""

import hashlib
import json
from collections import Counter
from typing import Any, Final

from tests.proof.town import Execute

NEVER_BELOW: Final = ("member", "gift", "held", "till", "receivable")
NEVER_ABOVE: Final = ("issued", "backing", "sponsor", "payable")
UNITS: Final = ("issued", "member", "gift", "held")
BY_THE_BANK: Final = frozenset(
    {
        "suspense",
        "bank-fee",
        "interest",
        "order-seen",
        "redemption-paid",
        "redemption-bounce",
        "recognition",
        "repayment",
        "conversion-return",
        "split",
    }
)


class Books:
    """The rows of one currency, read after every step."""

    def __init__(self, execute: Execute, currency: str) -> None:
        """Start before the first entry."""
        self._execute = execute
        self._currency = currency
        self._last = 0
        self._hash = bytes(32)
        self._replayed: Counter[str] = Counter()
        self._revealed = 0
        self._told: dict[int, int] = {}
        """What each entry by the bank did to the cover, until it is corrected."""
        self.balances: dict[str, int] = {}

    def _rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        return list(self._execute(sql, self._currency, *parameters))

    def check(self) -> None:
        """Check all nine, and take the new rows in."""
        accounts = self._rows(
            "SELECT name, asset, floor, ceiling, balance FROM account WHERE currency = ?"
        )
        self.balances = {row[0]: row[4] for row in accounts if row[4]}
        last = self._last
        self._journal(accounts)
        self._funds(accounts)
        self._limits(accounts)
        self._keys(last)
        self._lines()

    def _journal(self, accounts: list[tuple[Any, ...]]) -> None:
        """1, 6, 7: arrows that move something, a chain without a gap, balances that replay."""
        assets = {row[0]: row[1] for row in accounts}
        postings: dict[int, list[tuple[Any, ...]]] = {}
        for row in self._rows(
            "SELECT number, source, target, amount, asset, source_after, target_after FROM posting "
            "WHERE currency = ? AND number > ? ORDER BY number, ordinal",
            self._last,
        ):
            postings.setdefault(row[0], []).append(row[1:])
        for entry in self._rows(
            "SELECT number, at, kind, actor, facts, tallies, memo, hash FROM entry "
            "WHERE currency = ? AND number > ? ORDER BY number",
            self._last,
        ):
            assert entry[0] == self._last + 1, "a gap in the journal"
            arrows = postings.pop(entry[0], [])
            before = self._covered()
            for source, target, amount, asset, source_after, target_after in arrows:
                assert amount > 0
                assert source != target
                assert assets[source] == assets[target] == asset
                self._replayed[source] -= amount
                self._replayed[target] += amount
                assert self._replayed[source] == source_after, source
                assert self._replayed[target] == target_after, target
            self._reveal(entry, self._covered() - before)
            self._chain(entry, [list(arrow[:4]) for arrow in arrows])
        assert not postings, "arrows without an entry"
        assert {n: b for n, b in self._replayed.items() if b} == self.balances, "no replay"

    def _reveal(self, entry: tuple[Any, ...], change: int) -> None:
        """3: only the bank's word makes a shortfall, and a correction takes back just that."""
        number, kind = entry[0], entry[2]
        if kind == "correction":
            told = self._told.pop(json.loads(entry[4])["corrects"], None)
            assert told in {None, -change}, f"correction {number} does more than take back"
            self._revealed += change if told is not None else 0
        elif kind in BY_THE_BANK:
            self._told[number] = change
            self._revealed += change

    def _chain(self, entry: tuple[Any, ...], arrows: list[list[Any]]) -> None:
        number, at, kind, actor, facts, tallies, memo, hash_ = entry
        said = {
            "actor": actor,
            "at": at,
            "currency": self._currency,
            "facts": json.loads(facts),
            "kind": kind,
            "memo": memo,
            "number": number,
            "postings": arrows,
            "tallies": json.loads(tallies),
        }
        text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        hashed = hashlib.sha256(b"comptoir/entry/1\n" + self._hash + text.encode())
        assert hashed.digest() == bytes(hash_), f"the chain breaks at {number}"
        self._last, self._hash = number, bytes(hash_)

    def _funds(self, accounts: list[tuple[Any, ...]]) -> None:
        """2, 3, 8: units and their euros move together, are covered, and every asset sums to 0."""
        balance = Counter({row[0]: row[4] for row in accounts})
        assert balance["issued:digital"] == balance["backing:digital"]
        assert self._covered() >= self._revealed, "a posting made a shortfall"
        sums: Counter[str] = Counter()
        for _, asset, _, _, minor in accounts:
            sums[asset] += minor
        assert not any(sums.values()), sums

    def _covered(self) -> int:
        """Add up the euros that are there, less those that are owed to holders."""
        there = ("bank:", "till:", "transit", "suspense", "backing:")
        return sum(minor for name, minor in self._replayed.items() if name.startswith(there))

    @staticmethod
    def _limits(accounts: list[tuple[Any, ...]]) -> None:
        """4: no account passes its limit, and the limits are those of its kind."""
        for name, asset, floor, ceiling, minor in accounts:
            kind = name.partition(":")[0]
            assert floor == (0 if kind in NEVER_BELOW else None), name
            assert ceiling == (0 if kind in NEVER_ABOVE else None), name
            assert (asset != "EUR") == (kind in UNITS), name
            assert kind not in NEVER_BELOW or minor >= 0, name
            assert kind not in NEVER_ABOVE or minor <= 0, name

    def _keys(self, last: int) -> None:
        """5: each entry answers one key; what an import makes about its lines may have none."""
        rows = self._rows(
            "SELECT entry FROM operation WHERE currency = ? AND entry > ? ORDER BY entry", last
        )
        answers = [row[0] for row in rows]
        assert len(set(answers)) == len(answers), "two keys have one entry"
        without = set(range(last + 1, self._last + 1)).difference(answers)
        entries = self._rows(
            "SELECT number, facts FROM entry WHERE currency = ? AND number > ?", last
        )
        assert without <= {
            n for n, facts in entries if {"line", "statement"} & set(json.loads(facts))
        }

    def _lines(self) -> None:
        """9: a line moves the bank once and is explained once; the bank's books add up to them."""
        lines = self._rows(
            "SELECT account, amount, state, entry, explained_by FROM bank_line WHERE currency = ?"
        )
        told: Counter[str] = Counter()
        for column in (3, 4):
            numbers = [row[column] for row in lines if row[column] is not None]
            assert len(numbers) == len(set(numbers)), "two lines for one entry"
        for account, amount, state, _, _ in lines:
            told[f"bank:{account}"] += amount if state != "new" else 0
        for account, amount in self._rows(
            "SELECT account, amount FROM outstanding WHERE currency = ? AND state = 'open'"
        ):
            told[f"bank:{account}"] += amount
        waiting = sum(amount for _, amount, state, _, _ in lines if state == "waiting")
        assert self.balances.get("suspense", 0) == -waiting, "suspense is not what waits"
        banks = {name: minor for name, minor in self.balances.items() if name.startswith("bank:")}
        assert banks == {name: minor for name, minor in told.items() if minor}, "not what the bank"
