"""The bank's answer to a payment file: which transaction it binds, and why."""

import os
from pathlib import Path

import pytest

from ledger.banking.detect import read_statements
from ledger.banking.pain002 import Reason, StatusReport, is_status_report, read_status_report
from ledger.refusals import UnreadableStatement

PUBLIC = Path(os.environ.get("COMPTOIR_BANK_FILES", "none")) / "pain"
ISO = "urn:iso:std:iso:20022:tech:xsd:pain.002.001."


def transaction(end_to_end: str, status: str = "", reason: str = "") -> str:
    """Write what the bank says about one transaction."""
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    said = f"<TxSts>{status}</TxSts>" if status else ""
    amount = '<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">95.00</InstdAmt></Amt></OrgnlTxRef>'
    return (
        f"<TxInfAndSts><OrgnlInstrId>I</OrgnlInstrId><OrgnlEndToEndId>{end_to_end}"
        f"</OrgnlEndToEndId>{said}{why}{amount}</TxInfAndSts>"
    )


def batch(name: str, *transactions: str, status: str = "") -> str:
    """Write what the bank says about one batch."""
    said = f"<PmtInfSts>{status}</PmtInfSts>" if status else ""
    return (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{name}</OrgnlPmtInfId>{said}{''.join(transactions)}"
        "</OrgnlPmtInfAndSts>"
    )


def report(*batches: str, status: str = "", namespace: str = ISO + "03") -> bytes:
    """Write a whole answer."""
    said = f"<GrpSts>{status}</GrpSts>" if status else ""
    return (
        f'<Document xmlns="{namespace}"><CstmrPmtStsRpt><GrpHdr><MsgId>BANK-1</MsgId></GrpHdr>'
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>OURS-1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09"
        f"</OrgnlMsgNmId>{said}</OrgnlGrpInfAndSts>{''.join(batches)}</CstmrPmtStsRpt></Document>"
    ).encode()


def read(*batches: str, status: str = "") -> StatusReport:
    return read_status_report(report(*batches, status=status))


def test_a_status_on_the_file_binds_every_transaction() -> None:
    told = read(status="ACCP")
    assert (told.format, told.message_id, told.original_id) == (
        "pain.002.001.03",
        "BANK-1",
        "OURS-1",
    )
    assert told.original_message == "pain.001.001.09"
    assert told.status_of("B", "E") == ("ACCP", ())


def test_the_innermost_status_decides() -> None:
    told = read(
        batch("B-1", transaction("E-1", "RJCT", "AC04"), transaction("E-2"), status="ACSP"),
        batch("B-2", status="RJCT"),
        status="PART",
    )
    assert told.status_of("B-1", "E-1") == ("RJCT", (Reason("AC04"),))
    assert told.status_of("B-1", "E-2") == ("ACSP", ())
    assert told.status_of("B-2", "E-1") == ("RJCT", ())
    # The file was taken in part, and nothing is said about this batch.
    assert told.status_of("B-3", "E-9") == (None, ())
    assert told.batches[0].transactions[0].amount == "95.00"


def test_part_of_a_batch_binds_only_whom_it_names() -> None:
    told = read(batch("B-1", transaction("E-1", "RJCT", "MD07"), status="PART"))
    assert told.status_of("B-1", "E-1")[0] == "RJCT"
    assert told.status_of("B-1", "E-2") == (None, ())


@pytest.mark.parametrize(
    "namespace",
    [ISO + "03", ISO + "12", "http://www.six-interbank-clearing.com/de/pain.002.001.03.ch.02.xsd"],
)
def test_versions_and_a_namespace_of_the_banks_own(namespace: str) -> None:
    data = report(status="ACTC", namespace=namespace)
    assert is_status_report(data)
    assert read_status_report(data).status == "ACTC"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("ACTC", "OK", "not a status"),
        ("ACTC", "XXXX", "not a status"),
        ("<OrgnlMsgId>OURS-1</OrgnlMsgId>", "", "no OrgnlMsgId"),
        ("<MsgId>BANK-1</MsgId>", "", "no MsgId"),
        ("pain.002.001.03", "pain.002.001.99", "not a pain.002"),
        ("pain.002.001.03", "pain.001.001.03", "not a pain.002"),
        ("GrpHdr", "Other", "neither itself"),
        ("<Document", "<!DOCTYPE a><Document", "DOCTYPE"),
        ("</Document>", "", "not well-formed"),
    ],
)
def test_what_is_not_plain_is_refused(old: str, new: str, why: str) -> None:
    data = report(status="ACTC").decode()
    assert old in data
    with pytest.raises(UnreadableStatement, match=why):
        read_status_report(data.replace(old, new).encode())


def test_a_batch_without_a_name_is_refused() -> None:
    with pytest.raises(UnreadableStatement, match="no OrgnlPmtInfId"):
        read(batch(""))


def test_words_without_a_code_are_heard() -> None:
    words = "<StsRsnInf><AddtlInf>compte clos</AddtlInf></StsRsnInf>"
    told = read(batch("B", transaction("E", "RJCT").replace("</TxSts>", "</TxSts>" + words)))
    assert told.status_of("B", "E")[1] == (Reason("", "compte clos"),)


def test_as_a_statement_it_is_refused_by_its_name() -> None:
    with pytest.raises(UnreadableStatement, match=r"a pain\.002, the bank's answer"):
        read_statements(report(status="ACTC"))
    assert not is_status_report(b"<html/>")


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="COMPTOIR_BANK_FILES names no folder of files")
def test_public_answers() -> None:
    accepted = read_status_report(
        (PUBLIC / "pain002-epo_p_0_0_0_2018031510491259.xml").read_bytes()
    )
    assert (accepted.original_id, accepted.status, accepted.batches) == ("MsgId-001", "ACTC", ())
    (path,) = PUBLIC.glob("pain002-epo_p_ch*.xml")
    refused = read_status_report(path.read_bytes())
    assert refused.status_of("PmtInfId-006-01", "EndToEndId-006-01-01") == (
        "RJCT",
        (Reason("AC01", "1301813;Konto ungültig"),),
    )
    assert refused.batches[0].reasons[0].code == "NARR"
