"""The voucher of a closed run, and the line of each pay slip."""

from ledger.books.context import Context, town_day
from ledger.books.papers import Identity
from ledger.documents.voucher import VoucherLine, VoucherPaper
from ledger.operations.disbursement import read_run
from ledger.operations.ledger import Ledger
from ledger.refusals import NotInState
from ledger.rules.fates import OK, fate_said


def voucher_of(
    ledger: Ledger, currency: str, context: Context, authority: str, id_: str
) -> VoucherPaper:
    """Gather what the voucher of a run says (NotInState while the run is not closed).

    It is dated by the last row that was credited, else by the day on which the run was checked.
    """
    run, rows = read_run(ledger, currency, context, authority, id_)
    if run.state != "closed":
        raise NotInState(what="run", id=id_, state=run.state, needed="closed")
    book, _ = ledger.reads.rulebook(currency)
    who = ledger.reads.paper(Identity, currency, authority)
    last = ledger.reads.entry(currency, max((row.entry or 0 for row in rows), default=0))
    return VoucherPaper(
        currency=book.name,
        unit=book.unit_name,
        authority=(who.name if who else "") or authority,
        number=run.id,
        words=run.words,
        mandate=run.mandate,
        reference=run.reference,
        proposed_by=run.proposed_by,
        approved_by=run.approved_by or "",
        on=town_day(last.at if last else run.proposed_at),
        received=run.received,
        credited=run.credited,
        surplus=run.surplus,
        lines=[
            VoucherLine(
                row=row.ordinal,
                member=row.member,
                kind=row.kind,
                euros=row.euros,
                part=row.part,
                entry=row.entry,
                outcome="" if row.fate == OK else fate_said(row.fate, context.language),
            )
            for row in rows
        ],
    )
