"""Members are read as each program writes them, and a cell at fault is named with its place."""

import io
from datetime import date, datetime

import openpyxl
import pytest

from ledger.banking.member_sheets import read_members
from ledger.books.opening import OldMember
from ledger.money import Asset
from ledger.refusals import UnreadableRows

ROUE = Asset("Roue", 2)

CYCLOS = """User,Full name,E-mail,Group,Balance,Mobile phone
jeanne.m,Jeanne Martin,jeanne@example.org,Particulier,"12.50",+33600000000
le-fournil,Le Fournil,fournil@example.org,Prestataire,0.00,
"""
ODOO = """id,Nom affiché,Courriel,Est une société,Ville,Banques/Numéro de compte
__export__.res_partner_7_ab12,Le Fournil,f@example.org,VRAI,Avignon,FR1420041010050500013M02606
__export__.res_partner_8_cd34,Jeanne Martin,,FAUX,,
"""
KOHINOS = "Prénom;Nom;Email;Ville;Solde\nJeanne;Martin;jeanne@example.org;Nyons;1 234,5\n"


def read(text: str, kind: str = "") -> list[OldMember]:
    return read_members(text.encode(), ROUE, kind)[0]


def test_a_cyclos_export_is_read_and_its_login_is_no_id() -> None:
    members, left_out = read_members(CYCLOS.encode(), ROUE)
    assert left_out == ["Mobile phone"]
    assert [(m.id, m.login, m.kind, m.units) for m in members] == [
        ("", "jeanne.m", "person", 1250),
        ("", "le-fournil", "pro", 0),
    ]
    assert members[0].name == "Jeanne Martin"


def test_an_odoo_export_is_read_with_its_ids() -> None:
    fournil, jeanne = read(ODOO)
    assert (fournil.id, fournil.kind) == ("export-res-partner-7-ab12", "pro")
    assert (fournil.iban, fournil.commune) == ("FR1420041010050500013M02606", "Avignon")
    assert (jeanne.kind, jeanne.email, jeanne.units) == ("person", "", None)


def test_first_and_last_names_are_put_together_and_the_kind_may_be_given_for_all() -> None:
    [jeanne] = read(KOHINOS, "person")
    assert (jeanne.name, jeanne.kind, jeanne.units) == ("Jeanne Martin", "person", 123450)


def test_a_workbook_is_read_too() -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "kind", "date de naissance", "solde"])
    book.active.append(["m-1", "Particulier", datetime(1980, 12, 31), 4.5])  # noqa: DTZ001 - as sheets have it
    content = io.BytesIO()
    book.save(content)
    [one] = read_members(content.getvalue(), ROUE)[0]
    assert (one.id, one.born_on, one.units) == ("m-1", date(1980, 12, 31), 450)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("id;kind\n", "no rows"),
        ("nom;kind\nJeanne;person\n", "no heading is an id or an e-mail"),
        ("id;nom\n1;Jeanne\n", "no heading says of which kind"),
        ("id;kind;id\n1;person;1\n", "C1 is a second heading for id"),
        ("id;email;kind\n;;person\n", "row 2 has neither an id nor an e-mail"),
        ("id;kind\n1;\n", "row 2 does not say"),
        ("id;kind\n1;robot\n", "B2, 'robot', is not one of person, pro"),
        ("id;kind\n!!;person\n", "A2, '!!', is not an id"),
        (f"id;kind\n{'a' * 65};person\n", "is not an id"),
        ("id;kind;email\n1;person;jeanne\n", "C2, 'jeanne', is not an e-mail"),
        ("id;kind;iban\n1;person;FR00\n", "C2, 'FR00', is not an IBAN"),
        ("id;kind;birthday\n1;person;31/02/1980\n", "C2, '31/02/1980', is not a day"),
        ("id;kind;birthday\n1;person;1980\n", "C2, '1980', is not a day"),
        ("id;kind;solde\n1;person;-1\n", "C2, '-1', is no amount of Roue"),
        ("id;kind;solde\n1;person;1,234\n", "C2, '1,234', is no amount"),
        ("id;kind;solde\n1;person;\u0661\n", "is no amount"),
        (f"id;kind;solde\n1;person;{'9' * 14}\n", "is no amount"),
        ("id;kind;nom\n1;person;=A1\n", "C2 is formula-cell"),
        (f"id;kind;nom\n1;person;{'x' * 141}\n", "C2 is too long"),
        ("id;kind\nA b;person\na-b;person\n", "row 3 has the id that row 2 has"),
        ("email;kind\na@b.fr;person\nA@b.fr;pro\n", "row 3 has the email that row 2 has"),
        ("id;user;kind\n1;x;person\n2;x;person\n", "row 3 has the login that row 2 has"),
        ("", "no heading is an id or an e-mail"),
    ],
)
def test_a_sheet_at_fault_is_refused_with_the_place(rows: str, why: str) -> None:
    with pytest.raises(UnreadableRows, match="cannot be read") as refused:
        read(rows)
    assert why in refused.value.whys[0]


def test_every_row_at_fault_is_named() -> None:
    with pytest.raises(UnreadableRows) as refused:
        read("id;kind\n1;robot\n2;person\n2;person\n3;moon\n")
    assert [why.split(",")[0] for why in refused.value.whys] == [
        "cell B2",
        "row 4 has the id that row 3 has",
        "cell B5",
    ]
