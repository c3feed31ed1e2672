"""Payment: a wallet's gift pockets first, the soonest to expire first, then its own units."""

from collections.abc import Sequence
from datetime import date

from ledger.books import accounts
from ledger.books.accounts import expiry_of
from ledger.books.journal import Plan, Posting
from ledger.books.papers import Member
from ledger.money import Asset, format_minor
from ledger.refusals import AuthorityPaysInEuros, InsufficientUnits, SameWallet


def plan_payment(  # noqa: PLR0913 - the parts of a payment, each named at the call
    *,
    payer: Member,
    payee: Member,
    units: int,
    unit: Asset,
    own: int,
    pockets: Sequence[tuple[str, int]],
    today: date,
    reference: str = "",
    account: str = "",
) -> Plan:
    """Plan a payment of `units` minor units.

    `own` is the payer's ordinary balance and `pockets` its gift accounts with their balances; a
    pocket past its day is left alone. What the payee receives is ordinary, and stands on `account`
    where that is not its wallet.

    Raises SameWallet, AuthorityPaysInEuros or InsufficientUnits.
    """
    if payer.id == payee.id:
        raise SameWallet(member=payer.id)
    if payer.kind == "authority":
        raise AuthorityPaysInEuros(member=payer.id)
    spendable = usable_pockets(pockets, today)
    available = own + sum(balance for _, balance in spendable)
    if units > available:
        raise InsufficientUnits(
            units=format_minor(units, unit.scale), available=format_minor(available, unit.scale)
        )
    draws = _draw([*spendable, (accounts.member(payer.id), own)], units)
    target = account or accounts.member(payee.id)
    postings = tuple(Posting(source, target, amount, unit) for source, amount in draws)
    given = sum(amount for source, amount in draws if source.startswith("gift:"))
    return Plan(
        kind="payment",
        postings=postings,
        facts={"from": payer.id, "to": payee.id},
        memo=reference,
        answer={
            "from": payer.id,
            "to": payee.id,
            "units": format_minor(units, unit.scale),
            "gift_units": format_minor(given, unit.scale),
            "postings": [posting.shown() for posting in postings],
        },
    )


def usable_pockets(pockets: Sequence[tuple[str, int]], today: date) -> list[tuple[str, int]]:
    """Order the pockets that can still be spent as they are drawn: soonest expiry first.

    A pocket can be spent on its expiry day, and one without expiry comes last.
    """
    if not pockets:
        return []
    day = today.isoformat()
    usable = [
        (name, balance)
        for name, balance in pockets
        if balance > 0 and (expiry_of(name) is None or day <= str(expiry_of(name)))
    ]
    return sorted(usable, key=lambda pocket: (expiry_of(pocket[0]) or "9999", pocket[0]))


def _draw(sources: Sequence[tuple[str, int]], units: int) -> list[tuple[str, int]]:
    draws: list[tuple[str, int]] = []
    for name, balance in sources:
        amount = min(balance, units)
        if amount:
            draws.append((name, amount))
            units -= amount
    return draws
