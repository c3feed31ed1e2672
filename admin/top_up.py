"""Topping up by bank transfer: what to send where, as text to copy and as a code a bank reads."""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.dependencies import Visitor, book_of, ledger_of, someone
from admin.drawing import transfer_code
from admin.naming import bonus_said
from admin.wallet import HOLDERS
from admin.words import amount_typed
from ledger.books import accounts
from ledger.books.accounts import Fund
from ledger.books.context import town_day
from ledger.books.papers import Campaign, Member
from ledger.money import UnreadableAmountError
from ledger.refusals import FundAccountMissing, Refusal, Unknown
from ledger.rules.campaign import (
    Bonus,
    allot,
    bonus_of,
    earned_tally,
    granted_tally,
    reason_of,
)
from ledger.rules.parity import units_at_par

routes = APIRouter(prefix="/wallet/top-up", route_class=pages.PageRoute, include_in_schema=False)


@routes.get("")
def top_up(request: Request, euros: str = "") -> Response:
    """Show what a transfer of so many euros needs to say, and what it will bring as of now."""
    visitor = someone(request, *HOLDERS)
    book = book_of(request)
    member = ledger_of(request).reads.paper(Member, book.code, visitor.holder)
    if member is None:
        raise Unknown(what="member", id=visitor.holder)
    account = book.fund_account(Fund("digital", member.issuer))
    if account is None:
        raise FundAccountMissing(medium="digital")
    cents, unread, refusal = 0, False, None
    brings: dict[str, object] = {"units": 0, "bonus": 0, "reason": "", "left": None}
    try:
        cents = amount_typed(euros) if euros else 0
        brings = _brings(request, visitor, member, cents) if cents else brings
    except UnreadableAmountError:
        unread = True
    except Refusal as met:
        refusal = met
    return pages.render(
        request,
        "top-up.html",
        pages.UNREADABLE if unread or refusal else HTTPStatus.OK,
        member=member,
        account=account,
        euros=euros,
        cents=cents,
        unread=unread,
        refusal=pages.said(request, refusal),
        qr=transfer_code(book.name, account.iban, cents, member.reference)
        if cents and not refusal
        else "",
        **brings,
    )


def _brings(request: Request, visitor: Visitor, member: Member, cents: int) -> dict[str, object]:
    """Work out what a conversion would give just now; nothing is promised or booked."""
    bonuses = _bonuses(request, visitor, member, cents)
    unit = book_of(request).unit
    bonus = units_at_par(sum(each.granted for each in bonuses), unit)
    reason = reason_of(bonuses)
    said = bonus_said(pages.spoken_to(request), reason) if reason else ""
    return {
        "units": units_at_par(cents, unit) + bonus,
        "bonus": bonus,
        "reason": said,
        "left": _left(request, visitor, member, bonuses),
    }


def _left(
    request: Request, visitor: Visitor, member: Member, bonuses: tuple[Bonus, ...]
) -> int | None:
    """Tell how many more euro cents can earn a bonus this month; None where no cap binds."""
    day = town_day(request.state.at)
    capped = [each for each in bonuses if each.campaign.cap and each.campaign.cap_period == "month"]
    names = {each.campaign.id: earned_tally(each.campaign, member.id, day) for each in capped}
    counts = ledger_of(request).reads.tallies(visitor.currency, names.values())
    left = [
        (each.campaign.cap or 0) - counts[names[each.campaign.id]] - each.earning
        for each in capped
        if each.earning
    ]
    return max(left, default=None)


def _bonuses(request: Request, visitor: Visitor, member: Member, cents: int) -> tuple[Bonus, ...]:
    book, reads = book_of(request), ledger_of(request).reads
    day = town_day(request.state.at)
    campaigns = list(book.campaigns.values())
    names = {granted_tally(each.id) for each in campaigns}
    names |= {earned_tally(each, member.id, day) for each in campaigns}
    counts = reads.tallies(visitor.currency, names)
    paid_in = reads.balances(visitor.currency, [accounts.sponsor(id_) for id_ in book.sponsors])

    def judge(campaign: Campaign, money: int) -> Bonus:
        return bonus_of(
            campaign,
            member,
            euros=cents,
            day=day,
            unit=book.unit,
            earned=counts[earned_tally(campaign, member.id, day)],
            granted=counts[granted_tally(campaign.id)],
            sponsored=money,
        )

    return allot(campaigns, {id_: -paid_in[accounts.sponsor(id_)] for id_ in book.sponsors}, judge)
