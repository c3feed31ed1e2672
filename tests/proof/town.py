"""A small town whose books the auditor reads, written through the real door."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
import pysqlite3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.books.accounts import PAYABLE_REDEMPTIONS, gift, held, member
from ledger.books.context import OPERATOR, Context
from ledger.books.journal import Plan, Posting, Tally
from ledger.books.papers import (
    BankAccount,
    BankLine,
    Correction,
    Member,
    Outstanding,
    PaymentRequest,
    Redemption,
    Rulebook,
    Statement,
)
from ledger.books.terms import Terms
from ledger.money import EUR, Asset
from ledger.proof.canonical import GENESIS
from ledger.proof.checkpoint import Checkpoint, sign_checkpoint
from ledger.proof.tree import Frontier
from ledger.store.batch import Request
from ledger.store.engines import open_database
from ledger.store.keyring import Keyring
from ledger.store.shelf import Needs, Shelf
from ledger.store.vault import Vault
from ledger.store.writer import Writer

RING: Final = Keyring(Path("memory"), bytes(range(32)))
KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
START: Final = datetime(2027, 1, 4, 9, tzinfo=UTC)
TEXT_START: Final = "2027-01-04T09:00:00.000000Z"
UNIT: Final = Asset("ROUE", 2)
NEF: Final = "bank:nef"
FUND: Final = "backing:digital"
ISSUED: Final = "issued:digital"

Execute = Any
"""A function `(sql, *parameters) -> rows`; `?` marks a parameter on both engines."""


@contextmanager
def opened(url: str) -> Iterator[Execute]:
    """Open a database as its owner can, in one transaction, without foreign keys or triggers."""
    if url.startswith("sqlite"):
        with closing(pysqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            yield lambda sql, *parameters: list(connection.execute(sql, parameters))
        return
    with psycopg.connect(url) as connection:

        def execute(sql: str, *parameters: object) -> list[tuple[Any, ...]]:
            cursor = connection.execute(sql.replace("?", "%s").encode(), parameters)
            return cursor.fetchall() if cursor.description else []

        yield execute


@dataclass(frozen=True)
class Move:
    """An operation that does what its test says."""

    plan_: Plan
    papers: tuple[tuple[type, str], ...] = ()

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        del book, context
        accounts = {name for p in self.plan_.postings for name in (p.source, p.target)}
        tallies = tuple(tally.name for tally in self.plan_.tallies)
        return Needs(accounts=tuple(accounts), tallies=tallies, papers=self.papers)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        del shelf, context
        return self.plan_


def units(source: str, target: str, amount: int) -> Posting:
    return Posting(source, target, amount, UNIT)


def euros(source: str, target: str, amount: int) -> Posting:
    return Posting(source, target, amount, EUR)


def found(execute: Execute, code: str = "roue") -> None:
    """Found a currency before anything happened in it."""
    execute(
        "INSERT INTO currency (code, name, unit_name, asset, scale, created_at, head_number, "
        "head_hash, head_at, rulebook_version) "
        "VALUES (?, 'Roue', 'Roue', 'ROUE', 2, ?, 0, ?, ?, 1)",
        code,
        TEXT_START,
        GENESIS,
        TEXT_START,
    )


class Town:
    """Posts plans, a minute apart, each under its own key."""

    def __init__(self, url: str, code: str = "roue") -> None:
        """Found the currency and open the door."""
        self.url = url
        self.code = code
        self._minutes = 0
        with opened(url) as execute:
            found(execute, code)
        self._database = open_database(url)
        self._writer = Writer(self._database, KEY, Vault(RING))

    def close(self) -> None:
        """Close the door; the file is then whole."""
        self._writer.close()
        self._database.close()

    def post(self, plan: Plan) -> int:
        """Post a plan; gives the number of its entry, or 0 when it leaves none."""
        self._minutes += 1
        key = f"key-{self._minutes}"
        context = Context(
            at=START + timedelta(minutes=self._minutes),
            actor="operator",
            person="operator",
            role=OPERATOR,
            holder="",
            key=key,
            fresh_id=key,
            salt=key.encode(),
        )
        answer = self._writer.post_and_wait(
            self.code, Request(Move(plan), context, key.encode().ljust(32))
        )
        assert not answer.refused, answer.body
        return answer.entry or 0

    def convert(self, who: str, amount: int, line: int) -> int:
        """Turn euros of a bank line into units, with a tenth as a gift of the town."""
        bonus = amount // 10
        postings = (
            euros(FUND, NEF, amount),
            units(ISSUED, member(who), amount),
            euros(FUND, "sponsor:town", bonus),
            units(ISSUED, gift("welcome", who, "2027-12-31"), bonus),
        )
        tallies = (Tally("budget:welcome", bonus, 100_000),)
        number = self.post(Plan("conversion", postings, tallies, facts={"member": who}))
        self.post(
            Plan("matching", papers=(bank_line(f"l{line}", line, amount, number),)),
        )
        return number

    def pay(self, payer: str, payee: str, amount: int, memo: str = "") -> int:
        """Pay units from wallet to wallet."""
        posting = units(member(payer), member(payee), amount)
        return self.post(Plan("payment", (posting,), facts={"payer": payer}, memo=memo))


def bank_line(name: str, ordinal: int, amount: int, entry: int) -> BankLine:
    return BankLine(
        id=name,
        account="nef",
        statement="s1",
        ordinal=ordinal,
        booked_on=date(2027, 1, 4),
        amount=amount,
        references=(),
        text="",
        counterparty="",
        iban="",
        state="matched",
        cause="conversion",
        entry=entry,
    )


def _settle(town: Town) -> None:
    """Open the bank account and the wallets; the town pays its sponsorship in."""
    people = [Member(name, "person", "active", f"RF{name}") for name in ("alice", "bruno")]
    shops = [Member(name, "pro", "active", f"RF{name}") for name in ("bakery", "books")]
    statement = Statement(
        "s1", "nef", "csv", "b1", 0, None, 0, None, "accepted", (), "00", START, "operator", 9
    )
    town.post(
        Plan(
            "terms",
            papers=(Terms(date(2027, 1, 1)), BankAccount("nef", "digital", "la Nef", "FR76")),
        )
    )
    town.post(Plan("members", papers=(*people, *shops, statement)))
    deposit = town.post(Plan("deposit", (euros("sponsor:town", NEF, 50_000),)))
    town.post(Plan("matching", papers=(bank_line("l0", 0, 50_000, deposit),)))


def _redeem(town: Town) -> None:
    asked = Redemption("r1", "bakery", 1_000, 950, 50, "RFr1", "", START, "baker")
    holding = units(member("bakery"), held("r1"), 1_000)
    facts = {"member": "bakery", "redemption": "r1"}
    town.post(Plan("redemption-request", (holding,), papers=(asked,), facts=facts))
    approved = replace(asked, state="approved", approved_by="treasurer")
    postings = (
        units(held("r1"), ISSUED, 1_000),
        euros(PAYABLE_REDEMPTIONS, FUND, 950),
        euros("income:redemption-fees", FUND, 50),
    )
    town.post(Plan("redemption-approval", postings, papers=(approved,), facts=facts))
    paying = euros(NEF, PAYABLE_REDEMPTIONS, 950)
    back = paying.reversed()
    paid, bounced = replace(approved, state="paid"), replace(approved, state="bounced")
    town.post(Plan("redemption-paid", (paying,), papers=(paid,), facts=facts))
    town.post(Plan("redemption-bounce", (back,), papers=(bounced,), facts=facts))
    town.post(Plan("redemption-reference", papers=(replace(approved, state="sent"),)))
    again = Redemption("r2", "books", 300, 285, 15, "RFr2", "", START, "bookseller")
    _withdraw(town, again)


def _withdraw(town: Town, asked: Redemption) -> None:
    """Ask for three redemptions: one waits, one is withdrawn, one approved and then corrected."""
    out = units(member("books"), held("r2"), 300)
    for name in ("r2", "r3", "r4"):
        paper = replace(asked, id=name, reference=f"RF{name}")
        facts = {"redemption": name}
        arrow = replace(out, target=held(name))
        town.post(Plan("redemption-request", (arrow,), papers=(paper,), facts=facts))
        if name == "r3":
            gone = replace(paper, state="cancelled")
            town.post(Plan("redemption-cancel", (arrow.reversed(),), papers=(gone,), facts=facts))
    arrows = (
        units(held("r4"), ISSUED, 300),
        euros(PAYABLE_REDEMPTIONS, FUND, 285),
        euros("income:redemption-fees", FUND, 15),
    )
    approved = replace(paper, state="approved", approved_by="treasurer")
    number = town.post(Plan("redemption-approval", arrows, papers=(approved,), facts=facts))
    undone = tuple(arrow.reversed() for arrow in arrows[1:])
    undone += (units(ISSUED, member("books"), 300),)
    corrected = replace(paper, state="corrected")
    town.post(Plan("correction", undone, papers=(corrected,), facts={"corrects": number}))


def town_next(town: Town) -> int:
    """Say which number the next entry gets."""
    with opened(town.url) as execute:
        return int(execute("SELECT head_number FROM currency WHERE code = ?", town.code)[0][0]) + 1


def _request(town: Town) -> None:
    shop = PaymentRequest(
        "q1", "bakery", 120, "", "ABCDEF", "pain", START, START + timedelta(days=1)
    )
    town.post(Plan("request", papers=(shop, replace(shop, id="q2", code="GHIJKL"))))
    paid = replace(shop, state="paid", payer="alice", entry=town_next(town))
    pocket = gift("welcome", "alice", "2027-12-31")
    postings = (units(pocket, member("bakery"), 20), units(member("alice"), member("bakery"), 100))
    town.post(Plan("payment", postings, papers=(paid,)))


def _wait(town: Town) -> None:
    """Let a bank line wait in suspense, explain it, and correct a payment."""
    number = town.post(Plan("waiting", (euros("suspense", NEF, 700),)))
    by_hand = town.post(Plan("deposit", (euros("sponsor:town", NEF, 800),)))
    awaited = Outstanding(str(by_hand), "nef", 800, date(2027, 1, 4), "")
    town.post(Plan("outstanding", papers=(awaited,)))
    line = replace(bank_line("w1", 90, 700, number), state="waiting")
    town.post(Plan("matching", papers=(line,)))
    entry = town.post(Plan("explaining", (euros("sponsor:town", "suspense", 700),)))
    town.post(Plan("matching", papers=(replace(line, state="matched", explained_by=entry),)))
    wrong = town.pay("alice", "books", 60, memo="pour le livre de Zoé")
    back = town.post(Plan("correction", (units(member("books"), member("alice"), 60),)))
    town.post(
        Plan(
            "correction",
            (units("issued:paper", "notes:public", 5), euros("backing:paper", "till:hall", 5)),
            facts={"corrects": wrong},
        )
    )
    done = Correction("c1", wrong, "wrong shop", START, "a", "b", "done", back)
    town.post(Plan("correction", papers=(done,)))


def checkpoint(url: str, at: str, code: str = "roue") -> Checkpoint:
    """Sign the journal as it stands, and keep it as the nightly job does."""
    with opened(url) as execute:
        hashes = [
            bytes(row[0])
            for row in execute("SELECT hash FROM entry WHERE currency = ? ORDER BY number", code)
        ]
        frontier = Frontier(hashes)
        last = hashes[-1] if hashes else GENESIS
        made = sign_checkpoint(KEY, currency=code, frontier=frontier, head_hash=last, at=at)
        execute(
            "INSERT INTO checkpoint "
            "(currency, size, root, head_hash, peaks, at, key_id, signature) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            code,
            made.size,
            made.root,
            made.head_hash,
            frontier.to_bytes(),
            at,
            made.key_id,
            made.signature,
        )
    return made


def build(url: str) -> Checkpoint:
    """Build a town of some forty entries with something of everything; gives a checkpoint."""
    town = Town(url)
    try:
        checkpoint(url, TEXT_START)
        _settle(town)
        for turn in range(1, 5):
            town.convert("alice", 1_000 + turn, 2 * turn)
            town.convert("bruno", 2_000 + turn, 2 * turn + 1)
            town.pay("alice", "bakery", 310 + turn)
            town.pay("bruno", "books", 150 + turn, memo=f"facture {turn}")
        town.post(Plan("oath", facts={"said": "nothing moves"}, sealed=True))
        middle = checkpoint(url, "2027-01-04T12:00:00.000000Z")
        _redeem(town)
        _request(town)
        _wait(town)
        for turn in range(8):
            town.pay("bruno", "bakery", 5 + turn)
        checkpoint(url, "2027-01-04T18:00:00.000000Z")
        town.pay("bruno", "books", 7)
    finally:
        town.close()
    return middle
