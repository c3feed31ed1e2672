"""Round trips: a bonus that went to a shop and came straight back as euros, along the same people.

A member converts with a bonus, brings most of it to one shop, and the shop redeems it within some
days. Nothing here is forbidden by itself: a person looks at what is listed. Somebody who spends in
many places is not, nor is a shop that redeems nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ledger.books.accounts import REDEMPTION_FEES, campaign_of
from ledger.books.journal import Entry, Json
from ledger.money import EUR, Asset, format_minor
from ledger.rules.parity import whole_units


@dataclass(frozen=True, slots=True)
class Gained:
    """A conversion that brought a bonus; `units` minor with the bonus in them, `bonus` cents."""

    entry: int
    member: str
    at: datetime
    units: int
    bonus: int
    campaigns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paid:
    """Units that a member brought to a shop."""

    member: str
    shop: str
    at: datetime
    units: int


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Units that a shop turned back into euros; the fee in cents."""

    shop: str
    at: datetime
    units: int
    fee: int


@dataclass(frozen=True, slots=True)
class Traffic:
    """What happened between two days, each kind in the order of the journal."""

    gained: Sequence[Gained]
    paid: Sequence[Paid]
    redeemed: Sequence[Redeemed]


@dataclass(frozen=True, slots=True)
class Leg:
    """One member's way through a shop: what came back of it, and how long each part took."""

    member: str
    entry: int
    campaigns: tuple[str, ...]
    units: int
    """What was redeemed of what the member brought."""
    bonus: int
    """Cents of bonus in it."""
    fee: int
    to_payment: timedelta
    to_redemption: timedelta


@dataclass(frozen=True, slots=True)
class Ring:
    """A shop and the members whose bonus came back through it."""

    shop: str
    legs: tuple[Leg, ...]

    @property
    def bonus(self) -> int:
        """What the bonus cost, in cents."""
        return sum(leg.bonus for leg in self.legs)

    @property
    def fees(self) -> int:
        """What redeeming it cost them, in cents."""
        return sum(leg.fee for leg in self.legs)

    @property
    def net(self) -> int:
        """What the ring gained, in cents."""
        return self.bonus - self.fees


@dataclass(slots=True)
class _Brought:
    """What one conversion brought to one shop, while redemptions are matched with it."""

    gained: Gained
    units: int
    paid_at: datetime
    left: int = field(init=False)
    redeemed_at: datetime | None = None
    fee: int = 0

    def __post_init__(self) -> None:
        self.left = self.units


def traffic_of(entries: Iterable[Entry]) -> Traffic:
    """Read conversions with a bonus, payments and redemptions out of the journal."""
    gained, paid, redeemed = [], [], []
    for entry in entries:
        if entry.kind == "conversion":
            found = _gained(entry)
            gained += [found] if found.bonus else []
        elif entry.kind == "payment":
            units = sum(posting.amount for posting in entry.postings)
            payer, payee = str(entry.facts["from"]), str(entry.facts["to"])
            paid.append(Paid(payer, payee, entry.at, units))
        elif entry.kind == "redemption-approval":
            fee = sum(p.amount for p in entry.postings if p.source == REDEMPTION_FEES)
            shop = str(entry.facts["member"])
            redeemed.append(Redeemed(shop, entry.at, entry.postings[0].amount, fee))
    return Traffic(gained, paid, redeemed)


def _gained(entry: Entry) -> Gained:
    gifts = [p for p in entry.postings if p.target.startswith("gift:")]
    units = sum(p.amount for p in entry.postings if p.source.startswith("issued:"))
    bonus = sum(p.amount for p in entry.postings if p.target.startswith("sponsor:"))
    campaigns = tuple(sorted({campaign_of(p.target) for p in gifts}))
    return Gained(entry.number, str(entry.facts["member"]), entry.at, units, bonus, campaigns)


def round_trips(traffic: Traffic, *, within: timedelta, least_bps: int) -> tuple[Ring, ...]:
    """Find the rings that gained something, the costliest first.

    A conversion counts for a shop that got at least `least_bps` of it `within` that time, and as
    far as the shop redeemed in the same time. Each unit is counted once.
    """
    brought = _brought(traffic, within, least_bps)
    back: dict[str, list[Redeemed]] = {}
    for redemption in traffic.redeemed:
        back.setdefault(redemption.shop, []).append(redemption)
    rings = []
    for shop, found in sorted(brought.items()):
        for redemption in back.get(shop, ()):
            _match(found, redemption, within)
        ring = Ring(shop, tuple(_leg(each) for each in found if each.left < each.units))
        if ring.net > 0:
            rings.append(ring)
    return tuple(sorted(rings, key=lambda ring: (-ring.net, ring.shop)))


def _brought(traffic: Traffic, within: timedelta, least_bps: int) -> dict[str, list[_Brought]]:
    """Say what each conversion brought to which shop: payments use up the oldest one first."""
    left = {each.entry: each.units for each in traffic.gained}
    gains: dict[str, list[Gained]] = {}
    for gain in traffic.gained:
        gains.setdefault(gain.member, []).append(gain)
    shares: dict[tuple[str, int], _Brought] = {}
    for payment in traffic.paid:
        rest = payment.units
        for gain in gains.get(payment.member, ()):
            fits = gain.at <= payment.at <= gain.at + within
            units = min(rest, left[gain.entry]) if fits else 0
            if units:
                left[gain.entry] -= units
                rest -= units
                known = shares.get((payment.shop, gain.entry))
                units += known.units if known else 0
                shares[payment.shop, gain.entry] = _Brought(gain, units, payment.at)
    found: dict[str, list[_Brought]] = {}
    for (shop, _), share in shares.items():
        if share.units * 10_000 >= share.gained.units * least_bps:
            found.setdefault(shop, []).append(share)
    return found


def _match(found: Sequence[_Brought], redemption: Redeemed, within: timedelta) -> None:
    """Take what a redemption turned into euros out of what was brought before it, oldest first."""
    rest = redemption.units
    for share in found:
        late = redemption.at > share.gained.at + within
        units = 0 if late or redemption.at < share.paid_at else min(rest, share.left)
        if units:
            share.left -= units
            rest -= units
            share.redeemed_at = redemption.at
            share.fee += redemption.fee * units // redemption.units


def _leg(share: _Brought) -> Leg:
    gain, units = share.gained, share.units - share.left
    return Leg(
        member=gain.member,
        entry=gain.entry,
        campaigns=gain.campaigns,
        units=units,
        bonus=gain.bonus * units // gain.units,
        fee=share.fee,
        to_payment=share.paid_at - gain.at,
        to_redemption=(share.redeemed_at or share.paid_at) - share.paid_at,
    )


def shown(ring: Ring, unit: Asset, *, named: bool) -> Mapping[str, Json]:
    """Show a ring; its members by id only where the reader may know them."""
    return {
        "shop": ring.shop,
        "members": len(ring.legs) if named else None,
        "units": format_minor(whole_units(sum(leg.units for leg in ring.legs), unit), unit.scale),
        "bonus": format_minor(ring.bonus, EUR.scale),
        "fees": format_minor(ring.fees, EUR.scale),
        "net": format_minor(ring.net, EUR.scale),
        "legs": [_shown_leg(leg, unit) for leg in ring.legs] if named else [],
    }


def _shown_leg(leg: Leg, unit: Asset) -> dict[str, Json]:
    return {
        "member": leg.member,
        "conversion": leg.entry,
        "campaigns": list(leg.campaigns),
        "units": format_minor(leg.units, unit.scale),
        "bonus": format_minor(leg.bonus, EUR.scale),
        "fee": format_minor(leg.fee, EUR.scale),
        "minutes_to_payment": int(leg.to_payment / timedelta(minutes=1)),
        "minutes_to_redemption": int(leg.to_redemption / timedelta(minutes=1)),
    }
