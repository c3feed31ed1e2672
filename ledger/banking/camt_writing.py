"""Write a camt.053 statement, as a bank would: for demos and tests, read by our own reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from ledger.money import format_minor

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


@dataclass(frozen=True, slots=True)
class Movement:
    """A booked line: euro cents, positive came in."""

    on: date
    amount: int
    bank_reference: str
    words: str
    name: str = ""
    iban: str = ""


def written_statement(  # noqa: PLR0913 - what a statement says, each named at the call
    *, number: str, iban: str, opening: int, since: date, until: date, movements: Sequence[Movement]
) -> bytes:
    """Write the statement of an account from a day to a day, `opening` in euro cents."""
    closing = opening + sum(each.amount for each in movements)
    parts = [_balance("OPBD", opening, since), _balance("CLBD", closing, until)]
    parts += [_entry(each) for each in movements]
    holder = f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
    told = f"<Stmt><Id>{escape(number)}</Id>{holder}{''.join(parts)}</Stmt>"
    head = f"<GrpHdr><MsgId>{escape(number)}</MsgId></GrpHdr>"
    text = f'<Document xmlns="{_NAMESPACE}"><BkToCstmrStmt>{head}{told}</BkToCstmrStmt></Document>'
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode()


def _amount(cents: int) -> str:
    sign = "CRDT" if cents >= 0 else "DBIT"
    return f'<Amt Ccy="EUR">{format_minor(abs(cents), 2)}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def _balance(kind: str, cents: int, on: date) -> str:
    tp = f"<Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
    return f"<Bal>{tp}{_amount(cents)}<Dt><Dt>{on}</Dt></Dt></Bal>"


def _entry(each: Movement) -> str:
    party = "Dbtr" if each.amount > 0 else "Cdtr"
    who = f"<{party}><Pty><Nm>{escape(each.name)}</Nm></Pty></{party}>" if each.name else ""
    if each.iban:
        who += f"<{party}Acct><Id><IBAN>{each.iban}</IBAN></Id></{party}Acct>"
    parties = f"<RltdPties>{who}</RltdPties>" if who else ""
    words = f"<RmtInf><Ustrd>{escape(each.words)}</Ustrd></RmtInf>"
    return (
        f"<Ntry>{_amount(each.amount)}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{each.on}</Dt></BookgDt><ValDt><Dt>{each.on}</Dt></ValDt>"
        f"<AcctSvcrRef>{each.bank_reference}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls>{parties}{words}</TxDtls></NtryDtls></Ntry>"
    )
