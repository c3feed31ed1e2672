"""The terms change for days to come by two people, and the auditor sees what nobody sealed."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from api.dependencies import operator
from ledger.books.context import Context, town_day
from ledger.books.terms import Terms, TermsProposal
from ledger.operations.demo import CODE
from ledger.operations.terms import AdoptTerms, ProposeTerms, WithdrawTerms, read_terms
from ledger.proof.reader import open_source
from ledger.proof.verifier import verify
from tests.databases import Databases, SqliteDatabases
from tests.people.house import House, again, opened_house
from tests.people.test_iban_changes import Put
from tests.proof.town import opened

TODAY: Final = town_day(operator().at)
NEXT: Final = Terms(TODAY + timedelta(days=40), redemption_fee_bps=300, payouts_need_second=True)
LATER: Final = Terms(
    TODAY + timedelta(days=80), redemption_kinds=("pro", "association"), confirm_above=50_00
)


def changed(house: House, terms: Terms, first: Context, second: Context) -> str:
    proposed = house.do(ProposeTerms(terms), again(first))
    adopted = house.do(AdoptTerms(str(proposed["id"])), again(second))
    assert adopted["state"] == "adopted"
    return str(proposed["id"])


def treasurers(house: House) -> tuple[Context, Context]:
    return house.with_token("first", "treasurer"), house.with_token("second", "treasurer")


def wrong(url: str) -> set[str]:
    with open_source(url) as source:
        report = verify(source, None)
    return {problem.slug for problem in report.problems}


@pytest.fixture
def fresh(databases: Databases, tmp_path: Path) -> Iterator[tuple[House, str]]:
    """Open a house of its own, with its address: terms are for everybody in it."""
    with databases.fresh() as url, opened_house(url, tmp_path) as made:
        yield made, url


def test_terms_change_by_two_people_for_a_day_to_come(fresh: tuple[House, str]) -> None:
    house, url = fresh
    first, second = treasurers(house)
    proposed = house.do(ProposeTerms(NEXT), again(first))
    adopt = AdoptTerms(str(proposed["id"]))
    assert house.slug(adopt, again(first)) == "same-person"
    house.do(adopt, again(second))
    assert house.slug(adopt, again(second)) == "not-in-state"
    assert house.slug(ProposeTerms(NEXT), again(first)) == "already-exists"
    changed(house, LATER, second, first)
    book, _ = house.ledger.reads.rulebook(CODE)
    assert book.terms_on(TODAY).redemption_fee_bps == 500
    assert book.terms_on(NEXT.since) == NEXT
    assert book.terms_on(LATER.since + timedelta(days=1)) == LATER
    read: Any = read_terms(house.ledger, CODE, again(first))
    days = [LATER.since.isoformat(), NEXT.since.isoformat()]
    assert [each["since"] for each in read["terms"]][:2] == days
    assert wrong(url) == set()
    kept = house.ledger.reads.paper(TermsProposal, CODE, str(proposed["id"]))
    assert kept
    with pytest.raises(Exception, match="terms_proposal_second"):
        house.do(Put(replace(kept, approved_by=kept.proposed_by)))


@pytest.mark.parametrize(
    ("terms", "slug"),
    [
        (replace(NEXT, since=TODAY), "malformed-request"),
        (replace(NEXT, since=date(2020, 1, 1)), "malformed-request"),
        (replace(NEXT, redemption_fee_bps=10_001), "malformed-request"),
        (replace(NEXT, redemption_kinds=("king",)), "malformed-request"),
        (replace(NEXT, donation_bps=-1), "malformed-request"),
        (replace(NEXT, donation_supporters=-1), "malformed-request"),
        (replace(NEXT, request_minutes=0), "malformed-request"),
    ],
)
def test_what_terms_cannot_say_is_refused(house: House, terms: Terms, slug: str) -> None:
    assert house.slug(ProposeTerms(terms)) == slug


def test_a_proposal_comes_to_nothing_and_only_treasurers_make_one(house: House) -> None:
    first, second = treasurers(house)
    proposed = str(house.do(ProposeTerms(NEXT), again(first))["id"])
    house.do(WithdrawTerms(proposed), again(first))
    assert house.slug(AdoptTerms(proposed), again(second)) == "not-in-state"
    assert house.slug(AdoptTerms("nothing"), again(second)) == "not-found"
    assert house.slug(ProposeTerms(NEXT), house.with_token("admin", "admin")) == "role-may-not"


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Build books in which the terms changed twice; gives the closed file."""
    with SqliteDatabases(tmp_path_factory.mktemp("terms")).fresh() as url:
        with opened_house(url, tmp_path_factory.mktemp("keys")) as house:
            first, second = treasurers(house)
            changed(house, NEXT, first, second)
            changed(house, LATER, second, first)
        yield Path(url.removeprefix("sqlite:///"))


BOTH: Final = {"terms", "terms-before"}
ONE_PERSON: Final = (
    "UPDATE entry SET facts = replace(facts, '\"first\"', '\"second\"') WHERE kind = 'terms'"
)
SLIPPED_IN: Final = (
    "INSERT INTO terms SELECT currency, '2026-02-01', 0, redemption_kinds, donation_bps, "
    "request_minutes, 0, 1, 0, 0, NULL, NULL FROM terms WHERE since = '{first}'"
)


@pytest.mark.parametrize(
    ("sql", "slugs"),
    [
        ("UPDATE terms SET redemption_fee_bps = 299 WHERE since = '{next}'", BOTH),
        ("UPDATE terms SET payouts_need_second = 0 WHERE since = '{next}'", BOTH),
        ("UPDATE terms SET redemption_kinds = '[\"pro\"]' WHERE since = '{later}'", {"terms"}),
        ("UPDATE terms SET redemption_kinds = 'junk' WHERE since = '{later}'", {"terms"}),
        ("UPDATE terms SET confirm_above = NULL WHERE since = '{later}'", {"terms"}),
        ("UPDATE terms SET confirm_above = 1 WHERE since = '{next}'", BOTH),
        ("DELETE FROM terms WHERE since = '{later}'", {"terms"}),
        ("UPDATE terms SET since = '2026-01-02' WHERE since = '{next}'", BOTH),
        ("UPDATE terms SET redemption_fee_bps = 0 WHERE since = '{first}'", {"terms-before"}),
        (SLIPPED_IN, BOTH),
        (ONE_PERSON, {"chain", "terms-persons"}),
        ("UPDATE entry SET facts = 'junk' WHERE kind = 'terms'", {"chain", "terms"}),
    ],
)
def test_terms_that_nobody_sealed_are_seen(
    honest: Path, tmp_path: Path, sql: str, slugs: set[str]
) -> None:
    copy = f"sqlite:///{shutil.copy(honest, tmp_path / 'books.db')}"
    assert wrong(copy) == set()
    days = {"next": NEXT.since, "later": LATER.since, "first": date(TODAY.year, 1, 1)}
    with opened(copy) as execute:
        for verb in ("update", "delete"):
            for table in ("terms", "entry"):
                execute(f"DROP TRIGGER {table}_no_{verb}")
        execute(sql.format(**days))
    assert wrong(copy) == slugs
