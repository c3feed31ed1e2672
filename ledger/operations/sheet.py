"""Daily sheets: the régisseur closes days, or the night does; each sheet is made once."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ledger.books import accounts
from ledger.books.accounts import REDEMPTION_FEES, Fund
from ledger.books.authorities import DAILY, DailySheet, Service, Takings, service_id
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import Member, Redemption, Rulebook
from ledger.documents.sheet import SheetPaper
from ledger.operations.access import (
    APPROVER,
    AUDITOR,
    OFFICER,
    TREASURER,
    require,
    require_own,
)
from ledger.operations.ledger import Ledger
from ledger.operations.reference import reference_for
from ledger.operations.service import find_service, known_service
from ledger.operations.wallet_history import public_name
from ledger.refusals import Unknown
from ledger.rules.sheet import Closing, check_closable, plan_sheet, shown
from ledger.rules.standing import present
from ledger.store.shelf import Found, Needs, Shelf


@dataclass(frozen=True, slots=True)
class CloseDays:
    """Close the days of a service up to one (a Paris day): its next sheet.

    The same day closed again gives the sheet that it got.
    """

    authority: str
    slug: str
    until: date

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        service = service_id(self.authority, self.slug)
        names = {
            accounts.service(service),
            accounts.treasury(self.authority),
            accounts.receivable(self.authority),
            REDEMPTION_FEES,
        }
        for issuer in {"", *(account.issuer for account in book.bank_accounts.values())}:
            fund = Fund("digital", issuer)
            names |= {fund.issued, fund.backing}
        return Needs(
            accounts=tuple(sorted(names)),
            papers=((Member, self.authority), (Service, service)),
            found=(
                Found(Takings, "open_of", service),
                Found(DailySheet, "until", self.until.isoformat()),
            ),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, OFFICER)
        require_own(context, "authority", self.authority)
        service = known_service(shelf, self.authority, self.slug)
        for sheet in shelf.at_hand(DailySheet):
            if (sheet.service, sheet.until) == (service.id, self.until):
                return Plan(kind="sheet", answer=shown(sheet, service, shelf.book.unit))
        check_closable(service, self.until, shelf.today)
        days = [
            each
            for each in shelf.at_hand(Takings)
            if each.open_of == service.id and each.day <= self.until
        ]
        closing = Closing(
            until=self.until,
            number=shelf.next_number,
            at=shelf.at,
            person=context.person,
            redemption=context.fresh_id,
            reference=reference_for(shelf.book.code, "redemption", context.fresh_id),
        )
        member = present(shelf.paper(Member, self.authority), self.authority)
        return plan_sheet(service, days, closing, authority=member, unit=shelf.book.unit)


def close_yesterday(ledger: Ledger, currency: str, context: Context) -> int:
    """Close every service that settles daily and has something to close; gives how many."""
    yesterday = context.day - timedelta(days=1)
    services = ledger.reads.having(Service, currency, "settlement", [DAILY])
    days = ledger.reads.having(Takings, currency, "open_of", [each.id for each in services])
    due = {each.service for each in days if each.day <= yesterday}
    closed = 0
    for service in services:
        if service.id in due:
            name = f"{service.id}:{yesterday.isoformat()}"
            step = replace(
                context,
                key=f"{context.key}:{name}",
                fresh_id=hashlib.sha256(f"{context.fresh_id}:{name}".encode()).hexdigest()[:16],
            )
            close = CloseDays(service.authority, service.slug, yesterday)
            closed += not ledger.post_and_wait(currency, close, step).refused
    return closed


def list_sheets(
    ledger: Ledger, currency: str, context: Context, authority: str
) -> list[dict[str, Json]]:
    """List the sheets of an authority's services, the newest first."""
    require(context, OFFICER, APPROVER, TREASURER, AUDITOR)
    require_own(context, "authority", authority, all_of=(TREASURER, AUDITOR))
    book, _ = ledger.reads.rulebook(currency)
    services = {
        each.id: each for each in ledger.reads.having(Service, currency, "authority", [authority])
    }
    found = ledger.reads.having(
        DailySheet, currency, "service", services, order="until", newest=True, limit=400
    )
    return [shown(each, services[each.service], book.unit) for each in found]


def find_sheet(  # noqa: PLR0913, PLR0917 - whose sheet, and which
    ledger: Ledger, currency: str, context: Context, authority: str, slug: str, number: int
) -> tuple[DailySheet, Service]:
    """Give one sheet with its service; Unknown for whoever may not see it."""
    require(context, OFFICER, APPROVER, TREASURER, AUDITOR)
    service = find_service(ledger, currency, context, authority, slug)
    found = ledger.reads.paper(DailySheet, currency, f"{service.id}:{number}")
    if found is None:
        raise Unknown(what="sheet", id=str(number))
    return found, service


def sheet_paper(ledger: Ledger, currency: str, sheet: DailySheet, service: Service) -> SheetPaper:
    """Gather what the printed sheet says, for whoever was let in to `find_sheet`."""
    book, _ = ledger.reads.rulebook(currency)
    paid = ledger.reads.paper(Redemption, currency, sheet.redemption) if sheet.redemption else None
    return SheetPaper(
        currency=book.name,
        unit=book.unit_name,
        scale=book.unit.scale,
        authority=public_name(ledger, currency, sheet.authority),
        service=service.name,
        number=sheet.number,
        since=sheet.since,
        until=sheet.until,
        act=sheet.act,
        accountant=sheet.accountant,
        payments=sheet.payments,
        refunds=sheet.refunds,
        lines=tuple(
            (name, sheet.gross.get(name, 0), sheet.returned.get(name, 0))
            for name in sorted({*sheet.gross, *sheet.returned})
        ),
        redeemed=sheet.redeemed,
        euros=sheet.euros,
        fee=sheet.fee,
        reference=paid.reference if paid else "",
        entry=sheet.entry,
        closed_at=sheet.closed_at,
    )
