"""Tables of banks: read by a declared profile, and refused where a cell leaves a doubt."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ledger.banking.csv_profiles import SHIPPED, ProfileError, read_profiles
from ledger.banking.csv_statement import read_csv
from ledger.banking.detect import read_statements
from ledger.banking.identity import line_key
from ledger.banking.statements import Direction, Statement, inspection
from ledger.refusals import UnreadableStatement

CIC = (
    "Date;Date de valeur;Débit;Crédit;Libellé;Solde\r\n"
    "04/03/2026;04/03/2026;;1 250,00;VIR SUBVENTION;1 326,80\r\n"
    "03/03/2026;02/03/2026;-3,20;;FRAIS BANCAIRES;76,80\r\n"
    "02/03/2026;02/03/2026;;25,00;VIR ALICE RF18539007547034;80,00\r\n"
)
COOPERATIVE = (
    "Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;"
    "Informations complementaires;Type operation;Categorie;Sous categorie;Debit;Credit;"
    "Date operation;Date de valeur;Pointage operation\n"
    "03/03/26;FRAIS;FRAIS TENUE DE COMPTE;AB12;;Frais;;;3,20;;03/03/26;03/03/26;0\n"
    "02/03/26;VIR ALICE;VIR SEPA ALICE;AB11;RF18 5390 0754 7034;Virement;;;;25,00;;02/03/26;0\n"
)
NEF = (
    '"Compte courant associatif"\n"IBAN : FR76 3000 6000 0112 3456 7890 189"\n\n'
    '"Date opération";"Date valeur";"Libellé";"Montant";"Devise"\n'
    '"2026-03-02";"2026-03-02";"Virement d\'Alice; ""Bois & Cie""";"+25,00";"EUR"\n'
    '"2026-03-03";"2026-03-03";"=HYPERLINK(""x"")";"-1.003,20";"EUR"\n'
)


def read(text: str, encoding: str = "utf-8") -> Statement:
    (statement,) = read_statements(text.encode(encoding))
    return statement


def test_the_whole_inspection_of_a_table_with_a_running_balance() -> None:
    statement = read(CIC, "latin-1")
    assert inspection(statement) == {
        "format": "csv:cic",
        "id": None,
        "iban": None,
        "currency": "EUR",
        "opening": {"amount": "55.00", "date": "2026-03-02"},
        "closing": {"amount": "1326.80", "date": "2026-03-04"},
        "entries": 3,
        "transactions": 3,
        "credits": "1275.00",
        "debits": "3.20",
        "balanced": True,
        "warnings": [],
    }
    alice, fee, grant = statement.lines  # the bank tells the newest first
    assert alice.details[0].text == "VIR ALICE RF18539007547034"
    assert (fee.direction, fee.booked_on, fee.value_on) == (
        Direction.DEBIT,
        date(2026, 3, 3),
        date(2026, 3, 2),
    )
    assert grant.amount == Decimal("1250.00")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
def test_encodings_say_the_same(encoding: str) -> None:
    assert read(CIC, encoding) == read(CIC)


def test_either_order_of_time_is_read_by_the_balances() -> None:
    head, *rows = CIC.splitlines()
    assert read("\n".join([head, *reversed(rows)])) == read(CIC)
    same_day = CIC.replace("04/03", "02/03").replace("03/03", "02/03")
    assert [line.amount for line in read(same_day).lines] == [
        line.amount for line in read(CIC).lines
    ]


def test_debit_and_credit_columns_without_balance() -> None:
    statement = read(COOPERATIVE)
    assert (statement.format, statement.opening, statement.balanced) == (
        "csv:credit-cooperatif",
        None,
        None,
    )
    first, second = statement.lines
    assert first.details[0].text == "VIR SEPA ALICE · VIR ALICE · RF18 5390 0754 7034 · AB11"
    assert (second.direction, second.amount) == (Direction.DEBIT, Decimal("3.20"))


def test_a_signed_column_with_a_letterhead() -> None:
    statement = read(NEF)
    assert statement.format == "csv:nef"
    assert statement.account == "FR7630006000011234567890189"
    assert [(line.direction.value, line.amount) for line in statement.lines] == [
        ("credit", Decimal("25.00")),
        ("debit", Decimal("1003.20")),
    ]
    assert statement.lines[0].details[0].text == 'Virement d\'Alice; "Bois & Cie"'
    # A formula is a text like any other here; what is written for a spreadsheet disarms it.
    assert statement.lines[1].details[0].text == '=HYPERLINK("x")'


def test_identical_rows_of_one_day_are_two_lines() -> None:
    head = "Date;Date de valeur;Débit;Crédit;Libellé;Solde\n"
    row = "02/03/2026;02/03/2026;;20,00;VIR;{}\n"
    statement = read(head + row.format("20,00") + row.format("40,00"))
    keys = [line_key(statement, line) for line in statement.lines]
    assert len(set(keys)) == 2
    flipped = read(head + row.format("40,00") + row.format("20,00"))
    assert [line_key(flipped, line) for line in flipped.lines] == keys


@pytest.mark.parametrize(
    "text",
    [
        "1 250,00",
        "1\u00a0250,00",
        "1\u202f250,00",
        "1.250,00",
        "+1250,00",
        "1250",
        "1250,0",
        "1250,00 €",
    ],
)
def test_one_amount_written_in_many_ways(text: str) -> None:
    assert read(CIC.replace("1 250,00", text)).lines[2].amount == Decimal(1250)


@pytest.mark.parametrize(
    "text",
    [
        "1.250",
        "1 25,00",
        "1250.00",
        "1,250.00",
        "1 2500,00",
        "1250,000",
        "1e3",
        "12O,00",
        "--1",
        "n/a",
        "٣",
    ],
)
def test_an_amount_in_doubt_is_refused(text: str) -> None:
    with pytest.raises(UnreadableStatement, match="is not an amount"):
        read(CIC.replace("1 250,00", text))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (";76,80", ";77,80", "does not follow"),
        (";76,80", ";", "running balance is missing"),
        ("-3,20;;", ";;", "one of the two"),
        ("-3,20;;", "-3,20;1,00;", "one of the two"),
        (";25,00;", ";-25,00;", "credit is negative"),
        ("04/03/2026;04", "2026-03-04;04", "is not a day"),
        ("04/03/2026;04", "31/02/2026;04", "is not a day"),
        ("04/03/2026;04", ";04", "is not a day"),
        ("VIR SUBVENTION", "VIR;SUBVENTION", "7 cells, the header has 6"),
        ("VIR SUBVENTION", '"VIR SUBVENTION', "quotes do not close"),
        ("VIR SUBVENTION", "VIR\x00SUBVENTION", "control character"),
        ("Solde", "Date", "fits its columns"),
        ("Libellé", "Autre", "fits its columns"),
    ],
)
def test_a_row_in_doubt_is_refused(old: str, new: str, why: str) -> None:
    with pytest.raises(UnreadableStatement, match=why):
        read(CIC.replace(old, new))


def test_debits_of_which_only_some_have_a_sign_are_refused() -> None:
    more = "03/03/26;X;X;;;;;;-1,00;;;03/03/26;0\n"
    with pytest.raises(UnreadableStatement, match="some debits have a sign"):
        read(COOPERATIVE + more)


def test_rows_of_several_accounts_or_currencies_are_refused() -> None:
    head = "Compte;Date;Libellé;Montant;Devise\n"
    rows = "A1;02/03/2026;x;1,00;EUR\n"
    assert read(head + rows).account == "A1"
    with pytest.raises(UnreadableStatement, match="several accounts"):
        read(head + rows + rows.replace("A1", "A2"))
    with pytest.raises(UnreadableStatement, match="not in EUR as the others"):
        read(head + rows + rows.replace("EUR", "CHF"))
    with pytest.raises(UnreadableStatement, match="no row"):
        read(head)


def test_an_association_declares_its_own_bank() -> None:
    own = read_profiles(
        '[[profile]]\nid = "village-bank"\ndelimiter = ","\ndecimal = "."\n'
        'days = ["MM-DD-YYYY"]\ncurrency = "CHF"\n[profile.columns]\nbooked = ["Day"]\n'
        'amount = ["Sum"]\ntext = ["Words"]\nreference = ["Ref"]\n'
    )
    table = b'Day,Words,Sum,Ref\n03-02-2026,rent,"1,003.20",R-1\n03-02-2026,fee,-7,\n'
    with pytest.raises(UnreadableStatement, match="no declared profile"):
        read_csv(table)
    (statement,) = read_csv(table, (*own, *SHIPPED))
    assert statement.format == "csv:village-bank"
    assert [line.amount for line in statement.lines] == [Decimal("1003.20"), Decimal(7)]
    assert (statement.currency, statement.lines[0].bank_reference) == ("CHF", "R-1")
    assert statement == replace(read_statements(table, "", own)[0])


GOOD = (
    '[[profile]]\nid = "a"\ndelimiter = ";"\ndecimal = ","\ndays = ["DD/MM/YYYY"]\n'
    '[profile.columns]\nbooked = ["D"]\namount = ["A"]\ntext = ["T"]\n'
)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"a"', '"A b"', "a word like my-bank"),
        ('delimiter = ";"', 'delimiter = "x"', "its delimiter"),
        ('decimal = ","', "decimal = 1", "its decimal"),
        ('["DD/MM/YYYY"]', '["DD/MM"]', "its days"),
        ('["DD/MM/YYYY"]', "[7]", "its days"),
        ("[profile.columns]", 'currency = "euro"\n[profile.columns]', "its currency"),
        ("[profile.columns]", "colour = 1\n[profile.columns]", "no key colour"),
        ("amount =", "sum =", "no column sum"),
        ("amount =", "debit =", "amount, or debit and credit"),
        ("booked =", "valued =", "lack booked"),
        ('["T"]', '"T"', "a list of words"),
        ("[profile.columns]", "[profile.cells]", "no key cells"),
        ("[[profile]]", "[[bank]]", "and nothing else"),
        ("[[profile]]", "[[profile", "not TOML"),
        (GOOD, GOOD + GOOD, "the same id"),
    ],
)
def test_a_profile_with_a_slip_is_refused_at_once(old: str, new: str, why: str) -> None:
    assert len(read_profiles(GOOD)) == 1
    with pytest.raises(ProfileError, match=why):
        read_profiles(GOOD.replace(old, new))


def test_a_profile_without_columns_is_refused() -> None:
    with pytest.raises(ProfileError, match="it has no columns"):
        read_profiles(GOOD.split("[profile.columns]", maxsplit=1)[0])
