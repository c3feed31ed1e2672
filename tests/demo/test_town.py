"""A demo town on both engines: proportions, repetition, interruption, and the auditor's word."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.dependencies import operator
from ledger.banking.references import is_iban
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE, fill_demo
from ledger.operations.ledger import Ledger, open_ledger
from ledger.operations.line import ExplainLine
from ledger.operations.payment import Pay
from ledger.operations.redemption import ApproveRedemption, RequestRedemption
from ledger.operations.town import TownPlan, begun, close_town, write_town
from ledger.operations.townlife import BackLater, Before, Step, Town
from ledger.operations.townsfolk import Size, firms, people
from ledger.proof import verifier
from ledger.proof.reader import open_source
from ledger.refusals import AlreadyExists
from tests.databases import Databases
from tests.reliability.town import RING

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
UNTIL = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
HAMLET = Size("hamlet", people=14, firms=6, days=70)
PLAN = TownPlan(HAMLET, 5, UNTIL)
NUMBERS = iter(range(10**6))


def steps_of(size: Size, seed: int = 5) -> list[Step]:
    town = Town(Random(seed), size, seed, UNTIL)  # noqa: S311 - a town, no secret
    return [step for day in town.days(CODE, Before(0, 1, 2_600_000)) for step in day]


def founded(url: str) -> Ledger:
    """Open books whose demo currency was founded before its town."""
    ledger = open_ledger(url, KEY, RING)
    start = Town.first_instant(HAMLET, UNTIL)
    fill_demo(ledger, operator(at=start), lambda: f"token-{next(NUMBERS)}")
    return ledger


def write(ledger: Ledger, plan: TownPlan = PLAN, days: int | None = None) -> int:
    """Write a town, or its first days; gives how many steps were new."""
    chance = Random(plan.seed)  # noqa: S311 - a town, no secret
    found = begun(ledger, CODE, plan)
    return sum(new for _, new in islice(write_town(ledger, CODE, found, chance), days))


def balances(ledger: Ledger) -> dict[str, int]:
    return ledger.reads.accounts_like(CODE, "")


def sound(url: str) -> bool:
    with open_source(url) as source:
        return verifier.verify(source, KEY.public_key(), None, None).sound


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    """Books with the demo currency."""
    with closing(founded(database_url)) as opened:
        yield opened


def test_the_same_seed_gives_the_same_town_and_another_seed_another() -> None:
    assert steps_of(HAMLET) == steps_of(HAMLET)
    assert steps_of(HAMLET) != steps_of(HAMLET, seed=6)


def test_time_goes_on_and_ends_at_the_last_instant() -> None:
    steps = steps_of(HAMLET)
    assert all(one.at <= other.at for one, other in pairwise(steps))
    assert UNTIL - timedelta(days=1) < steps[-1].at <= UNTIL
    assert len({step.key for step in steps}) == len(steps)


def test_a_town_has_the_proportions_of_a_large_currency() -> None:
    steps = steps_of(Size("town", people=400, firms=130, days=365))
    kinds = Counter(type(step.operation) for step in steps)
    paid = Counter[str]()
    for step in steps:
        if isinstance(step.operation, Pay):
            paid[step.operation.payee] += step.operation.units
    top = sum(units for _, units in paid.most_common(13))
    assert 0.4 < top / sum(paid.values()) < 0.8  # a tenth of the firms
    asking = {s.operation.member for s in steps if isinstance(s.operation, RequestRedemption)}
    assert 13 <= len(asking) <= 26
    assert 0 < kinds[ApproveRedemption] < kinds[RequestRedemption]
    assert kinds[BackLater]
    assert kinds[Convert]
    standing = sum(
        step.at.day in range(3, 10)
        for step in steps
        if isinstance(step.operation, ExplainLine) and step.operation.cause == "conversion"
    )
    assert standing > kinds[ExplainLine] // 2
    strange = [s for s in steps if isinstance(s.operation, ExplainLine) and not s.operation.id]
    assert strange


def test_whoever_lives_there_is_made_up_and_well_formed() -> None:
    chance = Random(1)  # noqa: S311 - a town, no secret
    folk = [*people(chance, 50, UNTIL.date()), *firms(chance, 20)]
    assert len({member.id for member in folk}) == 70
    assert all(is_iban(member.iban) for member in folk)
    assert all(member.id.isascii() for member in folk)


def test_the_books_of_a_town_verify_and_are_the_same_on_repetition(databases: Databases) -> None:
    kept = []
    for _ in range(2):
        with databases.fresh() as url, closing(founded(url)) as ledger:
            assert write(ledger) > 120
            close_town(ledger, CODE, operator(at=UNTIL + timedelta(minutes=1)))
            kept.append(balances(ledger))
            assert sound(url)
    assert kept[0] == kept[1]
    assert kept[0]["payable:redemptions"] <= 0


def test_a_town_that_was_interrupted_goes_on_and_is_never_doubled(ledger: Ledger) -> None:
    write(ledger, days=30)
    later = TownPlan(HAMLET, PLAN.seed, UNTIL + timedelta(days=3))
    assert begun(ledger, CODE, later) == PLAN
    assert write(ledger, later) > 0
    once = balances(ledger)
    assert write(ledger) == 0
    assert balances(ledger) == once


def test_another_town_is_refused(ledger: Ledger) -> None:
    write(ledger, days=1)
    with pytest.raises(AlreadyExists):
        begun(ledger, CODE, TownPlan(HAMLET, 6, UNTIL))


def test_in_books_already_in_use_the_clock_does_not_go_back(database_url: str) -> None:
    with closing(open_ledger(database_url, KEY, RING)) as ledger:
        now = UNTIL + timedelta(days=2)
        fill_demo(ledger, operator(at=now), lambda: f"token-{next(NUMBERS)}")
        assert write(ledger) > 120
        entry = ledger.reads.entry(CODE, 100)
        assert entry is not None
        assert entry.at == now
    assert sound(database_url)
