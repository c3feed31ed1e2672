"""What is known of a day: read from journal, bank lines and papers, for the rules to compare."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from ledger.books import accounts
from ledger.books.accounts import (
    BANK_FEES,
    PAYABLE_REDEMPTIONS,
    SUSPENSE,
    TRANSIT,
    TREASURY,
    Fund,
    bank,
)
from ledger.books.closings import DAY, Move, Remark
from ledger.books.context import TOWN, town_day
from ledger.books.papers import BankAccount, FundOrder, Outstanding, Redemption, Rulebook, Statement
from ledger.operations.ledger import Ledger
from ledger.rules.fund import cover_reason, funds_of
from ledger.rules.month_end import (
    CASH_LIMIT,
    UNITS_LIMIT,
    Backing,
    Fee,
    Large,
    Picture,
    UnderWay,
    orders_under_way,
    redemptions_due,
)
from ledger.rules.reconciliation import Compared, Evidence, compare

OPERATING = "operating"
_FEES = 500
"""How many of the newest bank fees are looked at."""


def picture_of(ledger: Ledger, book: Rulebook, on: date, as_of: int) -> Picture:
    """Gather what is known of a day, as the entries up to `as_of` tell it."""
    reads = ledger.reads
    own = book.bank_accounts
    funds = funds_of(own)
    tills = [accounts.till(office) for office in book.offices]
    names = [account.account for account in own.values()] + tills + [TRANSIT, SUSPENSE]
    names += [fund.backing for fund in funds]
    stood = reads.balances_on(book.code, names, on, upto=as_of)
    watched = [*(account.account for account in own.values()), SUSPENSE, TRANSIT]
    payables = [PAYABLE_REDEMPTIONS, *reads.accounts_like(book.code, f"{TREASURY}:")]
    moves = reads.moves_after(book.code, [*watched, *payables], on, upto=as_of)
    remarks = {remark.id: remark for remark in reads.papers(Remark, book.code)}
    compared = [
        compare(_evidence(ledger, book, account, on, stood, moves), remarks)
        for account in own.values()
    ]
    under_way = _under_way(ledger, book, moves, stood[TRANSIT], on)
    since = reads.first_since(book.code, _midnight(on.replace(day=1)))
    until = min(reads.first_after(book.code, on) - 1, as_of)
    return Picture(
        on=on,
        accounts=compared,
        backings=[_backing(fund, compared, stood, tills, under_way) for fund in funds],
        suspense=-stood[SUSPENSE],
        under_way=under_way,
        statements=reads.having(Statement, book.code, "account", list(own), order="closing_on"),
        fees=_fees(ledger, book, on),
        large=_large(ledger, book, since, until),
        payments=_payments(ledger, book, on, until),
    )


def _evidence(  # noqa: PLR0913, PLR0917 - what is known of an account
    ledger: Ledger,
    book: Rulebook,
    account: BankAccount,
    on: date,
    stood: Mapping[str, int],
    moves: Iterable[Move],
) -> Evidence:
    reads, slug = ledger.reads, account.slug
    mine = [move for move in moves if move.account in {bank(slug), SUSPENSE}]
    awaited = reads.having(Outstanding, book.code, "account", [slug])
    named = {str(move.facts["line"]) for move in mine if "line" in move.facts}
    before = reads.first_after(book.code, on)
    return Evidence(
        account=account,
        on=on,
        booked=stood[account.account],
        statements=reads.having(Statement, book.code, "account", [slug]),
        booked_by_day=reads.booked_by_day(book.code, slug, on),
        lines=reads.lines_about(book.code, slug, on, before, named),
        awaited=awaited,
        moves=mine,
    )


def _under_way(
    ledger: Ledger, book: Rulebook, moves: Iterable[Move], transit: int, on: date
) -> list[UnderWay]:
    """List orders, redemptions, and what else lies in transit: card payments not paid out yet."""
    reads = ledger.reads
    of_transit = [move for move in moves if move.account == TRANSIT]
    payable = (PAYABLE_REDEMPTIONS, TREASURY)
    owed = [move for move in moves if move.account.startswith(payable)]
    ids = {str(move.facts.get("order", "")) for move in of_transit}
    orders = reads.having(FundOrder, book.code, "state", ["left", "arrived-first"])
    orders += [o for o in reads.having(FundOrder, book.code, "id", ids) if o not in orders]
    found = orders_under_way(orders, of_transit)
    ids = {str(move.facts.get("redemption", "")) for move in owed}
    due = reads.having(Redemption, book.code, "state", ["approved", "sent", "bounced"])
    due += [r for r in reads.having(Redemption, book.code, "id", ids) if r not in due]
    rest = transit - sum(each.amount for each in found)
    if rest:
        found.append(UnderWay("other", "transit", rest, on, "", ""))
    return found + redemptions_due(due, owed)


def _backing(
    fund: Fund,
    compared: Iterable[Compared],
    stood: Mapping[str, int],
    tills: Iterable[str],
    under_way: Iterable[UnderWay],
) -> Backing:
    mine = [c for c in compared if Fund(c.account.medium, c.account.issuer) == fund]
    targets = {each.account.account for each in mine}
    moving = [each for each in under_way if each.kind != "redemption"]
    on_the_way = sum(each.amount for each in moving if each.target in targets)
    if fund == Fund("digital"):
        # Cash and card money are for digital units of the first issuer, the only ones they buy.
        on_the_way += sum(stood[till] for till in tills)
        on_the_way += sum(each.amount for each in moving if each.kind == "other")
    at_bank = sum(each.booked if each.closing is None else each.closing for each in mine)
    return Backing(
        fund=fund,
        required=-stood[fund.backing],
        at_bank=at_bank,
        awaited=sum(each.booked for each in mine) - at_bank,
        on_the_way=on_the_way,
    )


def _fees(ledger: Ledger, book: Rulebook, on: date) -> list[Fee]:
    """List the fees that the bank took out of a fund and no transfer has made good yet."""
    states: dict[str, set[str]] = defaultdict(set)
    for order in ledger.reads.papers(FundOrder, book.code):
        states[order.reason].add(order.state)
    found = []
    for entry in ledger.reads.statement(book.code, [BANK_FEES], limit=_FEES):
        slug, line = str(entry.facts.get("account", "")), str(entry.facts.get("line", ""))
        account = book.bank_accounts.get(slug)
        day = date.fromisoformat(str(entry.facts.get(DAY) or town_day(entry.at)))
        taken = sum(p.amount for p in entry.postings if p.target == BANK_FEES)
        if account is None or account.medium == OPERATING or day > on or not taken:
            continue
        known = states[cover_reason(line)]
        if not known & {"arrived-first", "done"}:
            found.append(Fee(line, slug, taken, day, ordered=bool(known & {"ordered", "left"})))
    return found


def _large(ledger: Ledger, book: Rulebook, since: int, until: int) -> list[Large]:
    reads, code = ledger.reads, book.code
    _, cash = reads.sums_of(code, "conversion", "till:", since, until, above=CASH_LIMIT)
    parts = 10**book.unit.scale
    above = UNITS_LIMIT * parts // 100
    _, units = reads.sums_of(code, "payment", "member:", since, until, above=above)
    found = [Large("cash-limit", number, amount) for number, amount in cash]
    return found + [Large("units-limit", n, amount * 100 // parts) for n, amount in units]


def _payments(ledger: Ledger, book: Rulebook, on: date, until: int) -> int:
    """Add up the payments of the twelve months that end on a day, in cents at par."""
    start = _midnight(on - timedelta(days=365))
    since = ledger.reads.first_since(book.code, start)
    total, _ = ledger.reads.sums_of(book.code, "payment", "member:", since, until, above=2**62)
    parts: int = 10**book.unit.scale
    return total * 100 // parts


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOWN)
