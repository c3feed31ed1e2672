"""The FEC: the file of accounting entries that French law asks for (LPF A47 A-1), 18 columns.

Lines in the order of validation, tab between columns, comma before decimals, days as YYYYMMDD.
The file's name is the SIREN, `FEC` and the last day of the year.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.money import format_minor

COLUMNS: Final = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)
SEPARATOR: Final = "\t"
END: Final = "\r\n"
_LINES_AT_ONCE: Final = 500
_FLAT: Final = str.maketrans("\t\r\n|", "    ")


@dataclass(frozen=True, slots=True)
class FecLine:
    """One line of the file; amounts are minor units with `decimals` decimals."""

    journal: str
    journal_name: str
    number: int
    day: date
    account: str
    account_name: str
    auxiliary: str
    """Also its own name: members are pseudonymous ids, so that erasing a person changes nothing."""
    piece: str
    piece_day: date
    label: str
    amount: int
    """A debit, or a credit when negative."""
    decimals: int
    valid_day: date
    letter: str = ""
    letter_day: date | None = None


def fec_name(siren: str, last_day: date) -> str:
    """Name the file of a year that ends on a day."""
    return f"{siren}FEC{last_day:%Y%m%d}.txt"


def fec_pieces(lines: Iterable[FecLine]) -> Iterator[bytes]:
    """Write the file in pieces of UTF-8."""
    piece = [SEPARATOR.join(COLUMNS)]
    for line in lines:
        piece.append(SEPARATOR.join(_cells(line)))
        if len(piece) >= _LINES_AT_ONCE:
            yield (END.join(piece) + END).encode()
            piece.clear()
    yield "".join(text + END for text in piece).encode()


def _cells(line: FecLine) -> tuple[str, ...]:
    debit, credit = max(line.amount, 0), max(-line.amount, 0)
    return tuple(
        text.translate(_FLAT)
        for text in (
            line.journal,
            line.journal_name,
            str(line.number),
            _day(line.day),
            line.account,
            line.account_name,
            line.auxiliary,
            line.auxiliary,
            line.piece,
            _day(line.piece_day),
            line.label,
            _amount(debit, line.decimals),
            _amount(credit, line.decimals),
            line.letter,
            _day(line.letter_day) if line.letter_day else "",
            _day(line.valid_day),
            "",
            "",
        )
    )


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _amount(minor: int, decimals: int) -> str:
    return format_minor(minor, decimals).replace(".", ",")
