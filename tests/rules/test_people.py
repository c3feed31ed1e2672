"""What lets somebody in, and until when: person, grant, session and bare credential."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.books.papers import Credential
from ledger.books.people import (
    Grant,
    Person,
    Session,
    badge_of_credential,
    badge_of_drawn,
    badge_of_session,
)
from tests.rules.values import AT, DAY

PERSON = Person("p", "marie", "human", "active", AT, AT)
GRANT = Grant("g", "p", "shop", "boulangerie", "active", DAY, None, "admin")
SESSION = Session(
    id="h",
    person="p",
    grant="g",
    kind="browser",
    method="passkey",
    factors=2,
    signed_in_at=AT,
    started_at=AT,
    seen_at=AT,
    ends_at=AT + timedelta(hours=12),
    idle_minutes=30,
    device="Firefox",
)


def test_a_session_opens_what_its_grant_says() -> None:
    badge = badge_of_session(SESSION, PERSON, GRANT, AT)
    assert badge
    assert (badge.id, badge.role, badge.holder, badge.person) == ("g", "shop", "boulangerie", "p")
    assert badge.good_at(AT)
    assert not badge.good_at(AT + timedelta(minutes=30))


def test_a_session_narrows_its_grant() -> None:
    narrow = replace(GRANT, scopes=("journal:read", "members:read"))
    session = replace(SESSION, scopes=("members:read",))
    for given, scopes in ((SESSION, narrow.scopes), (session, session.scopes)):
        badge = badge_of_session(given, PERSON, narrow, AT)
        assert badge
        assert badge.scopes == scopes


def test_without_a_grant_a_session_has_no_role() -> None:
    badge = badge_of_session(replace(SESSION, grant=""), PERSON, None, AT)
    assert badge
    assert (badge.id, badge.role) == ("p", "")


@pytest.mark.parametrize("status", ["invited", "suspended", "closed"])
def test_a_person_who_is_not_active_is_out(status: str) -> None:
    person = replace(PERSON, status=status)
    assert badge_of_session(SESSION, person, GRANT, AT) is None
    token = Credential("c", "h", "shop", "boulangerie", "p")
    assert badge_of_credential(token, person, AT) is None
    assert badge_of_credential(token, PERSON, AT)


@pytest.mark.parametrize(
    "grant",
    [
        None,
        replace(GRANT, person="q"),
        replace(GRANT, state="proposed"),
        replace(GRANT, state="suspended"),
        replace(GRANT, state="revoked"),
        replace(GRANT, since=DAY + timedelta(days=1)),
        replace(GRANT, until=DAY - timedelta(days=1)),
    ],
)
def test_a_grant_that_is_not_in_force_opens_nothing(grant: Grant | None) -> None:
    assert badge_of_session(SESSION, PERSON, grant, AT) is None


def test_the_last_day_of_a_grant_is_included() -> None:
    assert replace(GRANT, until=DAY).good_at(AT)


@pytest.mark.parametrize(
    "session",
    [
        replace(SESSION, ended_at=AT),
        replace(SESSION, ends_at=AT),
        replace(SESSION, seen_at=AT - timedelta(minutes=30)),
        replace(SESSION, started_at=AT - timedelta(microseconds=1)),
    ],
)
def test_a_session_that_is_over_opens_nothing(session: Session) -> None:
    assert badge_of_session(session, PERSON, GRANT, AT) is None


def test_nobodys_session_opens_nothing() -> None:
    assert badge_of_session(SESSION, None, GRANT, AT) is None


def test_a_credential_opens_until_it_ends() -> None:
    later = AT + timedelta(seconds=1)
    badge = badge_of_credential(Credential("c", "h", "admin", "", "x", (), later), None, AT)
    assert badge
    assert (badge.id, badge.role, badge.person) == ("c", "admin", "x")
    assert badge.good_at(AT)
    assert not badge.good_at(later)
    ended = Credential("c", "h", "admin", "", "x", (), AT)
    assert badge_of_credential(ended, None, AT) is None


def test_a_drawn_token_does_what_its_client_does_and_no_longer() -> None:
    client = badge_of_credential(Credential("c", "h", "shop", "boulangerie", "p"), None, AT)
    ends = AT + timedelta(hours=1)
    token = Credential("t", "i", "admin", "", "q", ("read",), ends, client="c")
    badge = badge_of_drawn(token, client, AT)
    assert badge
    assert (badge.id, badge.role, badge.holder, badge.person) == ("c", "shop", "boulangerie", "p")
    assert (badge.scopes, badge.ends_at) == (("read",), ends)
    assert badge_of_drawn(token, client, ends) is None
    assert badge_of_drawn(token, None, AT) is None
    assert badge_of_drawn(replace(token, client="d"), client, AT) is None
    assert badge_of_credential(token, None, AT) is None
