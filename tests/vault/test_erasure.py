"""A member is forgotten by two people: the name is nowhere, and the books stay whole."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from ledger.books.papers import Identity, Member
from ledger.books.sealing import Erasure, SubjectKey
from ledger.operations.checkpoint import make_checkpoint
from ledger.operations.conversion import Convert
from ledger.operations.erasure import ApproveErasure, AskErasure, erasure_traces, forget
from ledger.operations.grant import Given
from ledger.operations.identity_opening import OpenIdentity
from ledger.operations.ledger import Answer, Ledger
from ledger.operations.member import ChangeMember, RegisterMember, read_member
from ledger.operations.payment import Pay
from ledger.operations.payment_request import AskPayment
from ledger.operations.redemption import RequestRedemption
from tests.people.seat import agreement_of
from tests.reliability.town import CODE, context, demo, verified

NAME: Final = "Zoé Durand-Canari"
EMAIL: Final = "zoe.canari@example.org"
IBAN: Final = "FR7630006000011234567890189"
WORDS: Final = "Pour l'anniversaire de Zoé Durand-Canari"
PERSONAL: Final = [NAME, EMAIL, IBAN, "Durand-Canari"]


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    """Open the demo town with a shop that has a past, and words beside it."""
    with demo(database_url) as books:
        post(books, RegisterMember("z", "pro", NAME, EMAIL, IBAN, born_on=date(1980, 2, 3)))
        post(books, Convert("z", 5_00, "bank", reference=WORDS))
        post(books, AskPayment("z", 1_00, reference=WORDS))
        yield books


def post(ledger: Ledger, operation: Any, who: str = "operator") -> dict[str, Any]:  # noqa: ANN401 - any operation
    answer = ledger.post_and_wait(CODE, operation, context(person=who))
    assert not answer.refused, answer.body
    return dict(answer.json())


def ask(ledger: Ledger, who: str = "anne", reason: str = "request") -> Answer:
    asked = context(person=who)
    traces = erasure_traces(ledger, CODE, asked, "z")
    return ledger.post_and_wait(CODE, AskErasure("z", reason, traces), asked)


def slug(answer: Answer) -> str:
    return str(answer.json().get("slug", ""))


def emptied(ledger: Ledger) -> None:
    spent = Pay("z", "boulangerie", 6_00 if balance(ledger) == 6_00 else balance(ledger), WORDS)
    post(ledger, spent)


def balance(ledger: Ledger) -> int:
    return sum(ledger.reads.wallet(CODE, "z").values())


def traces_of(url: str) -> bytes:
    """Give everything that the database's files hold, as far as it can be asked for them."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        files = connection.execute(
            "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class "
            "WHERE relkind IN ('r', 't', 'i') AND relnamespace IN "
            "('public'::regnamespace, 'pg_toast'::regnamespace) AND pg_relation_size(oid) > 0"
        ).fetchall()
    return b"".join(bytes(file) for (file,) in files)


def found_in(raw: bytes) -> list[str]:
    return [said for said in PERSONAL if said.encode() in raw]


def test_after_erasure_the_name_is_nowhere_and_the_books_verify(
    ledger: Ledger, database_url: str
) -> None:
    make_checkpoint(ledger, CODE, context())
    emptied(ledger)
    assert found_in(traces_of(database_url)) == [NAME, "Durand-Canari"]  # in what people wrote
    key = ledger.reads.paper(SubjectKey, CODE, "identity:z")
    assert key is not None
    assert not ask(ledger).refused
    done = forget(ledger, CODE, context(person="bruno"), "z")
    assert not done.refused, done.body
    raw = traces_of(database_url)
    assert found_in(raw) == []
    assert key.wrapped not in raw
    assert ledger.reads.paper(Identity, CODE, "z") == Identity("z")
    member = ledger.reads.paper(Member, CODE, "z")
    assert member is not None
    assert (member.status, member.born_on) == ("closed", None)
    make_checkpoint(ledger, CODE, context())
    ledger.writer.close()
    report = verified(database_url)
    assert report.sound, [problem.sentence("en") for problem in report.problems]


def test_the_entries_of_an_erasure_say_nothing_of_the_person(ledger: Ledger) -> None:
    emptied(ledger)
    ask(ledger)
    forget(ledger, CODE, context(person="bruno"), "z")
    kinds = {e.kind: dict(e.facts) for e in ledger.reads.entries(CODE, newest=True, limit=2)}
    told = {"member": "z", "reason": "request"}
    assert kinds == {"erasure-request": told, "erasure": told}
    assert not any(entry.memo for entry in ledger.reads.entries(CODE, limit=500))


def test_whoever_asked_does_not_agree(ledger: Ledger) -> None:
    emptied(ledger)
    assert slug(forget(ledger, CODE, context(person="anne"), "z")) == "not-found"
    ask(ledger, "anne")
    assert slug(forget(ledger, CODE, context(person="anne"), "z")) == "same-person"
    agree = ApproveErasure("z", erasure_traces(ledger, CODE, context(), "z"))
    wanted = agreement_of(ledger, CODE, context().at, agree, Given("treasurer"))
    assert wanted == ("erasure", "z", "", "")
    assert ledger.reads.paper(Identity, CODE, "z") == Identity("z", NAME, EMAIL, IBAN)


def test_who_holds_units_or_is_owed_euros_is_not_forgotten(ledger: Ledger) -> None:
    assert slug(ask(ledger)) == "still-holds"
    post(ledger, Pay("z", "boulangerie", balance(ledger) - 4_00))
    post(ledger, RequestRedemption("z", 4_00))
    assert balance(ledger) == 0
    refused = ask(ledger)
    assert slug(refused) == "still-holds"
    assert refused.json()["facts"] == {"member": "z", "units": "0.00", "redemptions": 1}


def test_a_member_who_came_back_meanwhile_is_not_forgotten(ledger: Ledger) -> None:
    emptied(ledger)
    ask(ledger)
    post(ledger, ChangeMember("z", status="active"))
    assert slug(forget(ledger, CODE, context(person="bruno"), "z")) == "not-in-state"


def test_nobody_is_forgotten_twice_or_written_again(ledger: Ledger) -> None:
    emptied(ledger)
    ask(ledger)
    assert slug(ask(ledger, reason="because")) == "malformed-request"
    forget(ledger, CODE, context(person="bruno"), "z")
    assert slug(forget(ledger, CODE, context(person="carla"), "z")) == "not-in-state"
    assert slug(ask(ledger)) == "not-in-state"
    change = ledger.post_and_wait(CODE, ChangeMember("z", name="Z"), context())
    assert slug(change) == "not-in-state"
    done = ledger.reads.paper(Erasure, CODE, "z")
    assert done is not None
    assert (done.asked_by, done.approved_by) == ("anne", "bruno")


def test_an_auditor_opens_an_identity_with_a_reason_that_is_kept(ledger: Ledger) -> None:
    told = read_member(ledger, CODE, context("auditor"), "z")
    assert "name" not in told
    answer = ledger.post_and_wait(CODE, OpenIdentity("z", "a sample of 2027"), context())
    entry = ledger.reads.entry(CODE, answer.entry or 0)
    assert entry is not None
    assert (entry.kind, dict(entry.facts), entry.memo) == (
        "identity-opened",
        {"member": "z"},
        "a sample of 2027",
    )
    assert NAME.encode() not in answer.body
    short = ledger.post_and_wait(CODE, OpenIdentity("z", " x "), context())
    assert slug(short) == "malformed-request"
