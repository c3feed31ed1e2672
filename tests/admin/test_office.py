"""The association's office without JavaScript: a member arrives, is found, and is suspended."""

from tests.admin.test_desks import as_, ask, change, fields_of


def test_a_member_is_registered_once_and_found(house: str) -> None:
    with as_(house, "treasurer") as treasurer:
        page = treasurer.get("/office")
        assert "Boulangerie des Halles" in page.text
        typed = {
            **fields_of(page, "/office/members"),
            "kind": "person",
            "name": "Zoé <b>Durand</b>",
            "email": "zoe@example.org",
            "id": "zoe",
        }
        for _ in range(2):
            answer = treasurer.post("/office/members", data=typed)
            assert answer.headers["location"] == "/office/members/zoe"
        found = treasurer.get("/office", params={"member": " ZOE "}).text
        assert "Zoé &lt;b&gt;Durand&lt;/b&gt;" in found
        assert "0,00" in found
        again = {**typed, "key": "another"}
        assert "Ce nom est pris" in treasurer.post("/office/members", data=again).text
        assert treasurer.get("/office", params={"member": "nobody"}).status_code == 404


def test_a_name_that_the_books_cannot_bear_is_refused(house: str) -> None:
    with as_(house, "treasurer") as treasurer:
        hidden = fields_of(treasurer.get("/office"), "/office/members")
        for id_ in ("a b", "é", "-x", "x" * 65):
            typed = {**hidden, "kind": "person", "name": "X", "id": id_}
            assert treasurer.post("/office/members", data=typed).status_code == 422
        assert (
            treasurer.post(
                "/office/members", data={**hidden, "kind": "king", "name": "X"}
            ).status_code
            == 422
        )


def test_a_suspended_member_is_paid_no_more(house: str) -> None:
    with as_(house, "treasurer") as treasurer, as_(house, "office:comptoir-halles") as counter:
        for status, told in (("suspended", "suspendu"), ("active", "Voir avant")):
            path = "/office/members/librairie"
            typed = {
                **fields_of(treasurer.get(path), path),
                "status": status,
                "name": "Librairie du Palais",
                "email": "",
            }
            assert treasurer.post(path, data=typed).status_code == 303
            if status == "suspended":
                assert told in change(counter, "librairie", "5").text
    with as_(house, "till:boulangerie") as till:
        assert ask(till, "1")


def test_the_office_is_for_treasurers(house: str) -> None:
    for person in ("admin", "auditor", "member:alice", "office:comptoir-halles"):
        with as_(house, person) as client:
            assert client.get("/office").status_code == 403
            assert client.get("/office/members/alice").status_code == 403
