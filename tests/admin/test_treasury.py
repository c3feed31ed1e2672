"""The treasurer's morning without JavaScript: the bank's file, a line that waits, an approval."""

import re
from datetime import date

import httpx

from admin.history import line, turns
from admin.words import words
from ledger.books.papers import Member
from tests.admin.conftest import sign_in
from tests.admin.test_desks import as_, change, fields_of, units_of
from tests.admin.town import Town
from tests.banking import camt_files as camt


def bank_file(roue: Town, *entries: str, closing: str, identifier: str) -> str:
    """Write a camt.053 of the town's digital fund account."""
    iban = roue.ledger.reads.rulebook("roue")[0].bank_accounts["nef"].iban
    return camt.message(
        camt.statement(
            camt.balance("OPBD", "0.00"),
            camt.balance("CLBD", closing),
            *entries,
            identifier=identifier,
            holder=camt.account(f"<IBAN>{iban}</IBAN>"),
        )
    )


def paid_by(reference: str, value: str, name: str = "MME MARTIN") -> str:
    text = f"<RltdPties><Dbtr><Nm>{name}</Nm></Dbtr></RltdPties>"
    said = f"<RmtInf><Ustrd>{reference}</Ustrd></RmtInf>"
    return camt.entry(value, details=camt.detail(text + said), reference=f"B{value}")


def drop(treasurer: httpx.Client, content: str) -> httpx.Response:
    page = treasurer.get("/treasury")
    hidden = fields_of(page, "/treasury/statements")
    return treasurer.post(
        "/treasury/statements",
        data={**hidden, "account": "nef"},
        files={"file": ("relevé.xml", content.encode(), "text/xml")},
    )


def test_a_bank_file_is_read_once_and_says_what_was_read(house: str, roue: Town) -> None:
    member = roue.ledger.reads.paper(Member, "roue", "librairie")
    assert member
    content = bank_file(
        roue,
        paid_by(member.reference, "40.00"),
        paid_by("sans motif", "7.00"),
        closing="47.00",
        identifier="M-1",
    )
    had = units_of(roue, "librairie")
    with as_(house, "treasurer") as treasurer:
        page = drop(treasurer, content).text
        assert "2 nouvelles sur 2 lignes" in page
        assert "camt.053" in page
        assert "47,00" in page
        assert units_of(roue, "librairie") == had + 40_00
        again = drop(treasurer, content).text
        assert "0 nouvelles sur 2 lignes" in again
        assert "2 déjà connues" in again
        assert units_of(roue, "librairie") == had + 40_00


def test_a_line_that_waits_is_explained_by_a_person(house: str, roue: Town) -> None:
    content = bank_file(roue, paid_by("merci", "9.00"), closing="9.00", identifier="M-2")
    with as_(house, "treasurer") as treasurer:
        drop(treasurer, content)
        waiting = treasurer.get("/treasury/lines").text
        articles = re.findall(
            r'<article class="line" id="([^"]+)">(.*?)</article>', waiting, re.DOTALL
        )
        line = next(id_ for id_, text in articles if "<b>9,00</b>" in text)
        path = f"/treasury/lines/{line}"
        said = {**fields_of(treasurer.get("/treasury/lines"), path), "cause": "conversion"}
        refused = treasurer.post(path, data={**said, "id": "nobody"})
        assert "Introuvable" in refused.text
        assert "Introuvable" in treasurer.post(path, data={**said, "cause": "magic"}).text
        before = units_of(roue, "maraicher")
        seen = treasurer.post(path, data={**said, "id": "maraicher"})
        assert "en attente d" in seen.text
        sure = fields_of(seen, path)
        for _ in range(2):
            assert treasurer.post(path, data=sure).status_code == 303
        assert units_of(roue, "maraicher") == before + 9_00


def line_of(treasurer: httpx.Client, amount: str) -> str:
    waiting = treasurer.get("/treasury/lines").text
    articles = re.findall(r'<article class="line" id="([^"]+)">(.*?)</article>', waiting, re.DOTALL)
    return str(next(id_ for id_, text in articles if f"<b>{amount}</b>" in text))


def test_what_a_part_names_is_a_name(house: str, roue: Town) -> None:
    content = bank_file(roue, paid_by("loyers", "12.00"), closing="12.00", identifier="M-6")
    with as_(house, "treasurer") as treasurer:
        drop(treasurer, content)
        path = f"/treasury/lines/{line_of(treasurer, '12,00')}"
        form = fields_of(treasurer.get(f"{path}/split"), f"{path}/split")
        parts = {"cause-1": "interest", "euros-1": "10,00", "euros-2": "2,00"}
        for words in ("Jean Dupont", "x" * 81, "x y z"):  # sealed, they could never be erased
            prose = {**form, **parts, "cause-2": "interest", "id-2": words}
            assert treasurer.post(f"{path}/split", data=prose).status_code == 404
        for number in ("9" * 20, "9" * 5000):
            back = {**form, **parts, "cause-2": "return", "id-2": number}
            assert treasurer.post(f"{path}/split", data=back).status_code == 422
        assert line_of(treasurer, "12,00") in path


def test_a_line_is_asked_about_shared_out_and_undone(house: str, roue: Town) -> None:
    content = bank_file(roue, paid_by("loyers", "11.00"), closing="11.00", identifier="M-5")
    with as_(house, "treasurer") as treasurer, as_(house, "treasurer-2") as second:
        drop(treasurer, content)
        line = line_of(treasurer, "11,00")
        path = f"/treasury/lines/{line}"
        asked = fields_of(treasurer.get(path), f"{path}/ask")
        for _ in range(2):
            note = {**asked, "owner": "louise", "note": "demandé à la banque"}
            assert treasurer.post(f"{path}/ask", data=note).status_code == 303
        assert "louise se renseigne" in treasurer.get(path).text

        form = fields_of(treasurer.get(f"{path}/split"), f"{path}/split")
        parts = {"cause-1": "conversion", "id-1": "maraicher", "cause-2": "interest"}
        shared = {**form, **parts, "euros-1": "10,00"}
        wrong = treasurer.post(f"{path}/split", data={**shared, "euros-2": "0,99"})
        assert wrong.status_code == 409
        assert "10,99" in wrong.text or "10.99" in wrong.text
        assert 'value="maraicher"' in wrong.text
        unread = treasurer.post(f"{path}/split", data={**shared, "euros-2": "un"})
        assert unread.status_code == 422
        blank = {f"euros-{number}": "" for number in (2, 3, 4)}
        rows = treasurer.post(f"{path}/split", data={**shared, **blank, "step": "more"}).text
        assert rows.count("<fieldset>") == 8
        before = units_of(roue, "maraicher")
        seen = treasurer.post(f"{path}/split", data={**shared, "euros-2": "1,00"})
        assert units_of(roue, "maraicher") == before
        sure = fields_of(seen, f"{path}/split")
        for _ in range(2):
            assert treasurer.post(f"{path}/split", data=sure).status_code == 303
        assert units_of(roue, "maraicher") == before + 10_00

        assert line in treasurer.get("/treasury/lines/explained?euros=11,00").text
        assert line not in treasurer.get("/treasury/lines/explained?euros=11,01").text
        assert treasurer.get("/treasury/lines/explained?euros=x").status_code == 422
        undo = {**fields_of(treasurer.get(path), f"{path}/undo"), "reason": "un autre membre"}
        short = treasurer.post(f"{path}/undo", data={**undo, "reason": "no", "key": "short-1"})
        assert short.status_code == 422
        proposed = treasurer.post(f"{path}/undo", data=undo)
        assert proposed.status_code == 303
        correction = proposed.headers["location"]
        done = fields_of(second.get(correction), correction)
        assert second.post(correction, data=done).status_code == 303
        assert units_of(roue, "maraicher") == before
        assert line_of(treasurer, "11,00") == line


def test_a_proposal_to_share_a_line_is_confirmed_in_two_clicks(house: str, roue: Town) -> None:
    words = "2 POUR maraicher 3 POUR librairie"
    content = bank_file(roue, paid_by(words, "5.00"), closing="5.00", identifier="M-6")
    with as_(house, "treasurer") as treasurer:
        drop(treasurer, content)
        path = f"/treasury/lines/{line_of(treasurer, '5,00')}/split"
        had = [units_of(roue, who) for who in ("maraicher", "librairie")]
        seen = treasurer.post(path, data=fields_of(treasurer.get("/treasury/lines"), path))
        assert treasurer.post(path, data=fields_of(seen, path)).status_code == 303
        now = [units_of(roue, who) for who in ("maraicher", "librairie")]
        assert now == [had[0] + 2_00, had[1] + 3_00]


def test_a_file_that_cannot_be_trusted_is_refused_with_a_sentence(house: str) -> None:
    with as_(house, "treasurer") as treasurer:
        for content in ("", "not a statement", "<!DOCTYPE x><x/>"):
            page = drop(treasurer, content)
            assert page.status_code == 422
            assert "Ce fichier bancaire est illisible" in page.text


def test_a_redemption_is_asked_by_one_and_approved_by_another(house: str, roue: Town) -> None:
    with (
        as_(house, "office:comptoir-halles") as counter,
        as_(house, "shop:boulangerie") as shop,
        as_(house, "treasurer") as treasurer,
    ):
        counter.post("/counter", data=fields_of(change(counter, "boulangerie", "100"), "/counter"))
        had = units_of(roue, "boulangerie")
        page = shop.get("/till/redemptions")
        typed = {**fields_of(page, "/till/redemptions"), "units": "60"}
        plan = shop.post("/till/redemptions", data=typed)
        assert "57,00" in plan.text
        sure = fields_of(plan, "/till/redemptions")
        for _ in range(2):
            assert shop.post("/till/redemptions", data=sure).status_code == 303
        assert units_of(roue, "boulangerie") == had - 60_00

        todo = re.search(r'href="(/redemptions/[0-9a-z]+)"', treasurer.get("/treasury").text)
        assert todo
        assert "Approuver" not in shop.get(todo[1]).text
        approve = f"{todo[1]}/approve"
        fields = fields_of(treasurer.get(todo[1]), approve)
        assert shop.post(approve, data=fields_of(shop.get("/till"), "/till")).status_code == 403
        done = treasurer.post(approve, data=fields)
        assert "approuvée" in treasurer.get(done.headers["location"]).text
        seen = shop.get(todo[1]).text
        assert "approuvée" in seen
        assert "banque du fonds" not in seen  # what to do about it is not the shop's business
        assert "banque du fonds" in treasurer.get(todo[1]).text


def test_a_person_reads_why_units_do_not_become_euros(house: str) -> None:
    with as_(house, "member:alice") as alice:
        assert "/till/redemptions" in alice.get("/wallet").text
        page = alice.get("/till/redemptions")
        assert page.status_code == 200
        assert "pro" in page.text
        assert '<form method="post" action="/till/redemptions"' not in page.text


def test_the_newest_entry_leads_to_no_next_one(house: str) -> None:
    with as_(house, "auditor") as auditor:
        newest = int(re.findall(r'href="/audit/([0-9]+)"', auditor.get("/audit").text)[0])
        page = auditor.get(f"/audit/{newest}").text
        assert f'href="/audit/{newest + 1}"' not in page
        assert f'href="/audit/{newest}"' in auditor.get(f"/audit/{newest - 1}").text


def test_what_nobody_approved_can_be_withdrawn(house: str, roue: Town) -> None:
    with as_(house, "shop:maraicher") as shop:
        had = units_of(roue, "maraicher")
        typed = {**fields_of(shop.get("/till/redemptions"), "/till/redemptions"), "units": "1"}
        sure = fields_of(shop.post("/till/redemptions", data=typed), "/till/redemptions")
        shop.post("/till/redemptions", data=sure)
        link = re.search(r'href="(/redemptions/[0-9a-z]+)"', shop.get("/till/redemptions").text)
        assert link
        path = f"{link[1]}/cancel"
        shop.post(path, data=fields_of(shop.get(link[1]), path))
        assert units_of(roue, "maraicher") == had


def test_a_deposit_by_hand_is_seen_before_it_is_booked(house: str) -> None:
    with as_(house, "treasurer") as treasurer:
        page = treasurer.get("/treasury/deposits")
        filled = {
            **fields_of(page, "/treasury/deposits"),
            "sponsor": "grand-avignon",
            "bank": "nef",
            "euros": "1500,50",
        }
        seen = treasurer.post("/treasury/deposits", data=filled)
        assert "versé par grand-avignon" in seen.text
        done = treasurer.post("/treasury/deposits", data=fields_of(seen, "/treasury/deposits"))
        assert "1 500,50".replace(" ", "\u202f") in treasurer.get(done.headers["location"]).text


def test_a_sponsor_sees_what_its_bonuses_have_given(house: str) -> None:
    with as_(house, "sponsor:grand-avignon") as sponsor, as_(house, "treasurer") as treasurer:
        page = sponsor.get("/sponsor").text
        assert "<progress" in page
        assert "26 000,00".replace(" ", "\u202f") in page
        assert treasurer.get("/sponsor").status_code == 403


def test_an_entry_is_reversed_by_two_people(house: str, roue: Town) -> None:
    with (
        as_(house, "office:comptoir-halles") as counter,
        as_(house, "treasurer") as first,
        as_(house, "treasurer-2") as second,
    ):
        sure = fields_of(change(counter, "librairie", "11"), "/counter")
        done = counter.post("/counter", data=sure).headers["location"]
        number = re.search(r"n° (\d+)<", counter.get(done).text)
        assert number
        had = units_of(roue, "librairie")
        path = f"/corrections/{number[1]}"
        typed = {**fields_of(first.get(f"/audit/{number[1]}"), path), "reason": "trop compté"}
        proposal = first.post(path, data=typed).headers["location"]
        assert "Une autre trésorière" in first.get(proposal).text
        assert f'action="{proposal}"' not in first.get(proposal).text
        assert proposal in second.get("/treasury").text
        reverse = fields_of(second.get(proposal), proposal)
        forced = fields_of(first.get("/treasury/deposits"), "/treasury/deposits")
        assert "seconde personne" in first.post(proposal, data=forced).text
        for _ in range(2):
            assert second.post(proposal, data=reverse).status_code == 303
    assert units_of(roue, "librairie") == had - 11_00


def test_twelve_months_are_drawn_and_written(house: str, roue: Town) -> None:
    issued = -roue.ledger.reads.balances("roue", ["issued:digital"])["issued:digital"]
    with as_(house, "treasurer") as treasurer:
        page = treasurer.get("/treasury/history").text
    assert page.count('<th scope="row">') == 13
    assert words("fr").amount(issued) in page
    assert 'points="0,200 50,200' in page


def test_months_are_counted_back_over_the_year() -> None:
    found = turns(date(2026, 2, 28))
    assert (found[0], found[-1]) == (date(2025, 3, 1), date(2026, 2, 1))
    assert len(found) == 12
    assert line([0, 50, 100], 100) == "0,200 300,100 600,0"


def test_the_treasury_is_for_treasurers(house: str) -> None:
    for person in ("admin", "member:alice", "shop:boulangerie", "auditor", "till:boulangerie"):
        with httpx.Client(base_url=house) as client:
            sign_in(client, person)
            for path in ("/treasury", "/treasury/lines", "/treasury/deposits", "/treasury/history"):
                assert client.get(path).status_code == 403
