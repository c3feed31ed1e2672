"""Rows of a run of disbursements, as people write them in a sheet."""

from collections.abc import Sequence
from typing import Final

from ledger.banking.sheets import HIDDEN, Cells, place_of, read_cells, refuse
from ledger.books.disbursements import RowAsked

LONGEST_CELL: Final = 200
_HEADS: Final = {
    "member": "member",
    "membre": "member",
    "identifiant": "member",
    "euros": "euros",
    "montant": "euros",
    "kind": "kind",
    "nature": "kind",
}
_WANTED: Final = ("member", "euros", "kind")


def read_rows(content: bytes) -> list[RowAsked]:
    """Read the rows of a file; raises UnreadableRows for one that is no such sheet."""
    columns: list[str] = []
    found: list[RowAsked] = []
    for number, cells in read_cells(content):
        if not columns:
            columns = _columns(number, [said for said, _ in cells])
            continue
        if any(said for said, _ in cells[len(columns) :]):
            refuse(f"cell {place_of(len(columns), number)} stands under no heading")
        found.append(_row(number, columns, cells))
    if not found:
        refuse("there is a heading `member`, `euros`, `kind`, and rows under it")
    return found


def _columns(number: int, heads: Sequence[str]) -> list[str]:
    names = [_HEADS.get(head.strip().casefold(), "") for head in heads]
    while names and not heads[len(names) - 1].strip():
        names.pop()
    for place, name in enumerate(names):
        if not name or names.count(name) > 1:
            refuse(
                f"cell {place_of(place, number)} is none of the headings member, euros, kind, once"
            )
    missing = [name for name in _WANTED if name not in names]
    if missing:
        refuse(f"row {number} lacks the heading {missing[0]}")
    return names


def _row(number: int, columns: Sequence[str], cells: Cells) -> RowAsked:
    said = dict.fromkeys(_WANTED, "")
    fault, place = "", f"row {number}"
    for column, (name, (text, wrong)) in enumerate(zip(columns, cells, strict=False)):
        said[name] = text.strip()[:LONGEST_CELL]
        if wrong and not fault:
            fault = wrong
            place = place if wrong == HIDDEN else place_of(column, number)
        elif not fault and name == "euros":
            place = place_of(column, number)
    return RowAsked(said["member"], said["euros"], said["kind"], place, fault)
