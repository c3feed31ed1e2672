"""Disbursement: the rows of a funded run are credited one by one, each once, whoever is cut off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.banking.row_sheets import read_rows
from ledger.books import accounts
from ledger.books.accounts import Fund
from ledger.books.authorities import CollectionMandate
from ledger.books.context import Context
from ledger.books.disbursements import Consent, Disbursement, RowAsked, Run, WageRule, free_tally
from ledger.books.journal import Json, Plan
from ledger.books.papers import Member, Rulebook
from ledger.money import EUR, format_minor
from ledger.operations.access import (
    APPROVER,
    AUDITOR,
    OFFICER,
    TREASURER,
    require,
    require_own,
)
from ledger.operations.consent import known_authority
from ledger.operations.ledger import Ledger
from ledger.operations.mandate import known
from ledger.operations.run import ApproveRun, CancelRun, CheckRun, named_in, own_run
from ledger.refusals import NoMandate, Unknown
from ledger.rules.disbursement import check_due, plan_credit, plan_fall, shown_row, shown_run
from ledger.rules.fates import OK, Facts, fate_of
from ledger.rules.mandate import ARTICLE, mandate_tally
from ledger.rules.standing import active
from ledger.store.shelf import Needs, Shelf

AT_ONCE: Final = 50
"""Rows that are posted together: what is credited is durable after each lot of so many."""


@dataclass(frozen=True, slots=True)
class CreditDisbursement:
    """Credit one row of a funded run; a consent that no longer holds makes it fall out."""

    authority: str
    run: str
    row: str
    member: str
    consent: str
    mandate: str

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        names = {accounts.mandate(self.authority), accounts.member(self.member)}
        issuers = {account.issuer for account in book.bank_accounts.values()} | {""}
        for issuer in issuers:
            fund = Fund("digital", issuer)
            names |= {fund.issued, fund.backing}
        return Needs(
            accounts=tuple(sorted(names)),
            tallies=(free_tally(self.authority), mandate_tally(self.mandate)),
            papers=(
                (Run, self.run),
                (Disbursement, self.row),
                (Member, self.member),
                (Consent, self.consent),
                (WageRule, self.authority),
                (CollectionMandate, self.mandate),
            ),
        )

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, OFFICER, APPROVER, TREASURER)
        run = own_run(shelf, context, self.authority, self.run)
        row, member = shelf.paper(Disbursement, self.row), shelf.paper(Member, self.member)
        asked = (self.member, self.consent)
        if row is None or member is None or (row.run, row.member, row.consent) != (run.id, *asked):
            raise Unknown(what="disbursement", id=self.row)
        check_due(run, row)
        unit, mandate = shelf.book.unit, known(shelf, self.authority, run.mandate)
        facts = Facts(
            day=shelf.today,
            unit=unit,
            mandate=mandate,
            members={},
            consents={},
            wages=shelf.paper(WageRule, self.authority),
        )
        fate = fate_of(row, member, shelf.paper(Consent, self.consent), facts)
        if fate != OK:
            return plan_fall(run, row, mandate, fate)
        return plan_credit(run, row, member, unit=unit, number=shelf.next_number)


def credit_run(ledger: Ledger, currency: str, context: Context, run: Run) -> int:
    """Credit what is due of a funded run, in order; gives the number of rows that were settled.

    Safe to stop anywhere and to repeat: a row's state under the lock lets it be settled once,
    whoever asks. What stopped a row is met again by the next try.
    """
    rows = ledger.reads.having(Disbursement, currency, "run", [run.id], order="ordinal")
    due = [row for row in rows if row.state == "due"]
    settled = 0
    for start in range(0, len(due), AT_ONCE):
        steps = [
            CreditDisbursement(run.authority, run.id, row.id, row.member, row.consent, run.mandate)
            for row in due[start : start + AT_ONCE]
        ]
        answers = ledger.note_many(currency, steps, context)
        settled += sum(not answer.refused for answer in answers)
    return settled


def credit_funded(ledger: Ledger, currency: str, context: Context) -> int:
    """Credit what is due of every run whose euros are there; gives the number of rows settled."""
    funded = ledger.reads.having(Run, currency, "state", ["funded"], order="proposed_at")
    return sum(credit_run(ledger, currency, context, run) for run in funded)


def crediting(
    ledger: Ledger, currency: str, context: Context, authority: str, id_: str
) -> dict[str, Json]:
    """Credit what is due of one run, asked for by whoever acts for the authority."""
    require(context, OFFICER, APPROVER, TREASURER)
    run, _ = read_run(ledger, currency, context, authority, id_)
    if context.member:
        active(known_authority(ledger, currency, authority), authority)
    credit_run(ledger, currency, context, run)
    return told_run(ledger, currency, context, authority, id_)


def approving(
    ledger: Ledger, currency: str, context: Context, authority: str, id_: str
) -> ApproveRun:
    """Prepare the approval of a run: looks up whom its rows name."""
    require(context, APPROVER)
    run, rows = read_run(ledger, currency, context, authority, id_)
    return ApproveRun(authority, id_, run.mandate, named_in(rows))


def cancelling(
    ledger: Ledger, currency: str, context: Context, authority: str, id_: str
) -> CancelRun:
    """Prepare to give a run up: looks up its mandate."""
    require(context, OFFICER, APPROVER)
    run, _ = read_run(ledger, currency, context, authority, id_)
    return CancelRun(authority, id_, run.mandate)


def checking(  # noqa: PLR0913 - a run as it is asked for
    ledger: Ledger,
    currency: str,
    context: Context,
    *,
    authority: str,
    rows: Sequence[RowAsked] | bytes,
    words: str,
    drop: bool,
    mandate: str = "",
) -> CheckRun:
    """Prepare a run of rows, or of a sheet's (bytes of a CSV or XLSX).

    It rests on the mandate that is named, else on the one in force that ends last. Raises NoMandate
    where the authority has none at all, UnreadableRows.
    """
    require(context, OFFICER)
    require_own(context, "authority", authority)
    asked = read_rows(rows) if isinstance(rows, bytes) else rows
    if not mandate:
        found = ledger.reads.having(CollectionMandate, currency, "authority", [authority])
        order = sorted(found, key=lambda each: (each.holds(context.day), each.until, each.id))
        if not order:
            raise NoMandate(authority=authority, article=ARTICLE)
        mandate = order[-1].id
    return CheckRun(authority, mandate, tuple(asked), words, drop)


def read_run(
    ledger: Ledger, currency: str, context: Context, authority: str, id_: str
) -> tuple[Run, Sequence[Disbursement]]:
    """Read a run with its rows in order; Unknown for another authority's."""
    require(context, OFFICER, APPROVER, TREASURER, AUDITOR)
    require_own(context, "run", authority, all_of=(TREASURER, AUDITOR), named=id_)
    ledger.reads.rulebook(currency)
    run = ledger.reads.paper(Run, currency, id_)
    if run is None or run.authority != authority:
        raise Unknown(what="run", id=id_)
    return run, ledger.reads.having(Disbursement, currency, "run", [id_], order="ordinal")


def told_run(
    ledger: Ledger, currency: str, context: Context, authority: str, id_: str
) -> dict[str, Json]:
    """Show a run with its rows, and what its one transfer must say while its euros are awaited."""
    run, rows = read_run(ledger, currency, context, authority, id_)
    return {
        **shown_run(run),
        "rows": [shown_row(row, context.language) for row in rows],
        "left_over_euros": left_over(ledger, currency, authority),
        "transfer": _transfer(ledger, currency, run),
    }


def _transfer(ledger: Ledger, currency: str, run: Run) -> dict[str, Json] | None:
    book, _ = ledger.reads.rulebook(currency)
    account = book.fund_account(Fund("digital"))
    if run.state != "awaiting" or account is None:
        return None
    return {
        "to": book.name,
        "iban": account.iban,
        "euros": shown_run(run)["missing_euros"],
        "reference": run.reference,
    }


def left_over(ledger: Ledger, currency: str, authority: str) -> str:
    """Give the euros that an authority sent and no run needs."""
    name = free_tally(authority)
    return format_minor(ledger.reads.tallies(currency, [name])[name], EUR.scale)


def list_runs(  # noqa: PLR0913 - a page of an authority's
    ledger: Ledger,
    currency: str,
    context: Context,
    *,
    authority: str,
    after: str = "",
    limit: int = 50,
) -> list[dict[str, Json]]:
    """List an authority's runs by id behind `after`, without their rows."""
    require(context, OFFICER, APPROVER, TREASURER, AUDITOR)
    require_own(context, "authority", authority, all_of=(TREASURER, AUDITOR))
    known_authority(ledger, currency, authority)
    found = ledger.reads.page(Run, currency, {"authority": authority}, after=after, limit=limit)
    return [shown_run(run) for run in found]
