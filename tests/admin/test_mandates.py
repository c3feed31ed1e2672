"""Standing conversions on the desks: signed by a member, put in force, debited by a file."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from ledger.books.papers import PaymentFile
from ledger.books.standing import Collection, StandingConversion
from ledger.operations.standing import LAST_DAY, ProposeStanding
from scripts.edge import operator
from tests.admin.conftest import serving
from tests.admin.test_desks import as_, fields_of
from tests.admin.town import Town, town

PAGE = "/treasury/mandates"
IBAN = "FR7630006000011234567890189"
CREDITOR = "FR72ZZZ123456"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[str, Town]]:
    with town(tmp_path) as made:
        (tmp_path / "demo-tokens.json").write_bytes(orjson.dumps(made.tokens))
        with serving(tmp_path) as address:
            yield address, made


def test_a_mandate_from_the_member_to_the_file_for_the_bank(place: tuple[str, Town]) -> None:
    address, made = place
    reads = made.ledger.reads
    with as_(address, "member:alice") as alice, as_(address, "treasurer") as desk:
        signed = fields_of(alice.get("/wallet/standing"), "/wallet/standing")
        signed |= {"euros": "30,00", "day": "5", "iban": IBAN}
        assert alice.post("/wallet/standing", data=signed).status_code == 303
        (mandate,) = reads.papers(StandingConversion, "roue")
        accept = f"{PAGE}/{mandate.id}/accept"
        shown = desk.get(PAGE)
        assert mandate.mandate in shown.text
        assert f'action="{PAGE}/file"' not in shown.text
        assert desk.post(accept, data=fields_of(shown, accept)).status_code == 303
        assert accept not in desk.get(PAGE).text

        ended = fields_of(shown, f"{PAGE}/{mandate.id}/end")
        assert desk.post(f"{PAGE}/{mandate.id}/end", data=ended).status_code == 303
        assert mandate.mandate not in desk.get(PAGE).text
        assert desk.post(accept, data=ended | {"key": "again"}).status_code == 409
        assert alice.get(PAGE).status_code == 403

        named = fields_of(shown, f"{PAGE}/creditor") | {"creditor": "FR00ZZZ123456"}
        assert desk.post(f"{PAGE}/creditor", data=named).status_code == 422
        named |= {"creditor": CREDITOR, "key": "named-right"}
        assert desk.post(f"{PAGE}/creditor", data=named).status_code == 303
        today = operator().day.day
        near = today <= LAST_DAY  # mandates know the days 1 to 28: on others nothing is due yet
        made.do(ProposeStanding("bruno", 30_00, today if near else 15, IBAN))
        made_file = fields_of(desk.get(PAGE), f"{PAGE}/file")
        for _ in range(2):
            assert desk.post(f"{PAGE}/file", data=made_file).status_code == (303 if near else 409)
        files = [file.id for file in reads.papers(PaymentFile, "roue")]
        debits = reads.papers(Collection, "roue")
        assert len(files) == int(near)
        assert [(each.member, each.euros, each.file) for each in debits] == [
            ("bruno", 30_00, id_) for id_ in files
        ]
        shown = desk.get(PAGE)
        assert all(each.reference in shown.text for each in debits)
