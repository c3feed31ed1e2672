"""What the bank answers to our files (pain.002): which payments it took, and which it refused."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from ledger.banking.pain002 import REJECTED, Reason, StatusReport, read_status_report
from ledger.banking.references import end_to_end_id
from ledger.books.context import Context
from ledger.books.journal import Json, Plan
from ledger.books.papers import FundOrder, PaymentFile, Redemption, Rulebook
from ledger.books.standing import Collection
from ledger.operations.access import TREASURER, require
from ledger.operations.ledger import Ledger
from ledger.operations.payout import file_needs, known_file, papers_in
from ledger.refusals import NotIdentified, Unknown
from ledger.rules.payout import REJECTED as REFUSED
from ledger.rules.payout import Answer, Payable, plan_heard
from ledger.store.shelf import Needs, Shelf

_NONE: Final[Answer] = ("", "")


@dataclass(frozen=True, slots=True)
class HearBank:
    """Apply the bank's answer to a file: to the whole, and to single payments by reference."""

    file: str
    whole: Answer
    single: tuple[tuple[str, Answer], ...]

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        return file_needs(self.file)

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, TREASURER)
        file = known_file(shelf, self.file)
        papers = papers_in(shelf, file.id)
        return plan_heard(file, papers, whole=self.whole, single=dict(self.single))


def hear_bank(ledger: Ledger, currency: str, context: Context, *, data: bytes) -> dict[str, Json]:
    """Read a pain.002 and apply it; the same answer again changes nothing.

    Raises UnreadableStatement, or Unknown for a file that is none of ours.
    """
    require(context, TREASURER)
    ledger.reads.rulebook(currency)
    report = read_status_report(data)
    names = [report.original_id.upper()]
    found = ledger.reads.having(PaymentFile, currency, "message_id", names)
    if not found:
        raise Unknown(what="payment file", id=report.original_id)
    (file,) = found
    papers: list[Payable] = [
        *ledger.reads.having(Redemption, currency, "file", [file.id]),
        *ledger.reads.having(FundOrder, currency, "file", [file.id]),
        *ledger.reads.having(Collection, currency, "file", [file.id]),
    ]
    operation = HearBank(file.id, _whole(report), tuple(_single(report, papers)))
    # Harmless to repeat by itself, so the key is new each time.
    step = replace(context, key=f"answer:{context.fresh_id}")
    answer = ledger.post_and_wait(currency, operation, step)
    if answer.refused:  # the role was checked above, so the credential is gone
        raise NotIdentified
    return answer.json()


def _whole(report: StatusReport) -> Answer:
    """Give the answer to the whole file; what is said of its only batch is said of it."""
    if report.status is None and len(report.batches) == 1:
        (batch,) = report.batches
        return _answer(batch.status, batch.reasons)
    return _answer(report.status, report.reasons)


def _single(report: StatusReport, papers: Iterable[Payable]) -> Iterable[tuple[str, Answer]]:
    for paper in papers:
        name = end_to_end_id(paper.reference)
        for batch in report.batches:
            if any(each.end_to_end_id == name for each in batch.transactions):
                yield paper.reference, _answer(*report.status_of(batch.id, name))


def _answer(status: str | None, reasons: tuple[Reason, ...]) -> Answer:
    if status is None:
        return _NONE
    return (REFUSED if status in REJECTED else status, reasons[0].code if reasons else "")
