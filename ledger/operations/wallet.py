"""What a wallet holds, and its history."""

from ledger.books import accounts
from ledger.books.accounts import campaign_of, expiry_of
from ledger.books.context import Context
from ledger.books.journal import Entry, Json
from ledger.books.papers import Member, Redemption
from ledger.money import Asset, format_minor
from ledger.operations.access import AUDITOR, TREASURER, WALLET_HOLDERS, require, require_own
from ledger.operations.ledger import Ledger
from ledger.rules.payment import usable_pockets
from ledger.rules.standing import present
from ledger.store.papers import instant_text


def wallet(ledger: Ledger, currency: str, context: Context, member: str) -> dict[str, Json]:
    """Give what a member can spend, what is held for redemptions, and gifts with their expiry."""
    may_read(ledger, currency, context, member)
    book, _ = ledger.reads.rulebook(currency)
    scale = book.unit.scale
    balances = ledger.reads.wallet(currency, member)
    pockets = [(name, units) for name, units in balances.items() if name.startswith("gift:")]
    gifts = usable_pockets(pockets, context.day)
    own = balances.get(accounts.member(member), 0)
    asked = [
        r.units
        for r in ledger.reads.having(Redemption, currency, "member", [member])
        if r.state == "requested"
    ]
    return {
        "member": member,
        "units": format_minor(own + sum(units for _, units in gifts), scale),
        "own_units": format_minor(own, scale),
        "held": format_minor(sum(asked), scale),
        "gifts": [
            {
                "campaign": campaign_of(name),
                "units": format_minor(units, scale),
                "expires_on": expiry_of(name),
            }
            for name, units in gifts
        ],
    }


def statement(  # noqa: PLR0913 - a page of one member's history
    ledger: Ledger, currency: str, context: Context, member: str, *, before: int, limit: int
) -> list[dict[str, Json]]:
    """List the entries that changed a wallet, the newest first, each with the balance it left."""
    may_read(ledger, currency, context, member)
    book, _ = ledger.reads.rulebook(currency)
    names = set(ledger.reads.wallet(currency, member))
    entries = ledger.reads.statement(currency, names, before=before, limit=limit)
    if not entries:
        return []
    at_start = ledger.reads.balances_before(currency, names, entries[-1].number)
    running = sum(at_start.values())
    lines = []
    for entry in reversed(entries):
        change, other = seen(entry, names)
        running += change
        lines.append(_line(entry, other, change, running, book.unit))
    return lines[::-1]


def seen(entry: Entry, names: set[str]) -> tuple[int, str]:
    """See an entry from a wallet of accounts: what it changed, and who is on the other side."""
    others = {
        posting.target if posting.source in names else posting.source
        for posting in entry.postings
        if (posting.source in names) != (posting.target in names)
    }
    parties = sorted(
        name.split(":", 1)[1] for name in others if name.startswith(("member:", "gift:"))
    )
    other = parties[0].rpartition(":")[2].partition("@")[0] if parties else ""
    return _change(entry, names), other


def _line(entry: Entry, other: str, change: int, running: int, unit: Asset) -> dict[str, Json]:
    return {
        "entry": entry.number,
        "at": instant_text(entry.at),
        "kind": entry.kind,
        "counterparty": other or None,
        "reference": entry.memo,
        # Whoever is paid does not learn how the payer is helped.
        "guardian": change < 0 and "guardian" in entry.facts,
        "units_in": format_minor(max(change, 0), unit.scale),
        "units_out": format_minor(max(-change, 0), unit.scale),
        "balance": format_minor(running, unit.scale),
    }


def _change(entry: Entry, names: set[str]) -> int:
    return sum(
        posting.amount * ((posting.target in names) - (posting.source in names))
        for posting in entry.postings
    )


def may_read(ledger: Ledger, currency: str, context: Context, member: str) -> None:
    """Let a wallet's holder pass, and who reads everything; for others there is no such member."""
    require(context, *WALLET_HOLDERS, TREASURER, AUDITOR)
    require_own(context, "member", member, all_of=(TREASURER, AUDITOR))
    present(ledger.reads.paper(Member, currency, member), member)
