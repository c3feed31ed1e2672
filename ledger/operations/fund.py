"""The fund: bank accounts, transfers between them, and whether every unit is backed."""

from dataclasses import dataclass
from typing import Final

from ledger.books import accounts
from ledger.books.accounts import SUSPENSE, TRANSIT, Fund
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import BankAccount, FundOrder, Office, Rulebook, Statement
from ledger.money import BPS, EUR, format_minor
from ledger.operations.access import TREASURER, require
from ledger.operations.ledger import Ledger
from ledger.operations.reference import reference_for
from ledger.refusals import AccountsNotJoined, AlreadyExists
from ledger.rules.fund import funds_of, is_cover, plan_order, shown_order
from ledger.store.shelf import Found, Needs, Shelf

OPERATING: Final = "operating"
MEDIA: Final = ("digital", "paper", OPERATING)
LIMIT: Final = 100_000_000
"""Euro cents from which an authorisation is due (CMF L521-3 and L525-6): 1 000 000 EUR."""


@dataclass(frozen=True, slots=True)
class OpenBankAccount:
    """Declare a bank account of the association, for the fund of a medium or for operating."""

    slug: str
    medium: str
    bank: str
    iban: str
    issuer: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs()

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        taken = [
            account.slug
            for account in shelf.book.bank_accounts.values()
            if account.slug == self.slug or account.iban == self.iban
        ]
        if taken:
            raise AlreadyExists(what="bank account", id=taken[0])
        account = BankAccount(self.slug, self.medium, self.bank, self.iban, self.issuer)
        return Plan(
            kind="bank-account",
            papers=(account,),
            facts={"account": self.slug, "medium": self.medium, "issuer": self.issuer},
            sealed=True,
            answer={
                "slug": account.slug,
                "medium": account.medium,
                "bank": account.bank,
                "iban": account.iban,
                "issuer": account.issuer,
            },
        )


@dataclass(frozen=True, slots=True)
class OpenOffice:
    """Declare an exchange office."""

    id: str
    name: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs()

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        if self.id in shelf.book.offices:
            raise AlreadyExists(what="office", id=self.id)
        return Plan(
            kind="office",
            papers=(Office(self.id, self.name),),
            facts={"office": self.id},
            sealed=True,
            answer={"id": self.id, "name": self.name},
        )


@dataclass(frozen=True, slots=True)
class OrderTransfer:
    """Order a transfer between own accounts (names like `bank:nef`, `till:halles`), in cents."""

    source: str
    target: str
    euros: int
    reason: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        twice = (Found(FundOrder, "reason", self.reason),) if is_cover(self.reason) else ()
        papers = ((FundOrder, context.fresh_id),)
        return Needs(accounts=(self.source, TRANSIT), papers=papers, found=twice)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        ends = {account.account for account in shelf.book.bank_accounts.values()}
        starts = ends | {accounts.till(office) for office in shelf.book.offices}
        if self.source not in starts or self.target not in ends or self.source == self.target:
            raise AccountsNotJoined(source=self.source, target=self.target)
        known = [each for each in shelf.at_hand(FundOrder) if each.reason == self.reason]
        if known and is_cover(self.reason):
            raise AlreadyExists(what="fund order", id=known[0].id)
        return plan_order(
            FundOrder(
                id=context.fresh_id,
                source=self.source,
                target=self.target,
                euros=self.euros,
                reason=self.reason,
                reference=reference_for(shelf.book.code, "order", context.fresh_id),
                ordered_at=shelf.at,
                ordered_by=context.person,
            )
        )


def fund_position(ledger: Ledger, currency: str) -> dict[str, Json]:
    """Give circulation, what must back it and where that is, per fund and in all; euro strings.

    What lies in tills and in transit is on its way to the digital fund and counts for it. A fund
    that backs nothing has no coverage ratio (null).
    """
    book, _ = ledger.reads.rulebook(currency)
    funds = funds_of(book.bank_accounts)
    moving = [*(accounts.till(office) for office in book.offices), TRANSIT]
    banks = [account.account for account in book.bank_accounts.values()]
    sponsors = {accounts.sponsor(sponsor): sponsor for sponsor in book.sponsors}
    names = [name for fund in funds for name in (fund.issued, fund.backing)]
    balances = ledger.reads.balances(currency, [*names, *moving, *banks, *sponsors, SUSPENSE])
    payables = ledger.reads.accounts_like(currency, "payable:")
    parts = [_fund(book, fund, balances, moving) for fund in funds]
    required = sum(-balances[fund.backing] for fund in funds)
    present = sum(balances[a.account] for a in book.bank_accounts.values() if a.medium != OPERATING)
    present += sum(balances[name] for name in moving)
    orders = ledger.reads.having(FundOrder, currency, "state", ("ordered", "left", "arrived-first"))
    return {
        "funds": parts,
        "required": _euros(required),
        "present": _euros(present),
        "coverage_bps": _ratio(present, required),
        "shortfall": _euros(max(required - present, 0)),
        "suspense": _euros(-balances[SUSPENSE]),
        "owed": {name: _euros(-amount) for name, amount in payables.items()},
        "sponsors": {id_: _euros(-balances[name]) for name, id_ in sponsors.items()},
        "accounts": [_account(ledger, currency, a, balances) for a in book.bank_accounts.values()],
        "orders": [shown_order(order) for order in orders],
        "thresholds": {
            "circulation": _euros(required),
            "circulation_limit": _euros(LIMIT),
            "payments_12_months": None,
            "payments_limit": _euros(LIMIT),
        },
    }


def _fund(
    book: Rulebook, fund: Fund, balances: dict[str, int], moving: list[str]
) -> dict[str, Json]:
    required = -balances[fund.backing]
    at_bank = sum(
        balances[account.account]
        for account in book.bank_accounts.values()
        if (account.medium, account.issuer) == (fund.medium, fund.issuer)
    )
    # Cash and card money are for digital units of the first issuer, the only ones they buy.
    on_the_way = moving if fund == Fund("digital") else []
    transit = [(name, balances[name]) for name in on_the_way if balances[name]]
    present = at_bank + sum(amount for _, amount in transit)
    return {
        "medium": fund.medium,
        "issuer": fund.issuer,
        "circulation": format_minor(-balances[fund.issued], book.unit.scale),
        "required": _euros(required),
        "at_bank": _euros(at_bank),
        "in_transit": [{"account": name, "euros": _euros(amount)} for name, amount in transit],
        "coverage_bps": _ratio(present, required),
        "shortfall": _euros(max(required - present, 0)),
    }


def _account(
    ledger: Ledger, currency: str, account: BankAccount, balances: dict[str, int]
) -> dict[str, Json]:
    booked = balances[account.account]
    # A statement that does not add up says nothing about what is at the bank.
    accepted = [
        statement
        for statement in ledger.reads.having(
            Statement, currency, "account", [account.slug], order="closing_on", newest=True
        )
        if statement.state == "accepted" and statement.closing is not None
    ]
    closing = accepted[0].closing if accepted else None
    day = accepted[0].closing_on if accepted else None
    return {
        "slug": account.slug,
        "medium": account.medium,
        "bank": account.bank,
        "iban": account.iban,
        "issuer": account.issuer,
        "closing": None if closing is None else _euros(closing),
        "closing_on": None if day is None else day.isoformat(),
        "booked": _euros(booked),
        "difference": None if closing is None else _euros(closing - booked),
    }


def _ratio(present: int, required: int) -> int | None:
    return present * BPS // required if required else None


def _euros(cents: int) -> str:
    return format_minor(cents, EUR.scale)
