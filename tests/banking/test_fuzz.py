"""Damaged files: whatever a byte becomes, the answer is a statement or a refusal."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.banking.detect import read_statements
from ledger.banking.identity import line_key
from ledger.banking.statements import inspection, minor
from ledger.refusals import UnreadableStatement
from tests.banking import camt_files as camt
from tests.banking import cfonb_files as cfonb
from tests.banking import test_archive, test_csv, test_mt940, test_ofx

DETAIL = camt.detail("<Refs><EndToEndId>E-1</EndToEndId></Refs>" + camt.amount("20.00"))
CAMT = camt.one(
    camt.balance("OPBD", "1.00"),
    camt.balance("CLBD", "16.00", when="DtTm", on="2026-03-02T10:00:00"),
    camt.entry(details=DETAIL, reference="B-1"),
    camt.entry("5.00", sign="DBIT", extra="<RvslInd>true</RvslInd>"),
)
CFONB = cfonb.file(
    cfonb.opening(100),
    cfonb.movement(2_000),
    cfonb.complement("NPY", "AMA"),
    cfonb.movement(-500),
    cfonb.closing(1_600),
)
UTF16 = CAMT.decode().encode("utf-16")
MT940 = test_mt940.message(
    ":61:2603020302C20,00NTRFNONREF//B-1",
    ":86:166?00VIR?20EREF+E-1?21SVWZ+RF18539007547034?31DE89370400440532013000?32Anna",
    ":61:260302RC5,00NTRFNONREF//B-2",
    ":86:/EREF/E-2//NAME/Bruno/REMI/loyer",
    closing=":62F:C260302EUR115,00",
).encode()
OFX = test_ofx.ofx(
    test_ofx.movement("20.00"), test_ofx.movement("-5.00", "DEBIT", fitid="F-2")
).encode()
CSV = (
    "Date;Date de valeur;Débit;Crédit;Libellé;Solde\r\n"
    "02/03/2026;02/03/2026;;20,00;VIR ALICE;20,00\r\n02/03/2026;02/03/2026;5,00;;FRAIS;15,00\r\n"
).encode("latin-1")
ZIP = test_archive.zipped({"a.xml": CAMT})
SEEDS = (CAMT, CFONB, UTF16, MT940, OFX, CSV, ZIP)

STARTS = (b"PK\x03\x04", b":20:X\n:25:1\n", b"OFXHEADER:100\n<OFX>", test_csv.CIC[:49].encode())
Damage = tuple[int, int, bytes]
DAMAGES = st.lists(
    st.tuples(st.integers(0, 5_000), st.integers(0, 12), st.binary(max_size=6)), max_size=4
)


def damaged(data: bytes, damages: list[Damage]) -> bytes:
    """Replace pieces of the data, wherever and by whatever the damages say."""
    for place, length, instead in damages:
        at = place % (len(data) + 1)
        data = data[:at] + instead + data[at + length :]
    return data


def use(data: bytes) -> None:
    """Read a file and ask everything of it."""
    try:
        for statement in read_statements(data):
            assert inspection(statement)["entries"] == len(statement.lines)
            keys = {line_key(statement, line) for line in statement.lines}
            assert len(keys) == len(statement.lines)
            for line in statement.lines:
                assert line.amount >= 0
                minor(line.amount, 2)
    except UnreadableStatement as refusal:
        assert refusal.detail.startswith("This bank file cannot be read: ")  # noqa: PT017 - a value is as good


def test_the_undamaged_files_are_read() -> None:
    assert [len(read_statements(data)[0].lines) for data in SEEDS] == [2, 2, 2, 2, 2, 2, 2]
    told = [read_statements(data)[0].balanced for data in SEEDS]
    assert told == [True, True, True, True, None, True, True]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SEEDS), DAMAGES)
def test_damaged_files(data: bytes, damages: list[Damage]) -> None:
    use(damaged(data, damages))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 5_000))
def test_cut_files(data: bytes, end: int) -> None:
    use(data[: end % len(data)])


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([b"", b"<", b"<?xml ", b"01", b"0112345", b"\xff\xfe", *STARTS]), st.binary()
)
def test_any_bytes(start: bytes, rest: bytes) -> None:
    use(start + rest)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_text_as_an_amount(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    use(camt.message(camt.statement(camt.entry(escaped))).encode("utf-8", "replace"))
