"""Account names and what each may hold: the plan of accounts of a local currency.

An account's name says what it is: `kind:part[:part]`. A gift account is split in *pockets*, one
for each expiry day, written `gift:<campaign>:<member>@<expiry>`; each pocket is an account of its
own in the books, and the part behind `@` is not shown to the outside (`public_name`).

balance = in - out, so what is owed (issued units, backing, sponsors, payables) stands negative.
"""

from dataclasses import dataclass
from typing import Final

from ledger.money import EUR, Asset

POCKET_MARK: Final = "@"


@dataclass(frozen=True, slots=True)
class Account:
    """An account: its asset, and the limits that its balance (minor units) never passes."""

    name: str
    asset: Asset
    floor: int | None
    ceiling: int | None
    owner: str | None
    """Whose accounts it is read with: the member of a wallet, if any."""

    def holds(self, balance: int) -> bool:
        """Say whether the account may stand at `balance`."""
        above = self.floor is None or balance >= self.floor
        return above and (self.ceiling is None or balance <= self.ceiling)


@dataclass(frozen=True, slots=True)
class Fund:
    """One guarantee: the units of a medium (digital, paper) that one issuer has in circulation.

    The first issuer of a currency has the empty name, so that its accounts read `issued:digital`;
    another issuer's read `issued:digital:<issuer>`.
    """

    medium: str
    issuer: str = ""

    @property
    def issued(self) -> str:
        """The unit account: minus all units in circulation."""
        return self._name("issued")

    @property
    def backing(self) -> str:
        """The euro account: minus the euros owed to holders."""
        return self._name("backing")

    def _name(self, kind: str) -> str:
        return f"{kind}:{self.medium}" + (f":{self.issuer}" if self.issuer else "")


TRANSIT: Final = "transit"
SUSPENSE: Final = "suspense"
PAYABLE_REDEMPTIONS: Final = "payable:redemptions"
REDEMPTION_FEES: Final = "income:redemption-fees"
BANK_FEES: Final = "expense:bank-fees"
INTEREST: Final = "income:interest"
DONATIONS: Final = "expense:donations"
DONATIONS_OWED: Final = "payable:donations"
"""Owns the accounts of what is owed to each association, as a member owns a wallet."""

OPENING: Final = "opening"
"""What the association owned itself when its books began: minus its own funds."""

TREASURY: Final = "payable:treasury"
"""Owns the accounts of what is owed to each authority's public accountant."""

_UNIT_KINDS: Final = frozenset({"issued", "member", "gift", "held", "notes", "service"})
_FLOOR_ZERO: Final = frozenset({"member", "gift", "held", "notes", "till", "receivable", "service"})
_CEILING_ZERO: Final = frozenset({"issued", "backing", "sponsor", "payable", "mandate"})
_UNLIMITED: Final = frozenset({"bank", "transit", "suspense", "income", "expense", "opening"})
KINDS: Final = _FLOOR_ZERO | _CEILING_ZERO | _UNLIMITED


def member(member_id: str) -> str:
    """Name the account of a member's bought or received units."""
    return f"member:{member_id}"


def gift(campaign: str, member_id: str, expires_on: str | None) -> str:
    """Name the pocket of a campaign's gift units that expire on one day (ISO date, or never)."""
    name = f"gift:{campaign}:{member_id}"
    return f"{name}{POCKET_MARK}{expires_on}" if expires_on else name


def held(redemption: str) -> str:
    """Name the account that holds the units of a pending redemption."""
    return f"held:{redemption}"


def bank(slug: str) -> str:
    """Name the euro account that mirrors a bank account of the association."""
    return f"bank:{slug}"


def till(office: str) -> str:
    """Name the euro account of an exchange office's cash."""
    return f"till:{office}"


def sponsor(sponsor_id: str) -> str:
    """Name the account of what a sponsor paid in and has not spent (negative)."""
    return f"sponsor:{sponsor_id}"


def receivable(member_id: str) -> str:
    """Name the account of what a member owes since its euros were taken back."""
    return f"receivable:{member_id}"


def mandate(authority: str) -> str:
    """Name the account of what an authority sent and nobody was credited with yet (negative)."""
    return f"mandate:{authority}"


def donation(association: str) -> str:
    """Name the account of the donations owed to an association."""
    return f"{DONATIONS_OWED}:{association}"


def service(service_id: str) -> str:
    """Name the account of what a public service took and has not settled."""
    return f"service:{service_id}"


def treasury(authority: str) -> str:
    """Name the account of what is owed to an authority's public accountant."""
    return f"{TREASURY}:{authority}"


def public_name(name: str) -> str:
    """Name an account as the outside sees it: without its pocket."""
    return name.partition(POCKET_MARK)[0]


def expiry_of(name: str) -> str | None:
    """Give the ISO expiry day of a gift pocket, or None for an account that never expires."""
    return name.partition(POCKET_MARK)[2] or None


def campaign_of(name: str) -> str:
    """Give the campaign of a gift pocket."""
    return name.split(":", 2)[1]


def holder_of(name: str) -> str:
    """Give the member who holds a gift pocket."""
    return public_name(name).split(":", 2)[2]


def account_of(name: str, unit: Asset) -> Account:
    """Describe the account that bears this name, by its kind; `unit` is the currency's unit.

    Raises ValueError for a kind that the plan of accounts does not know.
    """
    kind, _, rest = name.partition(":")
    if kind not in KINDS:
        message = f"the plan of accounts has no {name!r}"
        raise ValueError(message)
    owner = None
    if kind == "member":
        owner = rest
    elif kind == "gift":
        owner = holder_of(name)
    elif name.startswith(DONATIONS_OWED):
        owner = DONATIONS_OWED
    elif name.startswith(TREASURY):
        owner = TREASURY
    return Account(
        name=name,
        asset=unit if kind in _UNIT_KINDS else EUR,
        floor=0 if kind in _FLOOR_ZERO else None,
        ceiling=0 if kind in _CEILING_ZERO else None,
        owner=owner,
    )
