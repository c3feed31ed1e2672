"""Old balances: each account is opened once, after a proof that euros cover units."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledger.books.accounts import OPENING, Fund
from ledger.books.closings import LAST, Backdated
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.opening import Balance
from ledger.books.papers import Member, Outstanding, Rulebook
from ledger.money import EUR, format_minor
from ledger.operations.access import TREASURER, require
from ledger.operations.ledger import Ledger
from ledger.refusals import PeriodNotOver, Unknown
from ledger.rules.fund import funds_of
from ledger.rules.opening import (
    KINDS,
    check_balance,
    check_covered,
    fund_of,
    is_units,
    opened_tally,
    plan_opening,
)
from ledger.store.shelf import Needs, Shelf


@dataclass(frozen=True, slots=True)
class OpenBalance:
    """Open one account with what it stood at when a day ended."""

    balance: Balance
    on: date
    issuer: str = ""
    """Of the member."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        fund, account = fund_of(self.balance, self.issuer), self.balance.account
        names = {OPENING, account, fund.issued, fund.backing, *_banks(book, fund)}
        member = ((Member, self.balance.name),) if self.balance.kind == "member" else ()
        return Needs(
            accounts=tuple(sorted(names)),
            tallies=(opened_tally(account),),
            papers=((Backdated, LAST), *member),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        if self.on > shelf.today:
            raise PeriodNotOver(day=self.on.isoformat())
        balance, fund = self.balance, fund_of(self.balance, self.issuer)
        member = shelf.paper(Member, balance.name) if balance.kind == "member" else None
        _check_known(shelf.book, balance, None if member is None else member.issuer, self.issuer)
        plan = replace(plan_opening(balance, fund, shelf.book.unit), day=self.on)
        if is_units(balance):
            banks = _banks(shelf.book, fund)
            stands = {name: shelf.balance(name) for name in (fund.backing, *banks)}
            stands[fund.backing] -= balance.euros
            check_covered(fund, banks, stands)
        papers: tuple[object, ...] = ()
        if self.on < shelf.today:
            papers = (Backdated(LAST, shelf.next_number),)
        if balance.kind == "bank":
            # The first statement opens with it, so nobody waits for a line.
            number = str(shelf.next_number)
            held = Outstanding(number, balance.name, balance.euros, self.on, "", "matched")
            papers = (*papers, held)
        return replace(plan, papers=papers)


def _check_known(book: Rulebook, balance: Balance, issuer: str | None, expected: str) -> None:
    """Refuse an account that the books do not have."""
    known = {
        "bank": balance.name in book.bank_accounts,
        "sponsor": balance.name in book.sponsors,
        "member": issuer == expected,
        "notes": True,
    }
    if not known.get(balance.kind, False):
        raise Unknown(what=balance.kind, id=balance.name)


def _banks(book: Rulebook, fund: Fund) -> list[str]:
    """Name the bank accounts of a fund."""
    own = book.bank_accounts.values()
    return [each.account for each in own if Fund(each.medium, each.issuer) == fund]


def open_balances(  # noqa: PLR0913 - what is opened, when, and whether it is only proved
    ledger: Ledger,
    currency: str,
    context: Context,
    *,
    balances: Sequence[Balance],
    on: date,
    dry: bool = False,
) -> dict[str, Json]:
    """Open accounts with their old balances; what was opened before is left as it is.

    The proof comes first: every account is known and each fund covers its units, else nothing is
    opened. Raises Unknown, Malformed, OpeningNotCovered, PeriodClosed, PeriodNotOver.
    """
    require(context, TREASURER)
    book, _ = ledger.reads.rulebook(currency)
    ids = [each.name for each in balances if each.kind == "member"]
    issuers = {m.id: m.issuer for m in ledger.reads.having(Member, currency, "id", ids)}
    for each in balances:
        check_balance(each)
        issuer = issuers.get(each.name)
        _check_known(book, each, issuer, issuer or "")
    tallies = ledger.reads.tallies(currency, [opened_tally(each.account) for each in balances])
    new = [each for each in balances if not tallies[opened_tally(each.account)]]
    proof = _proof(ledger, book, new, issuers)
    refused = [] if dry else _post(ledger, currency, context, new, issuers, on)
    return {
        "on": on.isoformat(),
        "rows": len(balances),
        "opened": len(new) - len(refused),
        "known": len(balances) - len(new),
        "refused": refused,
        **proof,
    }


def _proof(
    ledger: Ledger, book: Rulebook, new: Sequence[Balance], issuers: dict[str, str]
) -> dict[str, Json]:
    """Add up what is opened beside what stands, and refuse what is not covered."""
    owed: Counter[Fund] = Counter()
    banks: Counter[str] = Counter()
    own = 0
    for each in new:
        own += each.euros if each.kind == "bank" else -each.euros
        if is_units(each):
            issuer = issuers.get(each.name, "") if each.kind == "member" else ""
            owed[fund_of(each, issuer)] += each.euros
        elif each.kind == "bank":
            banks[each.account] += each.euros
    funds: list[Json] = []
    for fund in dict.fromkeys([*funds_of(book.bank_accounts), *owed]):
        names = _banks(book, fund)
        stands = ledger.reads.balances(book.code, [fund.backing, *names])
        stands = {name: stands[name] + banks[name] for name in stands}
        stands[fund.backing] -= owed[fund]
        if owed[fund]:
            check_covered(fund, names, stands)
        present = sum(stands[name] for name in names)
        funds.append(
            {
                "fund": fund.backing.partition(":")[2],
                "required": format_minor(-stands[fund.backing], EUR.scale),
                "present": format_minor(present, EUR.scale),
            }
        )
    return {"funds": funds, "own": format_minor(own, EUR.scale)}


def _post(  # noqa: PLR0913, PLR0917 - what is opened, for whom, when
    ledger: Ledger,
    currency: str,
    context: Context,
    new: Sequence[Balance],
    issuers: dict[str, str],
    on: date,
) -> list[Json]:
    """Open one kind after the other; gives the refusals of the kind that stopped it."""
    for kind in KINDS:
        steps = [
            OpenBalance(each, on, issuers.get(each.name, "") if kind == "member" else "")
            for each in new
            if each.kind == kind
        ]
        answers = ledger.note_many(currency, steps, context)
        refused: list[Json] = [dict(answer.json()) for answer in answers if answer.refused]
        if refused:
            return refused
    return []
