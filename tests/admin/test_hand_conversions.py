"""Issuing by hand on the treasury's page: previewed, proposed, and issued by another person."""

import re
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from ledger.books.conversions import HandConversion
from scripts.edge import operator
from tests.admin.conftest import open_to_its_people
from tests.admin.test_desks import as_
from tests.admin.town import Town, town
from tests.payout.test_files import Decide

PAGE = "/treasury/conversions"


@pytest.fixture(scope="module")
def roue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Found a town of its own, whose terms change."""
    with town(tmp_path_factory.mktemp("by-hand")) as made:
        yield made


@pytest.fixture(scope="module")
def house(roue: Town) -> Iterator[str]:
    """Serve it."""
    with open_to_its_people(roue) as address:
        yield address


def send(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    said = re.search(r'name="csrf" value="([^"]+)"', client.get(PAGE).text)
    assert said
    return client.post(path, data={"csrf": said[1], **fields})


def test_two_treasurers_issue_what_one_may_not(house: str, roue: Town) -> None:
    today = operator().day
    now = roue.ledger.reads.rulebook("roue")[0].terms_on(today)
    roue.do(Decide(replace(now, since=today, hand_conversions_above=50_00)))
    typed = {"member": "bruno", "euros": "60,00", "channel": "bank", "reference": "au guichet"}
    with as_(house, "treasurer") as client:
        assert send(client, PAGE, **typed | {"euros": "x"}).status_code == 422
        assert send(client, PAGE, **typed | {"member": "nobody"}).status_code == 404
        seen = send(client, PAGE, **typed, key="one")
        assert seen.status_code == 200
        assert "un autre trésorier" in seen.text
        assert "60,00" in seen.text
        for _ in range(2):  # a double click proposes once
            done = send(client, PAGE, **typed, key="one", step="confirm")
            assert done.status_code == 303
        (proposal,) = roue.ledger.reads.papers(HandConversion, "roue")
        assert "bruno" in client.get("/treasury").text
        alone = send(client, f"{PAGE}/{proposal.id}/approve", key="two")
        assert alone.status_code == 409
    with as_(house, "treasurer-2") as client:
        assert "au guichet" in client.get(PAGE).text
        issued = send(client, f"{PAGE}/{proposal.id}/approve", key="three")
        assert issued.status_code == 303
        assert "72,00" in client.get(issued.headers["location"]).text
        assert send(client, f"{PAGE}/{proposal.id}/withdraw", key="four").status_code == 409
        assert "au guichet" not in client.get(PAGE).text
        small = send(client, PAGE, **typed | {"euros": "50,00"}, key="five")
        assert small.status_code == 200
        assert "58,00" in small.text  # with what is left of the bonus
        assert "un autre trésorier" not in small.text
        assert (
            send(client, PAGE, **typed | {"euros": "50,00"}, key="five", step="confirm").status_code
            == 303
        )
