"""One entry of a camt message: its amount and direction, its dates, and the payments inside it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from sys import intern
from typing import Final

from ledger.banking.statements import Detail, Direction, Line
from ledger.banking.xml import Record
from ledger.refusals import UnreadableStatement

BOOKED: Final = "BOOK"

_IDS: Final = (
    "Refs/AcctSvcrRef",
    "Refs/InstrId",
    "Refs/TxId",
    "Refs/UETR",
    "Refs/PmtInfId",
    "Refs/MsgId",
    "Refs/MndtId",
    "Refs/ChqNb",
    "Refs/ClrSysRef",
    "Refs/Prtry/Ref",
    "RltdPties/DbtrAcct/Id/Othr/Id",
    "RltdPties/CdtrAcct/Id/Othr/Id",
    "Purp/Cd",
)
DETAIL_FIELDS: Final = (
    *_IDS,
    "Refs/EndToEndId",
    "Amt",
    "CdtDbtInd",
    "AmtDtls/TxAmt/Amt",
    "RltdPties/Dbtr/Nm",
    "RltdPties/Dbtr/Pty/Nm",
    "RltdPties/DbtrAcct/Id/IBAN",
    "RltdPties/Cdtr/Nm",
    "RltdPties/Cdtr/Pty/Nm",
    "RltdPties/CdtrAcct/Id/IBAN",
    "RmtInf/Ustrd",
    "RmtInf/Strd/CdtrRefInf/Ref",
    "RmtInf/Strd/AddtlRmtInf",
    "RtrInf/Rsn/Cd",
    "RtrInf/Rsn/Prtry",
    "AddtlTxInf",
)
ENTRY_FIELDS: Final = (
    "Amt",
    "CdtDbtInd",
    "RvslInd",
    "Sts",
    "Sts/Cd",
    "Sts/Prtry",
    "BookgDt/Dt",
    "BookgDt/DtTm",
    "ValDt/Dt",
    "ValDt/DtTm",
    "AcctSvcrRef",
    "AddtlNtryInf",
)

_AMOUNT: Final = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,5})?", re.ASCII)
_MAX_DIGITS: Final = 18
_DATE: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T[0-9:.]{5,18})?(?:Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII
)
_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_DIRECTIONS: Final = {"CRDT": Direction.CREDIT, "DBIT": Direction.DEBIT}
_YES_NO: Final = {None: False, "false": False, "0": False, "true": True, "1": True}


def read_amount(record: Record, path: str, place: str) -> tuple[Decimal, str]:
    """Read an amount and its currency: digits, at most five decimals, nothing else.

    Raises UnreadableStatement for a sign, an exponent, a comma, a space, or a missing currency.
    """
    text = record.exact(path)
    if text is None:
        raise UnreadableStatement(why=f"{place}: the amount is missing")
    if _AMOUNT.fullmatch(text) is None or len(text.replace(".", "")) > _MAX_DIGITS:
        raise UnreadableStatement(why=f"{place}: {text[:40]!r} is not an amount")
    currency = record.exact(f"{path}@Ccy")
    if currency is None:
        raise UnreadableStatement(why=f"{place}: the amount has no currency")
    return Decimal(text), read_currency(currency, place)


def read_currency(text: str, place: str) -> str:
    """Read a currency code of three capitals."""
    if _CURRENCY.fullmatch(text) is None:
        raise UnreadableStatement(why=f"{place}: {text[:40]!r} is not a currency")
    return intern(text)


def read_direction(record: Record, place: str) -> Direction | None:
    """Read CdtDbtInd, None when it is absent; another word than CRDT and DBIT is refused."""
    text = record.exact("CdtDbtInd")
    if text is None:
        return None
    if text not in _DIRECTIONS:
        raise UnreadableStatement(why=f"{place}: {text[:40]!r} is neither CRDT nor DBIT")
    return _DIRECTIONS[text]


def read_day(record: Record, path: str, place: str) -> date | None:
    """Read a date, or the day of a date and time as the bank wrote it; None when absent."""
    text = record.first(f"{path}/Dt", f"{path}/DtTm")
    if text is None:
        return None
    day = _day(text)
    if day is None:
        raise UnreadableStatement(why=f"{place}: {text[:40]!r} is not a date")
    return day


def read_line(record: Record, details: Sequence[Record], account: str | None, place: str) -> Line:
    """Read an entry and the records of its details. `account` is ours, to know the other party.

    CdtDbtInd already tells which way the money went: a reversal (RvslInd) is not turned around.
    """
    amount, currency = read_amount(record, "Amt", place)
    direction = read_direction(record, place)
    if direction is None:
        raise UnreadableStatement(why=f"{place}: nothing says whether it is a credit or a debit")
    reversal = record.exact("RvslInd")
    if reversal not in _YES_NO:
        raise UnreadableStatement(why=f"{place}: RvslInd is {str(reversal)[:40]!r}")
    line = Line(
        amount=amount,
        currency=currency,
        direction=direction,
        booked_on=read_day(record, "BookgDt", place),
        value_on=read_day(record, "ValDt", place),
        status=intern(record.first("Sts/Cd", "Sts/Prtry", "Sts") or BOOKED),
        reversal=_YES_NO[reversal],
        text=" ".join(record.every("AddtlNtryInf")),
        bank_reference=_bank_reference(record, details),
    )
    return _with_details(line, details, account, place)


def _bank_reference(record: Record, details: Sequence[Record]) -> str | None:
    """Take the reference of the entry, else that of its only detail: some banks put it there."""
    own = record.first("AcctSvcrRef")
    return own if own or len(details) != 1 else details[0].first("Refs/AcctSvcrRef")


def _with_details(line: Line, records: Sequence[Record], account: str | None, place: str) -> Line:
    if not records:
        return line
    details = tuple(
        _read_detail(record, line, account, f"{place}, detail {position}", alone=len(records) == 1)
        for position, record in enumerate(records, start=1)
    )
    return replace(line, details=details)


def _read_detail(
    record: Record, line: Line, account: str | None, place: str, *, alone: bool
) -> Detail:
    amount, currency = _detail_amount(record, line, place, alone=alone)
    end_to_end = record.first("Refs/EndToEndId")
    name, iban = _counterparty(record, line, account)
    return Detail(
        amount=amount,
        currency=currency,
        direction=read_direction(record, place) or line.direction,
        end_to_end_id=None if end_to_end == "NOTPROVIDED" else end_to_end,
        references=record.every("RmtInf/Strd/CdtrRefInf/Ref"),
        text=" ".join(
            record.every("RmtInf/Ustrd")
            + record.every("RmtInf/Strd/AddtlRmtInf")
            + record.every("AddtlTxInf")
        ),
        counterparty=name,
        counterparty_iban=iban,
        ids=tuple(
            (path, text) for path in _IDS if path in record.fields for text in record.every(path)
        ),
        return_reason=record.first("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
    )


def _detail_amount(
    record: Record, line: Line, place: str, *, alone: bool
) -> tuple[Decimal | None, str | None]:
    """Read the share of a detail; the only detail of a line is worth the line."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        if path in record.fields or f"{path}@Ccy" in record.fields:
            return read_amount(record, path, place)
    return (line.amount, line.currency) if alone else (None, None)


def _counterparty(record: Record, line: Line, account: str | None) -> tuple[str | None, str | None]:
    """Find who is on the other side: the debtor of a credit, the creditor of a debit.

    The parties of a reversal stay those of the payment it undoes, so the sides change; and the
    side that holds our own account is never the other one.
    """
    sides = ["Dbtr", "Cdtr"]
    if (line.direction is Direction.DEBIT) is not line.reversal:
        sides.reverse()
    for side in sides:
        iban = _bare(record.first(f"RltdPties/{side}Acct/Id/IBAN"))
        name = record.first(f"RltdPties/{side}/Nm", f"RltdPties/{side}/Pty/Nm")
        if (name or iban) and (iban is None or iban != _bare(account)):
            return name, iban
    return None, None


def _bare(account: str | None) -> str | None:
    return None if account is None else account.replace(" ", "").upper()


@lru_cache(maxsize=512)
def _day(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        return None
