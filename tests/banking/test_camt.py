"""camt messages: what counts, which balances, which direction, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from ledger.banking.camt import read_camt
from ledger.banking.detect import read_statements
from ledger.banking.statements import Direction, Line, Statement, inspection
from ledger.refusals import UnreadableStatement
from tests.banking import camt_files as camt


def read(*parts: str) -> Statement:
    """Read a message of one statement."""
    (statement,) = read_statements(camt.one(*parts))
    return statement


def line_of(entry: str) -> Line:
    """Read a message of one entry."""
    (line,) = read(entry).lines
    return line


@pytest.mark.parametrize("kind", ["camt.052", "camt.053", "camt.054"])
@pytest.mark.parametrize("version", ["02", "03", "08", "13"])
def test_the_three_messages_and_their_versions_are_read(kind: str, version: str) -> None:
    data = camt.message(camt.statement(camt.entry()), kind=kind, version=version).encode()
    (statement,) = read_statements(data)
    assert statement.format == f"{kind}.001.{version}"
    assert statement.entries == 1


@pytest.mark.parametrize("version", ["01", "14", "99"])
def test_other_versions_are_refused(version: str) -> None:
    data = camt.message(camt.statement(), version=version).encode()
    with pytest.raises(UnreadableStatement, match="what is read"):
        read_statements(data)
    with pytest.raises(UnreadableStatement, match="is not read here"):
        read_camt(data)


def test_the_whole_inspection() -> None:
    statement = read(
        camt.balance("OPBD", "100.00", on="2026-03-01"),
        camt.balance("CLBD", "113.50"),
        camt.entry("20.00", details=camt.detail() + camt.detail()),
        camt.entry("6.50", sign="DBIT"),
    )
    assert inspection(statement) == {
        "format": "camt.053.001.08",
        "id": "S-1",
        "iban": camt.OURS,
        "currency": "EUR",
        "opening": {"amount": "100.00", "date": "2026-03-01"},
        "closing": {"amount": "113.50", "date": "2026-03-02"},
        "entries": 2,
        "transactions": 3,
        "credits": "20.00",
        "debits": "6.50",
        "balanced": True,
        "warnings": [],
    }


def test_what_the_file_does_not_give_is_null() -> None:
    bare = camt.message(camt.statement(holder=camt.account(currency=""))).encode()
    (statement,) = read_statements(bare)
    shown = inspection(statement)
    assert [shown[key] for key in ("currency", "opening", "closing", "balanced")] == [None] * 4
    assert (shown["credits"], shown["debits"]) == ("0.00", "0.00")


def test_yesterdays_closing_never_closes_today() -> None:
    statement = read(
        camt.balance("PRCD", "9.00"),
        camt.balance("OPAV", "8.00"),
        camt.balance("OPBD", "10.00"),
        camt.balance("CLAV", "99.00"),
        camt.balance("CLBD", "30.00"),
        camt.balance("PRCD", "9.00"),
        camt.entry(),
    )
    assert statement.opening
    assert statement.closing
    assert (statement.opening.kind, statement.closing.kind) == ("OPBD", "CLBD")
    assert statement.balanced
    assert statement.warnings == ()
    only_previous = read(camt.balance("PRCD", "10.00"), camt.entry())
    assert only_previous.opening
    assert only_previous.opening.kind == "PRCD"
    assert only_previous.closing is None


def test_available_balances_stand_in_with_a_warning() -> None:
    statement = read(camt.balance("CLAV", "30.00"), camt.balance("OPAV", "10.00"), camt.entry())
    assert statement.balanced
    assert [warning[:17] for warning in statement.warnings] == ["no booked balance"] * 2


def test_of_several_days_the_first_opens_and_the_last_closes() -> None:
    days = ("2026-03-02", "2026-03-01", "2026-03-03")
    balances = [
        camt.balance(kind, f"{i}.00", on=day)
        for kind in ("OPBD", "CLBD")
        for i, day in enumerate(days)
    ]
    statement = read(*balances)
    assert statement.opening
    assert statement.closing
    assert (statement.opening.on, statement.closing.on) == (date(2026, 3, 1), date(2026, 3, 3))
    assert statement.warnings == (
        "3 balances OPBD: the first one counts",
        "3 balances CLBD: the last one counts",
    )


def test_a_balance_without_sign_is_a_credit_and_a_debit_is_negative() -> None:
    statement = read(
        camt.balance("OPBD", "5.00", sign=None),
        camt.balance("CLBD", "0.00", sign="DBIT"),
        camt.entry("5.00", sign="DBIT"),
    )
    assert statement.opening
    assert statement.opening.amount == Decimal("5.00")
    assert statement.balanced
    assert statement.warnings == ("1 balances without CdtDbtInd, read as credits",)
    # Nothing owed is nothing: not "-0.00".
    assert inspection(statement)["closing"] == {"amount": "0.00", "date": "2026-03-02"}


def test_a_balance_in_another_currency_never_balances() -> None:
    statement = read(
        camt.balance("OPBD", "0.00"), camt.balance("CLBD", "20.00", currency="SEK"), camt.entry()
    )
    assert statement.balanced is False
    assert statement.warnings == ("the balance CLBD is in SEK, not in EUR",)


def test_balances_that_agree_in_a_currency_that_is_not_the_accounts() -> None:
    balances = [camt.balance(kind, "1.00", currency="SEK") for kind in ("OPBD", "CLBD")]
    assert read(*balances).balanced is False


@pytest.mark.parametrize(
    "status",
    ["<Sts>BOOK</Sts>", "<Sts>\n  <Cd>BOOK</Cd>\n</Sts>", ""],
    ids=["text", "code", "absent"],
)
def test_booked_entries_count(status: str) -> None:
    assert line_of(camt.entry(status=status)).status == "BOOK"


def test_other_statuses_are_left_out_and_said() -> None:
    statement = read(
        camt.entry(status="<Sts>PDNG</Sts>"),
        camt.entry(status="<Sts><Cd>INFO</Cd></Sts>"),
        camt.entry(status="<Sts><Prtry>MAYBE</Prtry></Sts>"),
        camt.entry("7.00"),
    )
    assert (statement.entries, statement.credits) == (1, Decimal("7.00"))
    assert [warning.split()[4] for warning in statement.warnings] == ["PDNG,", "INFO,", "MAYBE,"]


@pytest.mark.parametrize("flag", ["true", "1"])
def test_a_reversal_keeps_the_direction_of_the_money(flag: str) -> None:
    line = line_of(camt.entry(sign="CRDT", extra=f"<RvslInd>{flag}</RvslInd>"))
    assert line.reversal
    assert line.direction is Direction.CREDIT


def test_amounts_keep_their_decimals() -> None:
    statement = read(camt.entry("8.85012"), camt.entry("1.5"), camt.entry("3", sign="DBIT"))
    assert inspection(statement)["credits"] == "10.35012"
    assert inspection(statement)["debits"] == "3"


@pytest.mark.parametrize(
    "garbled",
    [
        "-1.00",
        "+1.00",
        "1e3",
        "1,00",
        " 1.00",
        "1.00 ",
        "1 000.00",
        "NaN",
        "Infinity",
        "1.",
        ".5",
        "1.000000",
        "1234567890123456789",
        "12345678901234567.12",
        "0x10",
        "\u0661",
        "1.00\n",
        "--",
    ],
)
def test_garbled_amounts_are_refused(garbled: str) -> None:
    with pytest.raises(UnreadableStatement, match=r"statement 1, entry 2: .* is not an amount"):
        read(camt.entry(), camt.entry(garbled))


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("<Ntry><CdtDbtInd>CRDT</CdtDbtInd></Ntry>", "the amount is missing"),
        (camt.entry(" "), "the amount is missing"),
        ("<Ntry><Amt>1.00</Amt></Ntry>", "no currency"),
        (camt.entry(currency="eur"), "'eur' is not a currency"),
        (camt.entry(currency="USD"), "entry 1 is in USD, the account in EUR"),
        (camt.entry(sign=""), "a credit or a debit"),
        (camt.entry(sign="CREDIT"), "neither CRDT nor DBIT"),
        (camt.entry(extra=camt.amount("2.00")), "Amt 2 times"),
        (camt.entry(extra="<RvslInd>maybe</RvslInd>"), "RvslInd is 'maybe'"),
        (camt.entry(booked="2026-02-30"), "'2026-02-30' is not a date"),
        (camt.entry(booked="02/03/2026"), "is not a date"),
        (camt.entry(details=camt.detail(camt.amount("x"))), "detail 1: 'x' is not an amount"),
        (camt.entry(details=camt.detail(camt.amount(""))), "detail 1: the amount is missing"),
        (camt.balance("CLBD", "x"), "CLBD: 'x' is not an amount"),
        (camt.balance("CLBD", "1.00", on=""), "CLBD: the balance has no date"),
        (camt.account(), "two accounts"),
    ],
)
def test_what_makes_a_figure_uncertain_is_refused(entry: str, why: str) -> None:
    with pytest.raises(UnreadableStatement, match=why):
        read(entry)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (camt.message(), "no statement"),
        (camt.message(camt.statement(), header=""), "no header"),
        (camt.message(camt.statement(), header="<GrpHdr/>"), "no header"),
        (camt.message(camt.statement(identifier="")), "no identifier"),
        (camt.message(camt.statement(holder="")), "does not name its account"),
        (camt.message(camt.statement(holder=camt.account(""))), "does not name its account"),
        (camt.message(camt.statement(holder=camt.account(currency="E"))), "not a currency"),
    ],
)
def test_what_is_not_a_statement_is_refused(data: str, why: str) -> None:
    with pytest.raises(UnreadableStatement, match=why):
        read_statements(data.encode())


def test_an_account_number_that_is_no_iban() -> None:
    other = camt.account("<Othr><Id>LT-42</Id></Othr>", currency="")
    data = camt.message(camt.statement(camt.entry(currency="SEK"), holder=other)).encode()
    (statement,) = read_statements(data)
    assert (statement.account, statement.currency) == ("LT-42", "SEK")


def test_the_currency_of_the_opening_balance_serves() -> None:
    holder = camt.account(currency="")
    parts = (camt.balance("OPBD", "1.00", currency="CHF"), camt.entry(currency="CHF"))
    (statement,) = read_statements(camt.message(camt.statement(*parts, holder=holder)).encode())
    assert statement.currency == "CHF"


@pytest.mark.parametrize(
    "when",
    ["2026-03-02T23:59:59.000000000", "2026-03-02T00:30:00+02:00", "2026-03-02T10:00:00Z"],
)
def test_a_date_and_time_is_the_day_that_the_bank_wrote(when: str) -> None:
    statement = read(camt.balance("OPBD", "1.00", on=when, when="DtTm"))
    assert statement.opening
    assert statement.opening.on == date(2026, 3, 2)


def test_a_count_that_differs_and_a_page_that_follows_are_said() -> None:
    summary = "<TxsSummry><TtlNtries><NbOfNtries>3</NbOfNtries></TtlNtries></TxsSummry>"
    pages = "<MsgPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></MsgPgntn>"
    header = f"<GrpHdr><MsgId>M</MsgId>{pages}</GrpHdr>"
    data = camt.message(camt.statement(summary, camt.entry()), header=header).encode()
    (statement,) = read_statements(data)
    assert statement.warnings == (
        "3 entries announced, 1 found",
        "the message says that another page follows",
    )


FULL = """
<Refs><MsgId>M-9</MsgId><EndToEndId>E2E-7</EndToEndId><TxId>TX-1</TxId></Refs>
<RltdPties>
 <Dbtr><Pty><Nm>Ama  Etxe</Nm></Pty></Dbtr>
 <DbtrAcct><Id><IBAN>FR14 2004 1010 0505 0001 3M02 606</IBAN></Id></DbtrAcct>
 <Cdtr><Nm>La monnaie</Nm></Cdtr>
 <CdtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></CdtrAcct>
</RltdPties>
<RmtInf>
 <Ustrd>merci</Ustrd><Ustrd>et a bientot</Ustrd>
 <Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd>
</RmtInf>
<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>
"""


def test_everything_a_detail_says() -> None:
    line = line_of(camt.entry(details=camt.detail(FULL), extra="<RvslInd>false</RvslInd>"))
    (detail,) = line.details
    assert (detail.amount, detail.currency, line.itemised) == (Decimal("20.00"), "EUR", True)
    assert detail.end_to_end_id == "E2E-7"
    assert detail.references == ("RF18539007547034",)
    assert detail.text == "merci et a bientot"
    assert (detail.counterparty, detail.counterparty_iban) == ("Ama Etxe", camt.THEIRS)
    assert detail.ids == (("Refs/TxId", "TX-1"), ("Refs/MsgId", "M-9"))
    assert detail.return_reason == "AC04"


@pytest.mark.parametrize(
    ("sign", "reversal", "name"),
    [
        ("CRDT", "false", "Payer"),
        ("DBIT", "false", "Payee"),
        ("CRDT", "true", "Payee"),
        ("DBIT", "true", "Payer"),
    ],
)
def test_the_other_party_follows_the_money(sign: str, reversal: str, name: str) -> None:
    parties = "<RltdPties><Dbtr><Nm>Payer</Nm></Dbtr><Cdtr><Nm>Payee</Nm></Cdtr></RltdPties>"
    flag = f"<RvslInd>{reversal}</RvslInd>"
    line = line_of(camt.entry(sign=sign, extra=flag, details=camt.detail(parties)))
    assert line.details[0].counterparty == name


def test_our_own_account_is_never_the_other_party() -> None:
    # A returned transfer comes back as a credit and keeps us as its debtor.
    ours = f"<DbtrAcct><Id><IBAN>{camt.OURS}</IBAN></Id></DbtrAcct>"
    parties = f"<Dbtr><Nm>Us</Nm></Dbtr>{ours}<Cdtr><Nm>Them</Nm></Cdtr>"
    line = line_of(camt.entry(details=camt.detail(f"<RltdPties>{parties}</RltdPties>")))
    assert line.details[0].counterparty == "Them"
    alone = line_of(camt.entry(details=camt.detail(f"<RltdPties>{ours}</RltdPties>")))
    assert alone.details[0].counterparty is None


def test_a_reference_that_only_the_detail_has_is_the_banks() -> None:
    inside = camt.detail("<Refs><AcctSvcrRef>B-1</AcctSvcrRef></Refs>")
    assert line_of(camt.entry(details=inside)).bank_reference == "B-1"
    assert line_of(camt.entry(details=inside, reference="B-0")).bank_reference == "B-0"
    assert line_of(camt.entry(details=inside + inside)).bank_reference is None


def test_an_end_to_end_id_that_was_not_provided_is_none() -> None:
    inside = "<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
    assert line_of(camt.entry(details=camt.detail(inside))).details[0].end_to_end_id is None


def test_details_that_make_the_entry_need_no_warning() -> None:
    old = "<AmtDtls><TxAmt><Amt Ccy='EUR'>25.00</Amt></TxAmt></AmtDtls>"
    back = camt.amount("5.00") + "<CdtDbtInd>DBIT</CdtDbtInd>"
    statement = read(camt.entry("20.00", details=camt.detail(old) + camt.detail(back)))
    assert statement.lines[0].itemised
    assert statement.warnings == ()


@pytest.mark.parametrize(
    "inside",
    [camt.amount("19.99"), camt.amount("20.00", "CHF"), camt.amount("20.00") + "</TxDtls><TxDtls>"],
    ids=["sum", "currency", "gap"],
)
def test_details_that_do_not_make_the_entry_are_said_and_the_entry_counts(inside: str) -> None:
    statement = read(camt.entry("20.00", details=camt.detail(inside)))
    assert statement.credits == Decimal("20.00")
    assert not statement.lines[0].itemised
    (warning,) = statement.warnings
    assert warning.startswith("entry 1: the details do not add up")


def test_details_without_any_amount_need_no_warning() -> None:
    statement = read(camt.entry(details=camt.detail() + camt.detail()))
    assert (statement.warnings, statement.transactions) == ((), 2)
    assert not statement.lines[0].itemised
