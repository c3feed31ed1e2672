"""Hostile files in every format: a refusal with a sentence, within a second and 200 MB.

`test_xml` floods the XML reader; here are the text formats, the zips, and the sheer size of all.
"""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import cache

import pytest

from ledger.banking.detect import read_statements
from ledger.banking.pain002 import read_status_report
from ledger.refusals import UnreadableStatement
from tests.banking.pace import USUAL, loop, spends_less
from tests.banking.test_archive import zipped
from tests.banking.test_csv import CIC
from tests.banking.test_mt940 import message
from tests.banking.test_ofx import HEADER, ofx
from tests.banking.test_pain002 import report

SIZE = 20 * 2**20
SECONDS = 1
MOST_MEMORY = 200 * 2**20
CSV_HEAD = CIC.splitlines()[0] + "\n"
ROW = "02/03/2026;02/03/2026;;20,00;VIR;20,00\n"
MT940_HEAD = ":20:X\n:25:DE1\n:28C:1\n:60F:C260301EUR0,00\n"


def flood(start: str, again: str, size: int = SIZE) -> Callable[[], bytes]:
    """Make a file that begins one way and then says the same thing until it is large."""
    return lambda: (start + again * (size // len(again.encode()))).encode()[:size]


def nested(depth: int) -> bytes:
    content = b"hello"
    for level in range(depth):
        content = zipped({f"{level}.zip": content}, zipfile.ZIP_STORED)
    return content


@cache
def crowded() -> bytes:
    """Make a zip of many entries that share one small content."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for number in range(50_000):
            opened.writestr(str(number), b"")
    return made.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "mt940: fields without end": flood(MT940_HEAD, ":86:x\n"),
    "mt940: movements without end": flood(MT940_HEAD, ":61:260302C1,00NTRFNONREF\n"),
    "mt940: a field without end": flood(MT940_HEAD + ":86:", "x\n"),
    "mt940: a line without end": flood(MT940_HEAD + ":86:", "x"),
    "mt940: braces without end": flood(MT940_HEAD + ":86:", "{1:"),
    "mt940: messages without end": flood("", ":20:X\n"),
    "mt940: words with codes without end": flood(
        MT940_HEAD + ":61:260302C1,00NTRFNONREF\n:86:", "/EREF/" * 3000 + "\n"
    ),
    "mt940: white space before a field": flood(MT940_HEAD, " " * 19_999 + "\n"),
    "ofx: elements without end": flood(HEADER + "<OFX>", "<A>"),
    "ofx: movements without end": flood(HEADER + "<OFX>", "<STMTTRN></STMTTRN>"),
    "ofx: comments that never end": flood(HEADER + "<OFX>", "<!--"),
    "ofx: sections that never end": flood(HEADER + "<OFX>", "<![CDATA["),
    "ofx: instructions that never end": flood(HEADER + "<OFX>", "<?"),
    "ofx: a name without end": flood(HEADER + "<OFX><", "A"),
    "ofx: a value without end": flood(HEADER + "<OFX><CURDEF>", "9"),
    "ofx: smaller-than without end": flood(HEADER + "<OFX>", "<"),
    "ofx: entities": lambda: (
        b'<!DOCTYPE OFX [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + b"<OFX>&a;</OFX>"
    ),
    "csv: rows without end": flood(CSV_HEAD, ROW),
    "csv: blank rows without end": flood(CSV_HEAD, "\n"),
    "csv: carriage returns without end": flood(CSV_HEAD, "\r"),
    "csv: cells without end": flood(CSV_HEAD, ";"),
    "csv: columns without end": flood(CSV_HEAD.strip(), ";x" * 9_000, 19_000),
    "csv: an open quote": flood(CSV_HEAD + '"', "x\n"),
    "csv: quotes without end": flood(CSV_HEAD, '"'),
    "csv: a number without end": flood(CSV_HEAD + "02/03/2026;02/03/2026;;", "9"),
    "csv: a picture character each": flood(CSV_HEAD, "\U0001f600\n"),
    "csv: NUL without end": flood(CSV_HEAD, "\0"),
    "zip: a bomb": lambda: zipped({"a.xml": b"<a>" * 2**22}),
    "zip: many bombs": lambda: zipped({f"{n}.xml": b"\0" * 2**20 for n in range(90)}),
    "zip: zips in zips": lambda: nested(30),
    "zip: entries without end": crowded,
    "zip: twenty megabytes of nothing": flood("PK\x03\x04", "\0"),
    "cfonb: twenty megabytes": flood("", "0421570    00001EUR2 00000000001  "),
    "anything: control characters": flood("a;b\n", "\x07"),
    "anything: the first byte of a UTF-16 pair": lambda: b"\xff\xfe" + b"\x3d" * SIZE,
    "anything: half of a UTF-8 character": lambda: b"Date;" + b"\xc3" * SIZE,
    "anything: too large": lambda: b"Date;" + b"9" * (65 * 2**20),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_quickly(name: str) -> None:
    data = HOSTILE[name]()

    def refused() -> None:
        with pytest.raises(UnreadableStatement):
            read_statements(data, "releve")

    assert spends_less(SECONDS, refused)


def test_a_reader_that_takes_too_long_would_be_seen() -> None:
    def slowly() -> None:
        for _ in range(4):
            loop()

    assert not spends_less(USUAL, slowly)
    assert spends_less(100 * USUAL, slowly)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_little_memory(name: str) -> None:
    data = HOSTILE[name]()
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableStatement):
            read_statements(data, "releve")
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_an_answer_with_entities_or_without_end_is_refused() -> None:
    good = report(status="ACTC")
    entity = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    for data in (entity + good.replace(b"ACTC", b"&x;"), good.replace(b"<GrpSts>", b"<a>" * 10**6)):
        with pytest.raises(UnreadableStatement):
            read_status_report(data)


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_a_formula_is_a_text_and_no_amount(formula: str) -> None:
    text = formula.replace('"', '""')
    (told,) = read_statements(CIC.replace("VIR SUBVENTION", text).encode())
    assert told.lines[2].details[0].text == formula.strip()
    if formula not in {"+1", "-1"}:
        with pytest.raises(UnreadableStatement):
            read_statements(CIC.replace("1 250,00", text).encode())
        with pytest.raises(UnreadableStatement):
            read_statements(ofx().replace("<BALAMT>105.50", f"<BALAMT>{formula}").encode())
        with pytest.raises(UnreadableStatement):
            read_statements(message(f":61:260302C{formula}NTRFNONREF").encode())
