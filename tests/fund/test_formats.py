"""Every format enters the books the same way, and no line enters them through two formats."""

import hashlib
import io
import zipfile
from collections.abc import Iterator

import pytest

from ledger.books.papers import BankLine, Statement
from ledger.operations.demo import CODE
from ledger.operations.line import ExplainLine
from ledger.operations.reference import reference_for
from ledger.refusals import StatementOfUnknownAccount, UnreadableStatement
from tests.fund.house import NEF, House, camt, house, line

ALICE = reference_for(CODE, "member", "alice")
BRUNO = reference_for(CODE, "member", "bruno")

MT940 = f"""{{1:F01}}{{4:
:20:STARTUMSE
:25:21570/00001/00000000001
:28C:7/1
:60F:C261119EUR0,00
:61:2611201120C10,00NTRFNONREF//M-1
:86:166?00VIR?20SVWZ+{ALICE[:22]}?21{ALICE[22:]}
:62F:C261120EUR10,00
-}}
""".encode()
OFX = f"""OFXHEADER:100

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>21570<BRANCHID>00001
<ACCTID>00000000001<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT
<DTPOSTED>20261120<TRNAMT>10.00<FITID>O-1<NAME>ALICE<MEMO>{ALICE}</STMTTRN></BANKTRANLIST>
<LEDGERBAL><BALAMT>10.00<DTASOF>20261120</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
""".encode()
CSV = (
    "Date;Date de valeur;Débit;Crédit;Libellé;Solde\r\n"
    f"20/11/2026;20/11/2026;;10,00;VIR {ALICE};10,00\r\n"
).encode("latin-1")
CAMT = camt(line("10.00", ALICE, bank_reference="C-1"), closing="10.00")


@pytest.fixture
def town(database_url: str) -> Iterator[House]:
    with house(database_url) as opened:
        yield opened


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "format_"),
    [(MT940, "mt940"), (OFX, "ofx"), (CSV, "csv:cic")],
    ids=["mt940", "ofx", "csv"],
)
def test_a_transfer_becomes_units_once_from_any_format(
    town: House, data: bytes, format_: str
) -> None:
    told = town.drop(data)
    assert (told["format"], told["new"], told["matched"]) == (format_, 1, 1)
    assert told["closing"] == "10.00"
    head = town.head
    again = town.drop(data)
    assert (again["new"], again["duplicates"], town.head) == (0, 1, head)
    assert town.balances("member:alice")["member:alice"] == 1000


def test_a_table_that_names_no_account_is_taken_for_the_one_given_and_says_so(town: House) -> None:
    assert town.drop(CSV)["warnings"] == [
        "the file does not name its account; it was taken to be of nef"
    ]


def test_the_same_days_in_another_format_post_nothing_by_themselves(town: House) -> None:
    town.drop(CAMT)
    for data in (MT940, OFX, CSV):
        told = town.drop(data)
        assert (told["new"], told["matched"], told["waiting"]) == (1, 0, 0)
        assert "here already, from a file in another format" in str(told["warnings"])
    assert town.balances("member:alice", "bank:nef") == {
        "member:alice": 1000,
        "bank:nef": 2_600_000 + 1000,
    }
    states = {
        s.format: s.state for s in town.ledger.reads.having(Statement, CODE, "account", ["nef"])
    }
    assert states == {
        "camt.053.001.08": "accepted",
        "mt940": "marked",
        "ofx": "marked",
        "csv:cic": "marked",
    }
    # A line that really is another one is explained by hand.
    left = town.ledger.reads.having(BankLine, CODE, "state", ["new"])[0]
    town.post(ExplainLine(left.id, "nef", "conversion", "bruno"))
    assert town.balances("member:bruno")["member:bruno"] == 1000


def test_another_day_in_another_format_goes_on(town: House) -> None:
    town.drop(CAMT)
    later = (
        MT940.replace(b"261120", b"261121")
        .replace(b"1120C", b"1121C")
        .replace(b"261119", b"261120")
    )
    later = later.replace(b"EUR10,00", b"EUR20,00").replace(b"EUR0,00", b"EUR10,00")
    assert town.drop(later)["matched"] == 1
    assert town.balances("member:alice")["member:alice"] == 2000


def test_a_zip_is_read_in_the_order_of_time_with_the_hash_of_each_file(town: House) -> None:
    later = camt(
        line("5.00", BRUNO, bank_reference="C-2", on="2026-11-21"),
        opening="10.00",
        closing="15.00",
        on="2026-11-21",
        id_="S-2",
    )
    both = zipped(b=later, a=CAMT, c=CAMT)
    told = town.drop(both)
    assert (told["opening"], told["closing"], told["warnings"]) == ("0.00", "15.00", [])
    assert (told["new"], told["duplicates"], told["matched"]) == (2, 1, 2)
    hashes = {s.file_hash for s in town.ledger.reads.having(Statement, CODE, "account", ["nef"])}
    assert hashes == {hashlib.sha256(each).hexdigest() for each in (CAMT, later)}
    assert town.drop(both)["new"] == 0


def test_a_zip_with_one_bad_file_leaves_no_trace(town: House) -> None:
    head = town.head
    with pytest.raises(UnreadableStatement, match="'b' is not a bank statement"):
        town.drop(zipped(a=CAMT, b=b"hello"))
    assert town.head == head


def test_a_statement_of_another_account_is_refused_in_every_format(town: House) -> None:
    other = NEF.replace("0176", "0273").encode()
    for data in (
        MT940.replace(b"/00000000001", b"/00000000002"),
        OFX.replace(b"<ACCTID>00000000001", b"<ACCTID>00000000002"),
        CAMT.replace(NEF.encode(), other),
    ):
        with pytest.raises(StatementOfUnknownAccount):
            town.drop(data)
