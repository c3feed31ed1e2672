"""A town with two of everybody, so that each may knock at the other's door.

`ROLES` says as whom each role asks: about its own, and about another's of the same kind. `things`
gives what a path names, by the word before the placeholder: add a line there when a new route
needs something to exist.
"""

import asyncio
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from admin.statics import assets
from api.dependencies import operator
from api.settings import Settings
from ledger.books.people import Person
from ledger.books.terms import Terms
from ledger.operations.campaign import OpenCampaign, RegisterSponsor
from ledger.operations.checkpoint import make_checkpoint
from ledger.operations.conversion import Convert
from ledger.operations.correction import ProposeCorrection, known_entry
from ledger.operations.counter_sale import AskBill
from ledger.operations.currency import found_currency
from ledger.operations.demo import fill_demo
from ledger.operations.fund import OpenOffice
from ledger.operations.grant import Given
from ledger.operations.ledger import Ledger, Operation, open_ledger, secret_keys, signing_key
from ledger.operations.mandate import ProposeMandate
from ledger.operations.matching import list_lines
from ledger.operations.member import ChangeMember, RegisterMember
from ledger.operations.payment import Pay
from ledger.operations.payment_request import AskPayment, CancelRequest
from ledger.operations.person import ChangePerson, InvitePerson
from ledger.operations.redemption import RequestRedemption
from ledger.operations.service import OpenService
from ledger.operations.sheet import CloseDays
from ledger.operations.statement import import_statement
from ledger.operations.token import CreateToken, RevokeToken, token_hash
from scripts.application import application
from tests.banking import camt_files
from tests.walls.runs import runs_of

SHOP, OTHER_SHOP = "boulangerie", "librairie"

ROLES: Final[dict[str, tuple[str, str]]] = {
    "member": ("alice", "bruno"),
    "shop": (SHOP, OTHER_SHOP),
    "till": (SHOP, OTHER_SHOP),
    "office": ("comptoir-halles", "comptoir-gare"),
    "officer": ("avignon", "pontet"),
    "approver": ("avignon", "pontet"),
    "sponsor": ("grand-avignon", "departement"),
    "treasurer": ("", ""),
    "admin": ("", ""),
    "auditor": ("", ""),
}
"""Each role of the program: whom it acts for, and another of the same kind."""

KINDS: Final = {
    "member": "person",
    "shop": "pro",
    "till": "pro",
    "officer": "authority",
    "approver": "authority",
}
"""What kind of member a role acts for; the other roles act for none."""

STANDINGS: Final = ("suspended", "invited", "closed")
OTHER_CURRENCY: Final = "sol"


@dataclass
class Town:
    """The running application, everybody's tokens, and what paths can name."""

    app: FastAPI
    http: httpx.AsyncClient
    runner: asyncio.Runner
    tokens: dict[str, str]
    things: dict[str, dict[str, str]] = field(default_factory=dict)
    """What stands for a placeholder: by the word before it, then by whose it is; `*` is anybody."""
    sessions: dict[str, dict[str, str]] = field(default_factory=dict)
    """The cookies of those who have signed in, by the name of their token."""
    forms: dict[str, str] = field(default_factory=dict)
    """The tokens of their forms."""

    def __post_init__(self) -> None:
        """Look the routes up once."""
        self.routes = _routes(self.app)
        self.previewed = _previewed(self.app)

    @property
    def ledger(self) -> Ledger:
        """Give the opened books."""
        ledger: Ledger = self.app.state.ledger
        return ledger

    def do(self, operation: Operation, currency: str = "roue", person: str = "") -> dict[str, Any]:
        """Do something as the operator of the machine, or as another person at it."""
        context = operator()
        asked = replace(context, person=person or context.person)
        answer = self.ledger.post_and_wait(currency, operation, asked)
        assert not answer.refused, answer.body
        return dict(answer.json())

    def token(self, name: str, role: str, holder: str, currency: str = "roue") -> str:
        """Make a token under a name; gives the credential's id."""
        self.tokens[name] = secrets.token_urlsafe(16)
        made = CreateToken(token_hash(self.tokens[name]), role, holder, name)
        if self.ledger.reads.paper(Person, currency, name) is None:
            login = name.replace(":", "-")
            self.do(InvitePerson(login, "", "", Given(role, holder), id=name), currency)
        return str(self.do(made, currency)["id"])


def _routes(app: FastAPI) -> dict[str, str]:
    """List every route of the application that is not a file, with its kind of body."""
    schema = app.openapi()["paths"]
    found: dict[str, str] = {}
    for each in iter_route_contexts(app.routes):
        for method in sorted(set(each.methods or ()) - {"HEAD"}):
            told = schema.get(each.path, {}).get(method.lower(), {})
            kinds = told.get("requestBody", {}).get("content", {})
            found[f"{method} {each.path}"] = next(iter(kinds), "")
    return found


def _previewed(app: FastAPI) -> set[str]:
    """List the routes that can be tried without doing anything."""
    return {
        f"{method.upper()} {path}"
        for path, methods in app.openapi()["paths"].items()
        for method, told in methods.items()
        if any(parameter["name"] == "preview" for parameter in told.get("parameters", ()))
    }


@contextmanager
def town(url: str, folder: Path) -> Iterator[Town]:
    """Found the town in a fresh database and run the whole application in this thread."""
    settings = Settings(
        database_url=url,
        signing_key_file=folder / "key.pem",
        secret_key_file=folder / "secret-key",
    )
    ring = secret_keys(settings.secret_key_file)
    ledger = open_ledger(url, signing_key(settings.signing_key_file), ring)
    tokens = fill_demo(ledger, operator(), lambda: secrets.token_urlsafe(16))
    ledger.close()
    app = application(settings)
    with asyncio.Runner() as runner:
        life = app.router.lifespan_context(app)
        runner.run(life.__aenter__())
        door = httpx.ASGITransport(app, raise_app_exceptions=False)
        http = httpx.AsyncClient(transport=door, base_url="http://town", trust_env=False)
        made = Town(app, http, runner, tokens)
        _settle(made)
        settings.demo_tokens_file.write_text(json.dumps(made.tokens))
        yield made
        runner.run(http.aclose())
        runner.run(life.__aexit__(None, None, None))


def _settle(made: Town) -> None:
    """Bring in the others, those of every standing, a second currency, and something for each."""
    made.do(RegisterMember("pontet", "authority", "Le Pontet"))
    made.do(RegisterSponsor("departement", "Le département"))
    made.do(OpenOffice("comptoir-gare", "Comptoir de la gare"))
    made.do(_campaign("dep-1", "departement"))
    for role, holders in ROLES.items():
        for holder in dict.fromkeys(holders):
            made.token(f"{role}:{holder}" if holder else role, role, holder)
        _stand(made, role)
        ended = made.token(f"{role}:revoked", role, holders[0])
        made.do(RevokeToken(ended))
        made.do(ChangePerson(f"{role}:revoked", "closed"))
    for member in ("alice", "bruno", SHOP, OTHER_SHOP):
        made.do(Convert(member, 100_00, "bank"))
    now = operator().at
    found_currency(
        made.ledger,
        code=OTHER_CURRENCY,
        name="Sol",
        unit="Sol",
        decimals=2,
        terms=Terms(since=now.date() - timedelta(days=1)),
        at=now,
    )
    _make_things(made)
    make_checkpoint(made.ledger, "roue", operator())
    for role in KINDS:
        for standing in STANDINGS:
            made.do(ChangeMember(f"{standing}-{role}", standing))
    for name in [name for name in made.tokens if not name.endswith("revoked")]:
        made.runner.run(_remember(made, name))


async def _remember(made: Town, name: str) -> None:
    """Let everybody ask for something under the key `mine`; what became of it can be read."""
    headers = {"Authorization": f"Bearer {made.tokens[name]}", "Idempotency-Key": "mine"}
    await made.http.post("/v1/roue/campaigns/none/close", headers=headers)


def _campaign(id_: str, sponsor: str) -> OpenCampaign:
    return OpenCampaign(
        id=id_,
        sponsor=sponsor,
        rate_bps=1,
        budget=1_00,
        since=date(2020, 1, 1),
        until=date(2020, 12, 31),
        cap=None,
        cap_period="month",
        kinds=("person",),
        communes=(),
        members=(),
        age_from=None,
        age_to=None,
        gift_expires_days=None,
        stackable=False,
    )


def _stand(made: Town, role: str) -> None:
    """Let a role act for members who are not active."""
    for standing in STANDINGS if role in KINDS else ():
        id_ = f"{standing}-{role}"
        made.do(RegisterMember(id_, KINDS[role], id_))
        if KINDS[role] != "authority":
            made.do(Convert(id_, 100_00, "bank"))
        made.token(f"{role}:{standing}", role, id_)


MANDATE: Final = ProposeMandate(
    id="m-avignon",
    authority="avignon",
    operations=("allowance",),
    since=date(2020, 1, 1),
    until=date(2099, 12, 31),
    ceiling=1_000_00,
    powers="x",
    remuneration="x",
    remittance="x",
    accounts_rendered="x",
    controls="x",
)
OTHERWISE: Final = dict.fromkeys(
    (SHOP, OTHER_SHOP, "alice", "bruno", "comptoir-halles", "comptoir-gare", "grand-avignon"),
    "avignon",
) | {"departement": "avignon"}
"""Which authority a request is about where it is not about whoever asks."""


def _councils(made: Town) -> dict[str, dict[str, str]]:
    """Let the pool have a bill and a sheet, and its town a mandate that nobody has granted."""
    made.do(MANDATE)
    bill = AskBill("avignon", "piscine", "F-1", (("cours", 1_00),), date(2099, 1, 1))
    today = operator().day
    inactive = [f"{each}-{role}" for each in STANDINGS for role in ("officer", "approver")]
    for authority in inactive:
        made.do(
            OpenService(authority, "piscine", "x", "x", ("cours",), 1_00, "x", date(2020, 1, 1))
        )
    for authority in ("avignon", *inactive):
        made.do(CloseDays(authority, "piscine", today))
    return {
        "authorities": OTHERWISE,
        "services": {"*": "piscine"},
        "mandates": {"*": MANDATE.id},
        "bills": {"*": str(made.do(bill)["id"])},
        "sheets service": {"*": "piscine"},
        "sheets number": {"*": "1"},
    }


BOOKS: Final = {
    "docs": {"*": "payments"},
    "closings": {"*": "2001"},
    "pay": {"*": "maraicher"},
    "exports": {"*": "csv"},
    "books year": {"*": "2999"},
    "books form": {"*": "csv"},
    "donations": {"*": "none"},
    "donations association": {"*": "nobody"},
}
"""What the addresses of accountant, donations and posters name, whoever asks."""


def _make_things(made: Town) -> None:
    """Let there be something of everybody's for each placeholder of the paths."""
    things = made.things
    shops = (
        SHOP,
        OTHER_SHOP,
        *(f"{each}-{role}" for each in STANDINGS for role in ("shop", "till")),
    )
    people = ("alice", "bruno", *(f"{each}-member" for each in STANDINGS))
    paid = {shop: str(made.do(Pay("alice", shop, 1_00))["entry"]) for shop in shops}
    asked = {to: str(made.do(AskPayment(to, 1_00))["id"]) for to in (*shops, *people)}
    ended = {to: str(made.do(AskPayment(to, 1_00))["id"]) for to in shops}
    for shop, request in ended.items():
        made.do(CancelRequest(request, shop))
    ending = {to: str(made.do(AskPayment(to, 1_00))["id"]) for to in shops}
    redeemed = {shop: str(made.do(RequestRedemption(shop, 1_00))["id"]) for shop in shops}
    doomed = {shop: str(made.do(RequestRedemption(shop, 1_00))["id"]) for shop in shops}
    entry = int(made.do(Convert("alice", 1_00, "bank"))["entry"])
    wrong = ProposeCorrection(known_entry(made.ledger, "roue", entry), "entered twice")
    correction = str(made.do(wrong)["id"])
    style = assets()["comptoir.css"]
    things |= {
        "members": {},
        "payments": {"*": paid[SHOP], **paid},
        "payment-requests": {"*": asked[SHOP], **asked},
        "payment-requests events": {"*": ended[SHOP]},
        "redemptions": {"*": redeemed[SHOP], **redeemed},
        "redemptions id_ cancel": {"*": doomed[OTHER_SHOP], **doomed},
        "campaigns": {"*": "roue-20", "departement": "dep-1"},
        "sponsors": {"*": "grand-avignon", "departement": "departement"},
        "journal": {"*": str(entry)},
        "reconciliations": {"*": "2020-01-31"},
        "proofs": {"*": "1"},
        "corrections id": {"*": correction},
        "corrections id_": {"*": correction},
        "corrections number": {"*": str(entry)},
        "lines": {"*": _bank_line(made)},
        "till id_": {"*": asked[SHOP], **asked},
        "till events": ended,
        "till cancel": ending,
        "p": {"*": asked[SHOP]},
        "audit": {"*": str(entry)},
        "problems": {"*": "not-found"},
        **BOOKS,
        **_people(made),
        "operations": {"*": "mine"},
        "static mark": {"*": style.address.split("/")[2]},
        "static name": {"*": "comptoir.css"},
    }


def _people(made: Town) -> dict[str, dict[str, str]]:
    """Let in somebody whom nobody is asked as, a till of each shop, and what councils have."""
    tills = {}
    for shop in (SHOP, OTHER_SHOP):
        till = InvitePerson(f"{shop}-2", "", "", Given("till", shop), "machine")
        tills[shop] = str(made.do(till)["grant"])
    somebody = made.do(InvitePerson("somebody", "", "", Given("auditor", "")))
    return {
        **runs_of(made.do),
        "people": {"*": str(somebody["id"])},
        "grants": {"*": str(somebody["grant"])},
        "keys": {"*": tills[SHOP], **tills},
        **_councils(made),
    }


def _bank_line(made: Town) -> str:
    """Import a bank file with one line that nobody can explain; gives the line's id."""
    iban = made.ledger.reads.rulebook("roue")[0].bank_accounts["nef"].iban
    line = camt_files.entry("1.00", reference="line-1")
    whole = camt_files.statement(
        line, identifier="S-1", holder=camt_files.account(f"<IBAN>{iban}</IBAN>")
    )
    file = camt_files.message(whole).encode()
    import_statement(made.ledger, "roue", operator(), account="nef", data=file, name="s.xml")
    (waiting,) = list_lines(made.ledger, "roue", state="waiting", after="", limit=10)
    return str(waiting["id"])
