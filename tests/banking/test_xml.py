"""Hostile and broken XML: refused with a sentence, quickly and in little memory."""

import tracemalloc

import pytest

from ledger.banking import xml
from ledger.banking.detect import read_statements
from ledger.refusals import UnreadableStatement
from tests.banking import camt_files as camt
from tests.banking.pace import spends_less

GOOD = camt.message(camt.statement(camt.entry("1.00", extra="<!-- dit -->")))
XXE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + GOOD.replace("1.00", "&x;")
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
    + GOOD.replace("1.00", "&i;")
)
TOP = f'<Document xmlns="{camt.NAMESPACE}">'
IN_STATEMENT = f"{TOP}<BkToCstmrStmt><Stmt>"
MEGABYTE = 2**20

HOSTILE: dict[str, bytes] = {
    "external entity": XXE.encode(),
    "external entity in UTF-16": XXE.encode("utf-16"),
    "external entity in bare UTF-16": XXE.encode("utf-16-be"),
    "billion laughs": LAUGHS.encode(),
    "doctype only": b"<!DOCTYPE a>" + GOOD.encode(),
    "doctype only, in UTF-16": ("<!DOCTYPE a>" + GOOD).encode("utf-16"),
    "doctype far away": b"<!--" + b"x" * MEGABYTE + b"--><!DOCTYPE a>" + GOOD.encode(),
    "entity nobody defined": GOOD.replace("1.00", "&x;").encode(),
    "a NUL": GOOD.replace("1.00", "1.\x0000").encode(),
    "cut in the middle": GOOD[: len(GOOD) // 2].encode(),
    "cut in the declaration": b'<?xml version="1.0"',
    "two roots": GOOD.encode() * 2,
    "Latin-1 that claims nothing": GOOD.replace("dit", "dît").encode("latin-1"),
    "Latin-1 that claims UTF-8": (
        b'<?xml version="1.0" encoding="UTF-8"?>' + GOOD.replace("dit", "dît").encode("latin-1")
    ),
    "UTF-8 that claims UTF-16": b'<?xml version="1.0" encoding="UTF-16"?>' + GOOD.encode(),
    "UTF-16 that claims Latin-1": f'<?xml version="1.0" encoding="latin1"?>{GOOD}'.encode("utf-16"),
    "an encoding of the 1960s": b'<?xml version="1.0" encoding="cp037"?>' + GOOD.encode(),
    "an encoding of nobody": b'<?xml version="1.0" encoding="klingon"?>' + GOOD.encode(),
    "half of UTF-16": GOOD.encode("utf-16")[:-1],
}


# How each one starts, and what it then repeats how many times.
FLOODS: dict[str, tuple[str, str, int]] = {
    "200 000 deep": (IN_STATEMENT, "<a>", 200_000),
    "300 deep under an unknown root": ("", "<a>", 300),
    "20 MB of one element": (IN_STATEMENT, "<a/>", 5 * MEGABYTE),
    "20 MB of text": (IN_STATEMENT + "<Id>", "9", 20 * MEGABYTE),
    "20 MB of a comment": (IN_STATEMENT + "<!--", "9", 20 * MEGABYTE),
    "20 MB of an attribute": (IN_STATEMENT + "<a b='", "9", 20 * MEGABYTE),
    "20 MB of zeros": ("<", "\0", 20 * MEGABYTE),
    "20 MB of white space": (IN_STATEMENT, " ", 20 * MEGABYTE),
    "20 MB of entries that say nothing": (IN_STATEMENT, "<Ntry/>", 3 * MEGABYTE),
}


def hostile_file(name: str) -> bytes:
    """Make a hostile file only when it is its turn."""
    if name in HOSTILE:
        return HOSTILE[name]
    start, again, times = FLOODS[name]
    return (start + again * times).encode()


@pytest.mark.parametrize("name", [*HOSTILE, *FLOODS])
def test_hostile_files_are_refused_quickly_and_in_little_memory(name: str) -> None:
    hostile = hostile_file(name)

    def refused() -> None:
        with pytest.raises(UnreadableStatement):
            read_statements(hostile, "releve.xml")

    assert spends_less(1, refused)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableStatement):
            read_statements(hostile)
        assert tracemalloc.get_traced_memory()[1] < 30 * MEGABYTE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("claim", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("", "utf-16-be"),
        ("UTF-8", "utf-8"),
        ("utf8", "utf-8-sig"),
        ("UTF-16", "utf-16"),
        ("UTF-16", "utf-16-le"),
        ("UTF-16", "utf-16-be"),
        ("UTF-16BE", "utf-16-be"),
        ("ISO-8859-1", "latin-1"),
        ("ISO-8859-15", "iso-8859-15"),
        ("windows-1252", "cp1252"),
    ],
)
def test_encodings_are_honoured(claim: str, encoding: str) -> None:
    name = camt.detail("<RltdPties><Dbtr><Nm>Élodie Üş</Nm></Dbtr></RltdPties>").replace("ş", "ü")
    declaration = f'<?xml version="1.0" encoding="{claim}"?>\n' if claim else ""
    text = declaration + camt.message(camt.statement(camt.entry(details=name)))
    (statement,) = read_statements(text.encode(encoding))
    assert statement.lines[0].details[0].counterparty == "Élodie Üü"


def test_ascii_is_what_it_claims() -> None:
    declaration = b'<?xml version="1.0" encoding="US-ASCII"?>'
    assert read_statements(declaration + GOOD.encode())
    with pytest.raises(UnreadableStatement, match="not well-formed"):
        read_statements(declaration + GOOD.replace("dit", "dît").encode())


def test_the_sentence_names_the_place_and_quotes_nothing() -> None:
    broken = GOOD.replace("</IBAN>", "</SECRET>").encode()
    with pytest.raises(UnreadableStatement) as caught:
        read_statements(broken)
    assert "line 1, column" in caught.value.detail
    assert "SECRET" not in caught.value.detail


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ("<a>" * 100 + "</a>" * 100, "nested more than 64 deep"),
        (f"<AddtlNtryInf>{'9' * 20_001}</AddtlNtryInf>", "more than 20000 characters"),
        ("<a/>" * 50_001, "50000 elements in a row"),
    ],
)
def test_what_no_bank_writes_is_refused_also_when_well_formed(extra: str, why: str) -> None:
    with pytest.raises(UnreadableStatement, match=why):
        read_statements(camt.one(camt.entry(extra=extra)))


def test_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_BYTES", 100)
    with pytest.raises(UnreadableStatement, match="larger than"):
        xml.root_of(GOOD.encode())


def test_too_many_records_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_RECORDS", 3)
    with pytest.raises(UnreadableStatement, match="more than 3 records"):
        read_statements(GOOD.encode())


def test_what_the_schema_does_not_know_passes_by() -> None:
    stranger = '<x:Amt xmlns:x="urn:x" Ccy="USD">9.99</x:Amt>'
    (statement,) = read_statements(camt.one(camt.entry("1.00", extra=stranger)))
    assert str(statement.credits) == "1.00"


def test_a_document_without_any_element() -> None:
    with pytest.raises(UnreadableStatement):
        xml.root_of(b"<!-- -->")
    with pytest.raises(UnreadableStatement):
        xml.root_of(b"")


def test_many_lines_take_little_time_and_memory_in_proportion() -> None:
    entries = "".join(camt.entry(reference=f"R-{i}", details=camt.detail()) for i in range(5_000))
    data = camt.one(entries)
    tracemalloc.start()
    try:
        (statement,) = read_statements(data)
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert statement.entries == 5_000
    # What is left in memory is what was asked for; reading it took little more than that.
    assert peak < kept + 4 * MEGABYTE
    assert kept < 5_000 * 2_000
