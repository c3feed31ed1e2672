"""Payment requests: a till asks, a member pays by scanning, the till sees it paid."""

import hashlib
import io
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import segno

from ledger.books.context import Context
from ledger.books.journal import Json, Plan, Tally
from ledger.books.papers import Member, PaymentRequest, Rulebook
from ledger.books.people import Grant
from ledger.money import format_minor
from ledger.operations.access import MEMBER, SHOP, TILL, WALLET_HOLDERS, require, require_own
from ledger.operations.ledger import Ledger
from ledger.operations.payment import confirmed_payment, paid, payment_needs
from ledger.refusals import Malformed, RequestNotPayable, TillCeiling, Unknown
from ledger.rules.standing import active
from ledger.store.papers import instant_text
from ledger.store.shelf import Needs, Shelf

LONGEST: Final = timedelta(days=31)
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_WORDS: Final = (
    "ABRICOT",
    "ACACIA",
    "AGNEAU",
    "ALOUETTE",
    "AMANDE",
    "ARDOISE",
    "AURORE",
    "AVRIL",
    "BALCON",
    "BARQUE",
    "BASILIC",
    "BOUSSOLE",
    "BRUME",
    "CABANE",
    "CANAL",
    "CARDON",
    "CERISE",
    "CIGALE",
    "CLOCHER",
    "COLLINE",
    "COQUELICOT",
    "CYPRES",
    "DAUPHIN",
    "DENTELLE",
    "ECLUSE",
    "EPICEA",
    "ETOILE",
    "FENOUIL",
    "FIGUIER",
    "FONTAINE",
    "GALET",
    "GARRIGUE",
    "GENET",
    "GRENADE",
    "GUEPIER",
    "HAMEAU",
    "HERON",
    "HIRONDELLE",
    "IRIS",
    "JASMIN",
    "LAURIER",
    "LAVANDE",
    "LUCIOLE",
    "MARRON",
    "MELON",
    "MIRABELLE",
    "MISTRAL",
    "MOULIN",
    "MURIER",
    "NOISETTE",
    "OLIVIER",
    "ORAGE",
    "PAPRIKA",
    "PASTEL",
    "PLATANE",
    "PRAIRIE",
    "ROMARIN",
    "RUCHER",
    "SAFRAN",
    "SARRIETTE",
    "THYM",
    "TILLEUL",
    "VENDANGE",
    "VERGER",
)


@dataclass(frozen=True, slots=True)
class AskPayment:
    """Ask for `units` (minor) to be paid to a member; `expires_in` seconds, or the terms' time."""

    to: str
    units: int
    reference: str = ""
    expires_in: int | None = None

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        tally = till_tally(context.actor, context.day)
        return Needs(papers=((Member, self.to), (Grant, context.actor)), tallies=(tally,))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation; a till is told when what was paid to it today leaves no room."""
        require(context, SHOP, TILL, MEMBER)
        require_own(context, "member", self.to)
        grant = shelf.paper(Grant, context.actor)
        ceiling = grant.ceiling if grant else None
        taken = shelf.tally(till_tally(context.actor, context.day))
        if ceiling is not None and taken + self.units > ceiling:
            raise TillCeiling(
                taken=format_minor(taken, shelf.book.unit.scale),
                ceiling=format_minor(ceiling, shelf.book.unit.scale),
            )
        active(shelf.paper(Member, self.to), self.to)
        lasts = timedelta(minutes=shelf.book.terms_on(shelf.today).request_minutes)
        if self.expires_in is not None:
            lasts = timedelta(seconds=self.expires_in)
        if not timedelta(0) < lasts <= LONGEST:
            detail = f"between 1 and {int(LONGEST.total_seconds())} seconds"
            raise Malformed([{"pointer": "/expires_in", "detail": detail}])
        code, word = marks(context.fresh_id)
        request = PaymentRequest(
            id=context.fresh_id,
            to=self.to,
            units=self.units,
            reference=self.reference,
            code=code,
            word=word,
            created_at=shelf.at,
            expires_at=shelf.at + lasts,
            till=context.actor if ceiling is not None else "",
        )
        # What people wrote stays out of the stored answer, which can never be erased.
        answer = {k: v for k, v in shown(request, shelf).items() if k != "reference"}
        return Plan(kind="payment-request", papers=(request,), answer=answer)


@dataclass(frozen=True, slots=True)
class PayRequest:
    """Pay a request out of one's own wallet; what is paid stands in the request.

    Nothing here changes when it is paid, so that the same key again is the same body.
    """

    request: str
    to: str
    payer: str
    till: str = ""
    """The grant of the till that asked, where it has a ceiling."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        needs = payment_needs(self.payer, self.to)
        papers = (*needs.papers, (PaymentRequest, self.request), (Grant, self.till))
        tally = till_tally(self.till, context.day)
        return replace(needs, papers=papers, tallies=(*needs.tallies, tally))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, *WALLET_HOLDERS)
        require_own(context, "member", self.payer)
        request = pending(shelf, self.request)
        plan = paid(shelf, self.payer, request.to, request.units, request.reference)
        plan = confirmed_payment(shelf, context, plan, units=request.units, payee=request.to)
        tallies = self._counted(shelf, context, request)
        settled = replace(request, state="paid", payer=self.payer, entry=shelf.next_number)
        return replace(
            plan,
            papers=(*plan.papers, settled),
            tallies=(*plan.tallies, *tallies),
            facts={**plan.facts, "request": request.id},
            answer={**plan.answer, "request": request.id, "word": request.word},
        )

    def _counted(
        self, shelf: Shelf, context: Context, request: PaymentRequest
    ) -> tuple[Tally, ...]:
        """Count what a till with a ceiling is paid today; one revoked meanwhile is paid nothing."""
        if not request.till:
            return ()
        grant = shelf.paper(Grant, request.till)
        if grant is None or grant.ceiling is None or not grant.good_at(shelf.at):
            raise RequestNotPayable(id=request.id, state="cancelled")
        return (Tally(till_tally(request.till, context.day), request.units, grant.ceiling),)


def till_tally(grant: str, day: date) -> str:
    """Name the count of what a till was paid on a day."""
    return f"till:{grant}:{day}"


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """Withdraw a request that nobody has paid."""

    request: str
    to: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((PaymentRequest, self.request),))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, SHOP, TILL, MEMBER)
        require_own(context, "payment request", self.to, named=self.request)
        request = replace(pending(shelf, self.request), state="cancelled")
        return Plan(
            kind="request-cancel",
            papers=(request,),
            answer={"id": request.id, "state": request.state},
        )


def shown(request: PaymentRequest, shelf: Shelf) -> dict[str, Json]:
    """Show a request as the outside reads it, at the instant of the shelf."""
    return shown_at(request, request.state_at(shelf.at), shelf.book.unit.scale)


def shown_at(request: PaymentRequest, state: str, scale: int) -> dict[str, Json]:
    """Show a request in a state; `scale` is the unit's decimals. The word is told once paid."""
    return {
        "id": request.id,
        "to": request.to,
        "units": format_minor(request.units, scale),
        "reference": request.reference,
        "code": request.code,
        "created_at": instant_text(request.created_at),
        "expires_at": instant_text(request.expires_at),
        "state": state,
        "entry": request.entry,
        "word": request.word if state == "paid" else None,
    }


def marks(id_: str) -> tuple[str, str]:
    """Derive a request's typed code and check word from its random id."""
    digest = hashlib.sha256(id_.encode()).digest()
    code = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:6])
    return code, _WORDS[digest[6] % len(_WORDS)]


def pending(shelf: Shelf, id_: str) -> PaymentRequest:
    """Give a request that still waits; Unknown, or RequestNotPayable."""
    request = shelf.paper(PaymentRequest, id_)
    if request is None:
        raise Unknown(what="payment request", id=id_)
    state = request.state_at(shelf.at)
    if state != "pending":
        raise RequestNotPayable(id=id_, state=state)
    return request


def find_request(ledger: Ledger, currency: str, id_: str) -> PaymentRequest:
    """Give a request by its id, or refuse an unknown one."""
    found = ledger.reads.paper(PaymentRequest, currency, id_)
    if found is None:
        raise Unknown(what="payment request", id=id_)
    return found


def qr_svg(address: str) -> bytes:
    """Draw an address as a QR code: SVG without inline style, so a strict page may hold it."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", scale=8, border=4, xmldecl=False, svgclass=None, lineclass=None
    )
    return drawn.getvalue()
