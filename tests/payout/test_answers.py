"""What the bank answers to a file: refused payments are owed again, and wait for a person."""

import pytest

from ledger.books.papers import PaymentFile, Redemption
from ledger.operations.bank_answer import hear_bank
from ledger.operations.demo import CODE
from ledger.operations.due import read_dues
from ledger.operations.payout import MakePaymentFile, PayAgain
from ledger.refusals import Unknown
from tests.fund.house import House
from tests.payout.test_files import due, state, town

__all__ = ["town"]


def report(message: str, group: str = "", *transactions: tuple[str, str, str]) -> bytes:
    """Write a pain.002: the group's status, and (EndToEndId, status, reason) for some."""
    inside = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
        f"<StsRsnInf><Rsn><Cd>{why}</Cd></Rsn></StsRsnInf></TxInfAndSts>"
        for name, status, why in transactions
    )
    batch = f"<OrgnlPmtInfId>{message}-1</OrgnlPmtInfId>{inside}" if inside else ""
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10">'
        "<CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-11-24T12:00:00</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId>"
        "<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
        + (f"<GrpSts>{group}</GrpSts>" if group else "")
        + "</OrgnlGrpInfAndSts>"
        + (f"<OrgnlPmtInfAndSts>{batch}</OrgnlPmtInfAndSts>" if batch else "")
        + "</CstmrPmtStsRpt></Document>"
    ).encode()


def hear(town: House, data: bytes) -> dict[str, object]:
    return dict(hear_bank(town.ledger, CODE, town.context(), data=data))


def reference(town: House, id_: str) -> str:
    found = town.ledger.reads.paper(Redemption, CODE, id_)
    assert found is not None
    return found.reference


def test_a_payment_refused_alone_waits_and_goes_out_again(town: House) -> None:
    good, bad = due(town, "boulangerie"), due(town, "librairie")
    made = town.post(MakePaymentFile("nef"))
    answer = report(str(made["message_id"]), "PART", (reference(town, bad), "RJCT", "AC04"))
    assert hear(town, answer)["changed"] == [bad]
    assert state(town, good) == ("sent", made["id"])
    assert state(town, bad) == ("approved", "")
    (left,) = read_dues(town.ledger, CODE, town.context())
    assert (left.block, left.paper.stopped) == ("refused", "AC04")
    assert town.refusal(MakePaymentFile("nef")) == "nothing-to-pay"
    head = town.head
    assert hear(town, answer)["changed"] == []
    assert town.head == head
    town.post(PayAgain(bad))
    assert town.post(MakePaymentFile("nef"))["changed"] == [bad]


def test_an_answer_that_comes_late_does_not_reach_the_next_file(town: House) -> None:
    paid = due(town, "boulangerie")
    first = town.post(MakePaymentFile("nef"))
    refused = report(str(first["message_id"]), "RJCT")
    hear(town, refused)
    assert state(town, paid) == ("approved", "")
    file = town.ledger.reads.paper(PaymentFile, CODE, str(first["id"]))
    assert file is not None
    assert (file.state, file.status) == ("refused", "RJCT")
    town.post(PayAgain(paid))
    second = town.post(MakePaymentFile("nef"))
    hear(town, refused)
    assert state(town, paid) == ("sent", second["id"])


@pytest.mark.parametrize("status", ["ACTC", "ACCP", "ACSC", "PDNG"])
def test_what_the_bank_takes_or_thinks_about_stays_on_its_way(town: House, status: str) -> None:
    paid = due(town, "boulangerie")
    made = town.post(MakePaymentFile("nef"))
    assert hear(town, report(str(made["message_id"]), status))["status"] == status
    assert state(town, paid) == ("sent", made["id"])


def test_the_status_of_the_only_batch_is_that_of_the_file(town: House) -> None:
    due(town, "boulangerie")
    made = town.post(MakePaymentFile("nef"))
    message = str(made["message_id"])
    batch = f"<OrgnlPmtInfId>{message}-1</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>"
    answer = report(message).replace(
        b"</CstmrPmtStsRpt>",
        f"<OrgnlPmtInfAndSts>{batch}</OrgnlPmtInfAndSts></CstmrPmtStsRpt>".encode(),
    )
    assert hear(town, answer)["state"] == "refused"


def test_an_answer_to_a_file_that_is_not_ours_is_refused(town: House) -> None:
    with pytest.raises(Unknown):
        hear(town, report("ELSEWHERE-1", "RJCT"))
