"""Opening entries: what an association held and owed on the day on which its books begin.

What was paid in before is no conversion: nobody earns a bonus by it. Units in circulation and
their backing are opened together, the euros stand against `opening`, and what remains on that
account is what the association owned itself.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from ledger.books.accounts import OPENING, Fund
from ledger.books.journal import Plan, Posting, Tally
from ledger.books.opening import Balance
from ledger.money import EUR, Asset, format_minor
from ledger.refusals import Malformed, OpeningNotCovered
from ledger.rules.parity import units_at_par

KINDS: Final = ("bank", "sponsor", "member", "notes")
"""What can be opened, in the order in which it is: euros first, so that units are covered."""
PUBLIC: Final = "public"
"""Who holds the notes in circulation."""


def opened_tally(account: str) -> str:
    """Name the count that says whether an account was opened already."""
    return f"opened:{account}"


def check_balance(balance: Balance) -> None:
    """Refuse a balance that no account can have: only a bank account may be overdrawn."""
    wrong = balance.kind not in KINDS or not balance.euros
    if wrong or (balance.euros < 0 and balance.kind != "bank"):
        detail = f"{balance.account} cannot open with {format_minor(balance.euros, EUR.scale)} EUR"
        raise Malformed([{"pointer": "/balances", "detail": detail}])
    if balance.kind == "notes" and balance.name != PUBLIC:
        raise Malformed([{"pointer": "/balances", "detail": f"notes are those of the {PUBLIC}"}])


def plan_opening(balance: Balance, fund: Fund, unit: Asset) -> Plan:
    """Plan the opening of one account, which happens once; `fund` backs its units."""
    check_balance(balance)
    account, cents = balance.account, balance.euros
    if balance.kind == "bank":
        ends = (OPENING, account) if cents > 0 else (account, OPENING)
        arrows = [Posting(*ends, abs(cents), EUR)]
    elif balance.kind == "sponsor":
        arrows = [Posting(account, OPENING, cents, EUR)]
    else:
        units = units_at_par(cents, unit)
        arrows = [
            Posting(fund.backing, OPENING, cents, EUR),
            Posting(fund.issued, account, units, unit),
        ]
    return Plan(
        kind="opening",
        postings=tuple(arrows),
        tallies=(Tally(opened_tally(account), 1, 1),),
        facts={"account": account},
        answer={
            "account": account,
            "euros": format_minor(cents, EUR.scale),
            "postings": [arrow.shown() for arrow in arrows],
        },
    )


def check_covered(fund: Fund, banks: Iterable[str], balances: Mapping[str, int]) -> None:
    """Refuse units that the banks of their fund do not cover (OpeningNotCovered); cents."""
    lacking = -balances[fund.backing] - sum(balances[name] for name in banks)
    if lacking > 0:
        lacks = format_minor(lacking, EUR.scale)
        raise OpeningNotCovered(fund=fund.backing.partition(":")[2], euros=lacks)


def fund_of(balance: Balance, issuer: str) -> Fund:
    """Name the fund that backs what is opened."""
    return Fund("paper" if balance.kind == "notes" else "digital", issuer)


def is_units(balance: Balance) -> bool:
    """Say whether units are opened, which need cover."""
    return balance.kind in {"member", "notes"}
