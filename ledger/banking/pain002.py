"""pain.002: what the bank answers to a payment file (pain.001) or a direct debit file (pain.008).

One reader serves versions 03 to 15, with the banks' own namespaces that end in the message's name
(Switzerland's `pain.002.001.03.ch.02`). A status stands on the whole file, on a batch, on single
transactions, or on several of them; `status_of` says which one binds a transaction.
"""

import re
from dataclasses import dataclass
from typing import Final

from ledger.banking.xml import Record, read_records, root_of
from ledger.refusals import UnreadableStatement

_MESSAGE: Final = re.compile(r"pain\.002\.001\.([0-9]{2})(?![0-9])", re.ASCII)
_VERSIONS: Final = range(2, 16)
_CODE: Final = re.compile(r"[A-Z]{4}", re.ASCII)

ACCEPTED: Final = frozenset({"ACCP", "ACSP", "ACSC", "ACTC", "ACWC", "ACCC", "ACFC", "ACWP"})
"""On its way or done; only the statement proves that euros moved."""
REJECTED: Final = frozenset({"RJCT", "CANC"})
PENDING: Final = frozenset({"PDNG", "RCVD", "PATC", "PRES", "BLCK"})
PARTLY: Final = "PART"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the bank said so: a code (AC01: the account is wrong) and its own words."""

    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class TransactionStatus:
    """What became of one transaction, named by the ids that we gave it."""

    end_to_end_id: str | None
    instruction_id: str | None
    status: str | None
    """A code of four letters, or None when only its batch or file has one."""
    reasons: tuple[Reason, ...] = ()
    amount: str | None = None
    """As the bank repeats it, decimals as in the file; None when it does not."""


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """What became of one batch (PmtInf) of the file."""

    id: str
    status: str | None
    reasons: tuple[Reason, ...] = ()
    transactions: tuple[TransactionStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusReport:
    """A whole answer: `message_id` is the bank's, `original_id` the MsgId of our file."""

    format: str
    message_id: str
    original_id: str
    original_message: str
    status: str | None
    reasons: tuple[Reason, ...] = ()
    batches: tuple[BatchStatus, ...] = ()

    def status_of(self, batch: str, end_to_end_id: str) -> tuple[str | None, tuple[Reason, ...]]:
        """Give the status that binds a transaction of our file, and why.

        Its own decides, else its batch's, else the file's. A status that only says that some
        were refused (PART) binds nobody: who is not named among them has none, None.
        """
        found: tuple[str | None, tuple[Reason, ...]] = (self.status, self.reasons)
        for each in self.batches:
            if each.id != batch:
                continue
            if each.status is not None:
                found = each.status, each.reasons
            for transaction in each.transactions:
                if transaction.end_to_end_id == end_to_end_id and transaction.status is not None:
                    found = transaction.status, transaction.reasons
        return (None, ()) if found[0] == PARTLY else found


_REASON: Final = ("StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry", "StsRsnInf/AddtlInf")
_HEAD: Final = "Document/CstmrPmtStsRpt"
_WANTED: Final = {
    f"{_HEAD}/GrpHdr": ("MsgId",),
    f"{_HEAD}/OrgnlGrpInfAndSts": ("OrgnlMsgId", "OrgnlMsgNmId", "GrpSts", *_REASON),
    f"{_HEAD}/OrgnlPmtInfAndSts": ("OrgnlPmtInfId", "PmtInfSts", *_REASON),
    f"{_HEAD}/OrgnlPmtInfAndSts/TxInfAndSts": (
        "OrgnlInstrId",
        "OrgnlEndToEndId",
        "TxSts",
        "OrgnlTxRef/Amt/InstdAmt",
        *_REASON,
    ),
}


def message_of(namespace: str) -> str | None:
    """Return the message a namespace stands for ("pain.002.001.03"), None if it is not read."""
    match = _MESSAGE.search(namespace)
    return match[0] if match and int(match[1]) in _VERSIONS else None


def is_status_report(data: bytes) -> bool:
    """Say whether this is a pain.002; raises UnreadableStatement for hostile or broken XML."""
    return message_of(root_of(data)[0]) is not None


def read_status_report(data: bytes) -> StatusReport:
    """Read the bank's answer to a payment file.

    Raises UnreadableStatement when it is not well-formed, not a pain.002, or does not say which
    file, batch or status it means.
    """
    namespace, root = root_of(data)
    message = message_of(namespace)
    if message is None or root != "Document":
        raise UnreadableStatement(why=f"{root[:40]!r} in {namespace[:80]!r} is not a pain.002")
    header: Record | None = None
    group: Record | None = None
    batches: list[BatchStatus] = []
    transactions: list[TransactionStatus] = []
    for record in read_records(data, namespace, _WANTED):
        if record.name == "GrpHdr":
            header = record
        elif record.name == "OrgnlGrpInfAndSts":
            group = record
        elif record.name == "TxInfAndSts":
            transactions.append(_transaction(record))
        else:
            batches.append(_batch(record, transactions))
            transactions = []
    if header is None or group is None:
        raise UnreadableStatement(why="the answer names neither itself nor the file it is about")
    return StatusReport(
        format=message,
        message_id=_needed(header, "MsgId"),
        original_id=_needed(group, "OrgnlMsgId"),
        original_message=group.first("OrgnlMsgNmId") or "",
        status=_status(group, "GrpSts"),
        reasons=_reasons(group),
        batches=tuple(batches),
    )


def _batch(record: Record, transactions: list[TransactionStatus]) -> BatchStatus:
    return BatchStatus(
        id=_needed(record, "OrgnlPmtInfId"),
        status=_status(record, "PmtInfSts"),
        reasons=_reasons(record),
        transactions=tuple(transactions),
    )


def _transaction(record: Record) -> TransactionStatus:
    return TransactionStatus(
        end_to_end_id=record.first("OrgnlEndToEndId"),
        instruction_id=record.first("OrgnlInstrId"),
        status=_status(record, "TxSts"),
        reasons=_reasons(record),
        amount=record.first("OrgnlTxRef/Amt/InstdAmt"),
    )


def _needed(record: Record, path: str) -> str:
    text = record.first(path)
    if text is None:
        raise UnreadableStatement(why=f"{record.name} has no {path}")
    return text


def _status(record: Record, path: str) -> str | None:
    text = record.exact(path)
    if text is None:
        return None
    text = text.strip()
    known = text in ACCEPTED | REJECTED | PENDING or text == PARTLY
    if _CODE.fullmatch(text) is None or not known:
        raise UnreadableStatement(why=f"{record.name}: {text[:20]!r} is not a status")
    return text


def _reasons(record: Record) -> tuple[Reason, ...]:
    """Pair codes with the bank's words; a bank that gives one of them only is heard too."""
    codes = record.every("StsRsnInf/Rsn/Cd") + record.every("StsRsnInf/Rsn/Prtry")
    words = " ".join(record.every("StsRsnInf/AddtlInf"))
    if not codes:
        return (Reason("", words),) if words else ()
    return (Reason(codes[0], words), *(Reason(code) for code in codes[1:]))
