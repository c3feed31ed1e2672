"""All operations against the reference, step by step, on both engines."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from ledger.operations.ledger import open_ledger
from tests.proof.town import opened
from tests.reliability.machine_bank import BankTown
from tests.reliability.town import KEY, RING, verified

STEPS = 50
GAMES = {"sqlite": 485, "postgresql": 110}
"""Games of at most fifty steps."""
AT_LEAST = {"sqlite": 20_500, "postgresql": 4_500}
"""Steps: 25 000 together."""


def play(url: str, games: int, *, derandomize: bool) -> type[BankTown]:
    """Play games, each in a currency of its own; gives what was counted."""
    ledger = open_ledger(url, KEY, RING)
    try:
        with opened(url) as execute:

            class Game(BankTown):
                pass

            Game.ledger, Game.execute = ledger, staticmethod(execute)
            run_state_machine_as_test(
                Game,
                settings=settings(
                    max_examples=games,
                    stateful_step_count=STEPS,
                    derandomize=derandomize,
                    deadline=None,
                    database=None,
                    phases=(Phase.generate, Phase.shrink),
                    suppress_health_check=list(HealthCheck),
                    print_blob=False,
                ),
            )
    finally:
        ledger.close()
    return Game


def counted(url: str, games: int, steps: int, *, derandomize: bool) -> None:
    """Play, and see that enough was played and enough of it accepted."""
    game = play(url, games, derandomize=derandomize)
    assert game.steps >= steps, game.steps
    assert game.accepted > steps // 3, "most steps were refused: the test is blind"
    assert verified(url).sound


@pytest.mark.timeout(900)
def test_every_operation_does_what_the_model_says(database_url: str) -> None:
    engine = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    counted(database_url, GAMES[engine], AT_LEAST[engine], derandomize=True)


@pytest.mark.long
@pytest.mark.timeout(7_200)
def test_every_operation_does_what_the_model_says_by_chance(database_url: str) -> None:
    """Other games each time; a failure prints its steps."""
    counted(database_url, 1_000, 40_000, derandomize=False)


def test_a_hand_entry_recognised_late_can_still_be_corrected(database_url: str) -> None:
    """The line waited in suspense first; its euros stay at the bank when the entry is undone."""
    ledger = open_ledger(database_url, KEY, RING)
    try:
        with opened(database_url) as execute:

            class Game(BankTown):
                pass

            Game.ledger, Game.execute = ledger, staticmethod(execute)
            game = Game()
            game.found()
            game.convert("pain", 500, "bank")
            by_hand = game.model.number
            game.statement("nef", [("none", 0, 500, False)], again=False)
            game.explain(0, "pain", "entry")
            game.always()
            game.take_back(by_hand, "tresoriere", "president")
            game.always()
            assert game.model.book["bank:nef"] == 10_000 + 500
    finally:
        ledger.close()
    assert verified(database_url).sound
