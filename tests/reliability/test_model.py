"""All operations against the reference, step by step, on both engines."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from ledger.operations.ledger import open_ledger
from tests.proof.town import opened
from tests.reliability.machine import Town
from tests.reliability.town import KEY, verified

STEPS = 50
GAMES = {"sqlite": 20, "postgresql": 150}
"""Fifty steps each: 25 000 together."""


def play(url: str, games: int, *, derandomize: bool) -> type[Town]:
    """Play games, each in a currency of its own; gives what was counted."""
    ledger = open_ledger(url, KEY)
    try:
        with opened(url) as execute:

            class Game(Town):
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


@pytest.mark.timeout(600)
def test_every_operation_does_what_the_model_says(database_url: str) -> None:
    games = GAMES["sqlite" if database_url.startswith("sqlite") else "postgresql"]
    game = play(database_url, games, derandomize=True)
    assert game.steps >= games * STEPS
    assert game.accepted > games * STEPS // 3, "most steps were refused: the test is blind"
    assert verified(database_url).sound
