"""Every route, as every role, for one's own and another's, in every standing: the access matrix.

What is right stands in `matrix.md`; each of its lines is a test here, on both engines.
"""

from collections.abc import Iterator

import httpx
import pytest

from tests.databases import Databases
from tests.walls.asking import Ask, answers, asks_of
from tests.walls.table import COLUMNS, GRANTED, NOBODY, Line, read
from tests.walls.town import KINDS, OTHER_CURRENCY, ROLES, SHOP, STANDINGS, Town, town

LINES = read()
GUARDED = {route: line for route, line in LINES.items() if line.machine and not line.public}
HOW = """
These routes have no line in tests/walls/matrix.md. Print drafts of them with

    .venv/bin/python -m tests.walls.table

look at each cell (ok, no, or a status; own/another's) and paste them into the table. A route that
needs a body names it in the last column; what its placeholders stand for is made in town.py.
"""


@pytest.fixture(scope="module")
def place(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Open one town an engine."""
    with databases.fresh() as url, town(url, tmp_path_factory.mktemp("walls")) as made:
        yield made


def test_every_route_has_its_line(place: Town) -> None:
    assert not set(place.routes) - set(LINES), HOW + "\n".join(sorted(set(place.routes)))
    assert not set(LINES) - set(place.routes), "these lines have no route any more"


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_each_role_gets_what_the_table_says(place: Town, line: Line) -> None:
    head = _head(place)
    wrong = {}
    for column in COLUMNS:
        told = answers(place, line, asks_of(line, column))
        statuses = told[0].status_code, told[-1].status_code
        if statuses != line.cells[column]:
            wrong[column] = f"{statuses} for {line.cells[column]}"
        if line.machine:
            assert all(answer.status_code < 400 or _says_why(answer) for answer in told)
    assert not wrong, f"{line.route}: {wrong}"
    if line.machine or not line.acts:
        assert _head(place) == head, "a refusal or a preview moved something"


def _says_why(answer: httpx.Response) -> bool:
    """Say whether a refusal of the API is a problem document of the kind its status means."""
    slugs = {401: "not-identified", 403: "role-may-not", 404: "not-found"}
    told = answer.json()
    slug = slugs.get(answer.status_code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert slug is None or told["type"] == f"/problems/{slug}"
    return bool(told["status"] == answer.status_code)


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_revoked_credential_is_nobody(place: Town, line: Line) -> None:
    asks = [Ask(f"{role}:revoked", ROLES[role][0] or SHOP) for role in ROLES]
    told = {answer.status_code for answer in answers(place, line, asks)}
    assert told == {line.cells[NOBODY][0]}, line.route


@pytest.mark.parametrize("line", GUARDED.values(), ids=GUARDED)
def test_another_currency_is_not_there(place: Town, line: Line) -> None:
    asks = [
        Ask(asks_of(line, role)[0].who, ROLES[role][0] or SHOP, currency)
        for role in ROLES
        for currency in (OTHER_CURRENCY, "nowhere")
    ]
    told = {answer.status_code for answer in answers(place, line, asks)}
    assert told == {404}, line.route
    assert place.ledger.reads.rulebook(OTHER_CURRENCY)[1].number == 0


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_whoever_is_not_active_reads_and_does_nothing(place: Town, line: Line) -> None:
    """Suspended, invited, closed: the eyes stay open, the hands are tied, at once."""
    head = _head(place)
    wrong = []
    for role in KINDS:
        asks = [Ask(f"{role}:{each}", f"{each}-{role}") for each in STANDINGS]
        for ask, answer in zip(asks, answers(place, line, asks), strict=True):
            wanted = _although_inactive(line, line.cells[role][0])
            if answer.status_code not in wanted:
                wrong.append(f"{ask.who}: {answer.status_code}, not {sorted(wanted)}")
    assert not wrong, f"{line.route}: {wrong}"
    assert _head(place) == head or line.path.startswith(FREE)


FREE = ("/logout", "/access", "/sign-in", "/enrol")
"""How one signs in and out is a person's own, in whatever standing is the member it acts for."""
DRAWN = ("/p/{id_}",)
"""A page that draws what a click would do, and so meets the refusal of the click."""


def _although_inactive(line: Line, own: int) -> set[int]:
    """Say what somebody gets who is not active, where an active one gets `own`."""
    if own not in GRANTED or line.path in DRAWN:
        return {own, 409}
    if line.method == "GET" or line.path.startswith(FREE):
        return {own}
    if not line.machine:
        return {409, 422}  # a form comes back, and says why
    return {409} if own < 400 else {own, 409}


def _head(place: Town) -> int:
    return place.ledger.reads.rulebook("roue")[1].number
