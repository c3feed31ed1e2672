"""Reconciliations: what bank and books say of a day, prepared by one person, signed by another."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import orjson

from ledger.books.closings import (
    CLOSES,
    LAST,
    Backdated,
    Closing,
    Reconciliation,
    Remark,
)
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import Rulebook
from ledger.operations.access import TREASURER, require
from ledger.operations.challenge import Agreement, agreed
from ledger.operations.checkpoint import make_checkpoint
from ledger.operations.checkpoint import shown as shown_checkpoint
from ledger.operations.evidence import picture_of
from ledger.operations.ledger import Answer, Ledger
from ledger.operations.month_report import report_of
from ledger.proof.certificate import sign_certificate
from ledger.refusals import (
    BooksMoved,
    ItemsOpen,
    KeyReused,
    Malformed,
    NotInState,
    PeriodNotOver,
    SamePerson,
    Unknown,
)
from ledger.rules.month_end import Picture, Problem, last_month_end, problems_of
from ledger.store.shelf import Needs, Shelf

__all__ = ["last_month_end"]


@dataclass(frozen=True, slots=True)
class PrepareReconciliation:
    """Prepare the signature of a day, with the report that was read before."""

    on: date
    report: str
    as_of: int
    blocking: tuple[str, ...]

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Reconciliation, self.on.isoformat()), (Backdated, LAST)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        _check_over(shelf, self.on)
        _check_still(shelf, self.on, self.as_of)
        if self.blocking:
            raise ItemsOpen(count=len(self.blocking), first=self.blocking[0])
        digest = hashlib.sha256(self.report.encode()).hexdigest()
        prepared = Reconciliation(
            id=self.on.isoformat(),
            report=self.report,
            digest=digest,
            as_of=self.as_of,
            prepared_at=shelf.at,
            prepared_by=context.person,
            prepared_entry=shelf.next_number,
        )
        return Plan(
            kind="reconciliation-prepared",
            papers=(prepared,),
            facts={"on": prepared.id, "report": digest, "as_of": self.as_of},
            sealed=True,
            answer=shown(prepared),
        )


@dataclass(frozen=True, slots=True)
class SignReconciliation:
    """Countersign what another person prepared: the period is closed from now on."""

    on: date
    digest: str = ""
    """Of the report that was seen; empty signs whatever was prepared last."""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs(papers=((Reconciliation, self.on.isoformat()), (Backdated, LAST)))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        prepared = shelf.paper(Reconciliation, self.on.isoformat())
        if prepared is None:
            raise Unknown(what="reconciliation", id=self.on.isoformat())
        if prepared.state != "prepared":
            raise NotInState(
                what="reconciliation", id=prepared.id, state=prepared.state, needed="prepared"
            )
        if prepared.prepared_by == context.person:
            raise SamePerson
        _check_over(shelf, self.on)
        _check_still(shelf, self.on, prepared.as_of)
        if self.digest not in {"", prepared.digest}:
            raise BooksMoved(day=prepared.id)
        signed = replace(
            prepared,
            state="signed",
            signed_at=shelf.at,
            signed_by=context.person,
            signed_entry=shelf.next_number,
        )
        plan = Plan(
            kind="reconciliation-signed",
            papers=(signed, Closing(self.on, shelf.next_number, "reconciliation")),
            facts={"on": signed.id, "report": signed.digest, CLOSES: signed.id},
            sealed=True,
            answer=shown(signed),
        )
        agreement = Agreement("reconciliation", signed.id, "", "")
        return agreed(shelf, context, plan, agreement)


@dataclass(frozen=True, slots=True)
class NoteItem:
    """Note who looks after an item of a difference, or what it comes from."""

    item: str
    owner: str = ""
    cause: str = ""

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return Needs()

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        owner, cause = self.owner.strip(), self.cause.strip()
        if not (owner or cause):
            detail = "name who looks after it, or what it comes from"
            raise Malformed([{"pointer": "/owner", "detail": detail}])
        remark = Remark(self.item, owner, cause, shelf.at, context.person)
        return Plan(
            kind="remark",
            papers=(remark,),
            facts={"item": self.item},
            memo=f"{owner}: {cause}",
            sealed=True,
            answer={"item": self.item, "owner": owner, "cause": cause},
        )


def _check_over(shelf: Shelf, on: date) -> None:
    closed = shelf.book.closed_until
    if on >= shelf.today or (closed is not None and on <= closed):
        raise PeriodNotOver(day=on.isoformat())


def _check_still(shelf: Shelf, on: date, as_of: int) -> None:
    """Refuse figures that an entry counting on an earlier day may have changed since."""
    last = shelf.paper(Backdated, LAST)
    if last is not None and last.entry > as_of:
        raise BooksMoved(day=on.isoformat())


def reconcile(
    ledger: Ledger, currency: str, on: date
) -> tuple[Picture, list[Problem], dict[str, Json]]:
    """Compare bank and books of a day: what was found, what is wrong, and the report of both."""
    book, head = ledger.reads.rulebook(currency)
    picture = picture_of(ledger, book, on, head.number)
    problems = problems_of(picture)
    return picture, problems, report_of(book, picture, problems, as_of=head.number)


def prepare(ledger: Ledger, currency: str, context: Context, on: date) -> Answer:
    """Prepare a day for the second signature; the same key gives the same answer again."""
    require(context, TREASURER)
    known = None
    if context.key and not context.preview:
        known = ledger.reads.operation(currency, context.actor, context.key)
    if known is not None:
        body = orjson.loads(known.answer)
        if body.get("on", on.isoformat()) != on.isoformat():
            raise KeyReused
        return Answer(known.status, known.answer, known.entry, replayed=True)
    _, problems, report = reconcile(ledger, currency, on)
    operation = PrepareReconciliation(
        on=on,
        report=canonical(report),
        as_of=int(str(report["as_of"])),
        blocking=tuple(problem.sentence for problem in problems if problem.blocking),
    )
    return ledger.post_and_wait(currency, operation, context)


def canonical(report: Mapping[str, Json]) -> str:
    """Write a report as the one text that is hashed: JSON with sorted keys and no spaces."""
    return orjson.dumps(dict(report), option=orjson.OPT_SORT_KEYS).decode()


def known(ledger: Ledger, currency: str, on: date) -> Reconciliation:
    """Give a day's reconciliation, or refuse one that nobody prepared."""
    ledger.reads.rulebook(currency)
    found = ledger.reads.paper(Reconciliation, currency, on.isoformat())
    if found is None:
        raise Unknown(what="reconciliation", id=on.isoformat())
    return found


def certificate(ledger: Ledger, currency: str, context: Context, on: date) -> bytes:
    """Give the certificate of a signed day: the same bytes each time.

    It names the first checkpoint that covers the signature; one is made if there is none yet.
    Raises Unknown, or NotInState for a day that is not signed yet.
    """
    one = known(ledger, currency, on)
    if one.state != "signed" or one.signed_entry is None or one.signed_at is None:
        raise NotInState(what="reconciliation", id=one.id, state=one.state, needed="signed")
    covering = ledger.reads.checkpoints(currency, after=one.signed_entry - 1, limit=1)
    if not covering:
        make_checkpoint(ledger, currency, context)
        covering = ledger.reads.checkpoints(currency, after=one.signed_entry - 1, limit=1)
    book, _ = ledger.reads.rulebook(currency)
    told = {
        "name": book.name,
        "report": orjson.loads(one.report),
        "report_sha256": one.digest,
        "signed": [
            {
                "person": one.prepared_by,
                "at": one.prepared_at.isoformat(),
                "entry": one.prepared_entry,
            },
            {"person": one.signed_by, "at": one.signed_at.isoformat(), "entry": one.signed_entry},
        ],
        "checkpoint": shown_checkpoint(covering[0]),
    }
    return sign_certificate(ledger.key, told)


def list_reconciliations(
    ledger: Ledger, currency: str, *, after: str, limit: int
) -> list[dict[str, Json]]:
    """List the days that were prepared or signed, by day behind `after`."""
    ledger.reads.rulebook(currency)
    found = ledger.reads.page(Reconciliation, currency, {}, after=after, limit=limit)
    return [shown(each) for each in found]


def shown(one: Reconciliation) -> dict[str, Json]:
    """Show a reconciliation, its report included."""
    report: Json = orjson.loads(one.report)
    return {
        "on": one.id,
        "state": one.state,
        "as_of": one.as_of,
        "report_sha256": one.digest,
        "prepared_by": one.prepared_by,
        "prepared_at": one.prepared_at.isoformat(),
        "signed_by": one.signed_by,
        "signed_at": one.signed_at.isoformat() if one.signed_at else None,
        "report": report,
    }
