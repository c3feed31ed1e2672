"""The demo currency: la Roue as a newcomer finds it, with everything but history."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Final

from ledger.books.context import OPERATOR, Context
from ledger.books.terms import Terms
from ledger.operations.bookkeeping import SetBookkeeping
from ledger.operations.campaign import Deposit, OpenCampaign, RegisterSponsor
from ledger.operations.currency import found_currency
from ledger.operations.fund import OpenBankAccount, OpenOffice
from ledger.operations.grant import Given
from ledger.operations.ledger import Ledger, Operation
from ledger.operations.member import ChangeMember, RegisterMember
from ledger.operations.person import InvitePerson
from ledger.operations.service import OpenService, SetPrice
from ledger.operations.token import CreateToken, token_hash
from ledger.refusals import AlreadyExists

CODE: Final = "roue"
SPONSOR: Final = "grand-avignon"
SIREN: Final = "123456782"
"""Valid in form, like the demo's IBANs."""

_MEMBERS: Final = (
    RegisterMember("alice", "person", "Alice Martin", commune="Avignon"),
    RegisterMember("bruno", "person", "Bruno Petit", commune="Le Pontet"),
    RegisterMember("boulangerie", "pro", "Boulangerie des Halles", commune="Avignon"),
    RegisterMember("librairie", "pro", "Librairie du Palais", commune="Avignon"),
    RegisterMember("maraicher", "pro", "Maraîcher de la Durance", commune="Caumont"),
    RegisterMember("avignon", "authority", "Ville d'Avignon", commune="Avignon"),
)

PEOPLE: Final = (
    "treasurer",
    "treasurer-2",
    "admin",
    "auditor",
    "office:comptoir-halles",
    "officer:avignon",
    "approver:avignon",
    f"sponsor:{SPONSOR}",
    "member:alice",
    "member:bruno",
    "shop:boulangerie",
    "shop:librairie",
    "shop:maraicher",
    "till:boulangerie",
)
"""The demo people: a role, a second person of it, or a role and whom it is for."""


def fill_demo(ledger: Ledger, context: Context, new_token: Callable[[], str]) -> dict[str, str]:
    """Found the demo currency; gives a new bearer token for each of `PEOPLE`, by name."""
    tokens = {name: new_token() for name in PEOPLE}
    continue_demo(ledger, context, tokens)
    return tokens


def continue_demo(ledger: Ledger, context: Context, tokens: dict[str, str]) -> None:
    """Found the demo currency with these tokens, or go on where a founding was cut short."""
    day = context.day
    with suppress(AlreadyExists):
        found_currency(
            ledger,
            code=CODE,
            name="La Roue",
            unit="Roue",
            decimals=2,
            at=context.at,
            terms=Terms(since=date(day.year, 1, 1)),
        )
    for ordinal, step in enumerate(_steps(day, tokens)):
        # Each thing made needs an id of its own, and the same demo must not be made twice.
        one = replace(context, key=_key(ordinal), fresh_id=f"{context.fresh_id}{ordinal:x}")
        answer = ledger.post_and_wait(CODE, step, one)
        if answer.refused:
            message = f"the demo met a refusal: {answer.body.decode()}"
            raise RuntimeError(message)


def is_demo(ledger: Ledger) -> bool:
    """Say whether the currency of this code is the demo's, and not a real one."""
    return ledger.reads.operation(CODE, OPERATOR, _key(0)) is not None


def cut_short(ledger: Ledger, context: Context, tokens: dict[str, str]) -> bool:
    """Say whether the demo currency was begun and not finished, as by a kill at the first start."""
    if CODE not in ledger.reads.currencies():
        return False
    _, head = ledger.reads.rulebook(CODE)
    last = len(_steps(context.day, tokens)) - 1
    unfinished = ledger.reads.operation(CODE, OPERATOR, _key(last)) is None
    return head.number == 0 or (is_demo(ledger) and unfinished)


def _key(ordinal: int) -> str:
    return f"demo:{ordinal}"


def _steps(day: date, tokens: dict[str, str]) -> list[Operation]:
    accounts = SetBookkeeping(day.year, SIREN, "pca-2025")
    house = [*_house(), *_MEMBERS, *_sponsorship(day)]
    return [*house, *_credentials(tokens), accounts, *_people(tokens), *_services(day)]


def _services(day: date) -> list[Operation]:
    """List the town's services, each with its act, what it may take, and what things cost."""
    told = {
        "piscine": (
            "Piscine",
            "2026-041",
            {"entrees": ("Entrée", 4_00), "cours": ("Cours", 12_00)},
        ),
        "mediatheque": ("Médiathèque", "2026-042", {"abonnements": ("Abonnement d'un an", 15_00)}),
        "cantine": ("Cantine", "2026-043", {"repas": ("Repas d'enfant", 3_40)}),
    }
    steps: list[Operation] = [ChangeMember("avignon", iban="FR113000100169C840000000019")]
    for slug, (name, act, prices) in told.items():
        steps.append(
            OpenService(
                authority="avignon",
                slug=slug,
                name=name,
                act=act,
                revenues=tuple(prices),
                ceiling=3_000_00,
                accountant="Service de gestion comptable d'Avignon",
                since=date(day.year, 1, 1),
            )
        )
        for code, (label, units) in prices.items():
            steps.append(SetPrice("avignon", slug, code, label, code, units))
    return steps


def _house() -> list[Operation]:
    """List the bank accounts and the office; the IBANs are valid in form and nobody's."""
    municipal = "Crédit Municipal d'Avignon"
    return [
        OpenBankAccount("nef", "digital", "La Nef", "FR7621570000010000000000176"),
        OpenBankAccount("credit-municipal", "paper", municipal, "FR7644729000010000000000275"),
        OpenBankAccount(
            "exploitation", "operating", "Crédit Coopératif", "FR7642559000010000000000375"
        ),
        OpenOffice("comptoir-halles", "Comptoir des Halles"),
    ]


def _sponsorship(day: date) -> list[Operation]:
    """List the sponsor, its deposit and its campaign, open this year and the next."""
    campaign = OpenCampaign(
        id="roue-20",
        sponsor=SPONSOR,
        rate_bps=2000,
        budget=2_600_000,
        since=date(day.year, 1, 1),
        until=date(day.year + 1, 12, 31),
        cap=10_000,
        cap_period="month",
        kinds=("person",),
        communes=(),
        members=(),
        age_from=None,
        age_to=None,
        gift_expires_days=180,
        stackable=False,
    )
    return [RegisterSponsor(SPONSOR, "Grand Avignon"), Deposit(SPONSOR, 2_600_000, "nef"), campaign]


def _people(tokens: Iterable[str]) -> list[Operation]:
    """List the demo people as persons with a grant each, known by the names of their tokens."""
    steps: list[Operation] = []
    for name in tokens:
        role, _, holder = name.partition(":")
        grant = Given(role.removesuffix("-2"), holder)
        steps.append(InvitePerson(name.replace(":", "-"), "", "", grant, id=name))
    return steps


def _credentials(tokens: dict[str, str]) -> list[Operation]:
    """List the credentials of the demo people; a `-2` is a second person of the same role."""
    steps: list[Operation] = []
    for name, token in tokens.items():
        role, _, holder = name.partition(":")
        steps.append(CreateToken(token_hash(token), role.removesuffix("-2"), holder, name))
    return steps
