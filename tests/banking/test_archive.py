"""A zip of bank files: read file by file, and refused whole when any part of it is not plain."""

import io
import zipfile
from itertools import count

import pytest

from ledger.banking import archive
from ledger.banking.archive import unpacked
from ledger.banking.detect import read_statements
from ledger.refusals import UnreadableStatement
from tests.banking import camt_files as camt
from tests.banking import cfonb_files as cfonb

CAMT = camt.one(camt.balance("OPBD", "1.00"), camt.balance("CLBD", "21.00"), camt.entry())
CFONB = cfonb.file(cfonb.opening(0), cfonb.closing(0))


def zipped(
    files: dict[str, bytes] | list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Make a zip."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as opened:
        for name, content in files.items() if isinstance(files, dict) else files:
            opened.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_each_file_is_read_in_turn(method: int) -> None:
    files = {"mars/a.xml": CAMT, "mars/": b"", "b.txt": CFONB, "__MACOSX/._b.txt": b"junk"}
    statements = read_statements(zipped(files, method), "mars.zip")
    assert [statement.format for statement in statements] == ["camt.053.001.08", "cfonb120"]


def test_what_is_no_zip_passes_as_it_is() -> None:
    assert unpacked(CAMT, "a.xml") == [("a.xml", CAMT)]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "is empty"),
        ({"a/": b""}, "is empty"),
        ({"a.zip": zipped({"b": CAMT})}, "a zip inside of a zip"),
        ({"../a.xml": CAMT}, "leads out"),
        ({"/etc/a.xml": CAMT}, "leads out"),
        ({"a\\..\\b.xml": CAMT}, "leads out"),
        ({"bomb.xml": b"\0" * 2**22}, "grows more than"),
        ({"a.xml": CAMT, "b.pdf": b"%PDF-1.7"}, "'b.pdf' is not a bank statement"),
        ({str(n): CAMT for n in range(101)}, "more than 100 files"),
    ],
    ids=count(),
)
def test_what_is_not_plain_is_refused(files: dict[str, bytes], why: str) -> None:
    with pytest.raises(UnreadableStatement, match=why):
        read_statements(zipped(files), "a.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(UnreadableStatement, match="two files of one name"):
        read_statements(zipped([("a.xml", CAMT), ("a.xml", CFONB)]))


def test_other_methods_and_passwords_are_refused() -> None:
    with pytest.raises(UnreadableStatement, match="packed in a way"):
        read_statements(zipped({"a.xml": CAMT}, zipfile.ZIP_LZMA))
    data = bytearray(zipped({"a.xml": CAMT}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableStatement, match="needs a password"):
        read_statements(bytes(data))


def test_a_size_that_lies_is_refused() -> None:
    data = bytearray(zipped({"a.xml": CAMT}, zipfile.ZIP_STORED))
    central = data.index(b"PK\x01\x02")
    for place in (22, central + 24):  # the unpacked size, told twice
        data[place : place + 4] = (len(CAMT) // 2).to_bytes(4, "little")
    with pytest.raises(UnreadableStatement, match=r"is damaged|as long as it says"):
        read_statements(bytes(data))


def test_together_they_may_not_be_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", len(CAMT) + 1)
    with pytest.raises(UnreadableStatement, match="unpacked it is larger"):
        read_statements(zipped({"a.xml": CAMT, "b.txt": CFONB}))


def test_every_cut_and_every_damage_is_refused() -> None:
    whole = zipped({"a.xml": CAMT})
    for end in range(4, len(whole), 7):
        with pytest.raises(UnreadableStatement):
            read_statements(whole[:end])
    for place in range(0, len(whole), 3):
        damaged = whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]
        try:
            (statement,) = read_statements(damaged)
        except UnreadableStatement:
            continue
        assert statement.balanced  # the damage hit a date or an attribute of the zip
