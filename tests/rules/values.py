"""Plain values that the tests of the rules change by a word or two."""

from datetime import UTC, date, datetime
from typing import Any, Final

from ledger.books.journal import Entry, Plan
from ledger.books.papers import (
    BankAccount,
    BankLine,
    Campaign,
    FundOrder,
    Member,
    Outstanding,
    Redemption,
    Rulebook,
    Sponsor,
)
from ledger.books.terms import Terms
from ledger.money import Asset

ROU: Final = Asset("ROU", 2)
DAY: Final = date(2026, 10, 5)
AT: Final = datetime(2026, 10, 5, 10, tzinfo=UTC)
NEF: Final = BankAccount("nef", "digital", "La Nef", "FR76")


def person(**more: Any) -> Member:  # noqa: ANN401 - the fields of a member
    return Member(**{"id": "a", "kind": "person", "status": "active", "reference": "RF1"} | more)


def shop(**more: Any) -> Member:  # noqa: ANN401 - as above
    return person(**{"id": "shop", "kind": "pro", "reference": "RF2"} | more)


def campaign(**more: Any) -> Campaign:  # noqa: ANN401 - the terms of a campaign
    terms = {
        "id": "c",
        "sponsor": "s",
        "rate_bps": 2000,
        "budget": 10_000,
        "since": date(2026, 9, 1),
        "until": date(2027, 8, 31),
        "cap": None,
        "cap_period": "month",
        "kinds": (),
        "communes": (),
        "members": (),
        "age_from": None,
        "age_to": None,
        "gift_expires_days": None,
        "stackable": False,
        "opened_at": AT,
    }
    return Campaign(**{**terms, **more})


def redemption(**more: Any) -> Redemption:  # noqa: ANN401 - the fields of a redemption
    fields = {
        "id": "r",
        "member": "shop",
        "units": 10_000,
        "euros": 9_500,
        "fee": 500,
        "reference": "RF3",
        "issuer": "",
        "requested_at": AT,
        "requested_by": "baker",
    }
    return Redemption(**{**fields, **more})


def line(amount: int, **more: Any) -> BankLine:  # noqa: ANN401 - the fields of a line
    fields = {
        "id": "nef-1",
        "account": "nef",
        "statement": "st",
        "ordinal": 1,
        "booked_on": DAY,
        "amount": amount,
        "references": (),
        "text": "",
        "counterparty": "",
        "iban": "",
    }
    return BankLine(**{**fields, **more})


def order(**more: Any) -> FundOrder:  # noqa: ANN401 - the fields of an order
    fields = {
        "id": "o",
        "source": "bank:nef",
        "target": "bank:paper",
        "euros": 1_000,
        "reason": "",
        "reference": "RF4",
        "ordered_at": AT,
        "ordered_by": "t",
    }
    return FundOrder(**{**fields, **more})


def outstanding(**more: Any) -> Outstanding:  # noqa: ANN401 - the fields of an outstanding entry
    fields = {"id": "7", "account": "nef", "amount": 1_000, "day": DAY, "member": "a"}
    return Outstanding(**{**fields, **more})


def rulebook(**more: Any) -> Rulebook:  # noqa: ANN401 - the parts of a rulebook
    fields = {
        "code": "roue",
        "name": "La Roue",
        "unit_name": "Roue",
        "unit": ROU,
        "version": 1,
        "terms": (Terms(since=date(2026, 1, 1)),),
        "campaigns": {},
        "bank_accounts": {"nef": NEF},
        "sponsors": {"s": Sponsor("s", "S", "RF5")},
        "offices": {},
    }
    return Rulebook(**{**fields, **more})


def entered(plan: Plan, number: int = 7) -> Entry:
    """Make the entry that a plan would leave."""
    return Entry(
        currency="roue",
        number=number,
        at=AT,
        kind=plan.kind,
        actor="x",
        facts=plan.facts,
        postings=plan.postings,
        tallies=plan.tallies,
        memo=plan.memo,
        previous_hash=bytes(32),
        hash=bytes(32),
    )
