"""Members and their wallets."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.dependencies import CREATED, Asking, Books, Writing, clock, ledger_of, post
from api.documents import DOCUMENTS, PDF_TYPE, Since, Until, accepted, statement_document
from api.paging import Limit, Told, next_link, page
from api.shapes import MemberChange, NewMember
from ledger.banking.references import is_iban
from ledger.books.journal import Json
from ledger.documents.sheets import CSV_TYPE, XLSX_TYPE, csv_pieces
from ledger.documents.wallet import COLUMNS
from ledger.operations.member import (
    ChangeMember,
    RegisterMember,
    identity_of,
    list_members,
    read_member,
)
from ledger.operations.wallet import statement, wallet
from ledger.operations.wallet_history import wallet_history
from ledger.refusals import Malformed

router = APIRouter(prefix="/v1/{currency}/members", tags=["members"])

MemberId = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")]


@router.post("", status_code=201)
async def register(request: Request, currency: str, body: NewMember, context: Writing) -> Response:
    """Register a member; the answer's reference goes on its bank transfers."""
    operation = RegisterMember(
        id=body.id or "",
        kind=body.kind,
        name=body.name,
        email=body.email,
        iban=iban_typed(body.iban),
        status=body.status,
        commune=body.commune,
        born_on=body.born_on,
        issuer=body.issuer or "",
        donates_to=body.donates_to or "",
    )
    return await with_identity(request, currency, await post(request, currency, operation, context))


@router.get("")
def list_(
    request: Request,
    currency: str,
    context: Asking,
    ledger: Books,
    limit: Limit = 50,
    after: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """List members by id."""
    found = list_members(ledger, currency, context, after=after, limit=limit)
    return page(request, found, "id", limit)


@router.get("/{id}")
def read(currency: str, id: MemberId, context: Asking, ledger: Books) -> Told:
    """Read a member: oneself, or anyone for the treasurer; the auditor sees no identity."""
    return read_member(ledger, currency, context, id)


@router.patch("/{id}")
async def change(
    request: Request,
    currency: str,
    id: MemberId,
    body: MemberChange,
    context: Writing,
) -> Response:
    """Change a member's status or particulars; what is left out stays.

    Another IBAN than the one known is only asked for: see `iban-change`.
    """
    iban_typed(body.iban or "")
    operation = ChangeMember(id, **body.model_dump(exclude_unset=True))
    answer = await with_identity(
        request, currency, await post(request, currency, operation, context)
    )
    if answer.status_code == CREATED:
        answer.status_code = 200
    return answer


@router.get("/{id}/wallet")
def read_wallet(currency: str, id: MemberId, context: Asking, ledger: Books) -> Told:
    """Read what a wallet can spend, what is held, and gifts with their expiry."""
    return wallet(ledger, currency, context, id)


@router.get("/{id}/statement", responses=DOCUMENTS)
def read_statement(
    request: Request,
    currency: str,
    id: MemberId,
    context: Asking,
    ledger: Books,
    limit: Limit = 50,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    since: Since = None,
    until: Until = None,
) -> Response:
    """Read a wallet's history, the newest first, each line with the balance it left.

    As PDF or XLSX, or as CSV with a period: the whole period, the oldest first, between its
    opening and its closing balance.
    """
    wanted = accepted(request)
    if wanted in {PDF_TYPE, XLSX_TYPE} or (wanted == CSV_TYPE and (since or until)):
        history = wallet_history(
            ledger,
            currency,
            context,
            id,
            since=since,
            until=until,
            on_paper=wanted == PDF_TYPE,
        )
        return statement_document(history, wanted, context, f"{currency}-{id}")
    lines = statement(ledger, currency, context, id, before=after, limit=limit)
    if wanted == CSV_TYPE:
        headers = next_link(request, lines, "entry", limit)
        rows = ([_cell(name, line[name]) for name in COLUMNS] for line in lines)
        return Response(b"".join(csv_pieces(COLUMNS, rows)), 200, headers, CSV_TYPE)
    return page(request, lines, "entry", limit)


def iban_typed(typed: str) -> str:
    """Give an IBAN that can be one, by its length, its check digits and the key of a French RIB."""
    if typed and not is_iban(typed):
        raise Malformed([{"pointer": "/iban", "detail": "no IBAN: check it digit by digit"}])
    return typed


async def with_identity(request: Request, currency: str, answer: Response) -> Response:
    """Add the identity to an answer, which is stored without it because it is never erased."""
    if answer.status_code != CREATED:
        return answer
    told = orjson.loads(answer.body)
    told |= await run_in_threadpool(identity_of, ledger_of(request), currency, told["id"], clock())
    headers = {k: v for k, v in answer.headers.items() if k == "idempotent-replay"}
    return Response(orjson.dumps(told), CREATED, headers, "application/json")


def _cell(name: str, value: Json) -> str:
    text = "" if value is None else str(value)
    return text.replace(".", ",") if name in {"units_in", "units_out", "balance"} else text
