"""Every scenario of the stories beside this file is played on the real books, on both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.operations.ledger import open_ledger
from ledger.proof.reader import open_source
from ledger.proof.verifier import verify
from tests.reliability.town import RING
from tests.stories import (  # noqa: F401 - they register the sentences
    debits,
    deeds,
    giving,
    looks,
    reconciling,
    sending,
)
from tests.stories.scenario import Scenario, Step, read_scenarios
from tests.stories.sentences import play
from tests.stories.town import KEY, Town

FOLDER = Path(__file__).parent
SCENARIOS = [each for file in sorted(FOLDER.glob("*.md")) for each in read_scenarios(file)]


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """Open a town with empty books; at the end an auditor reads what the story left."""
    ledger = open_ledger(database_url, KEY, RING)
    try:
        yield Town(ledger)
    finally:
        ledger.close()
    with open_source(database_url) as source:
        report = verify(source, KEY.public_key())
    assert report.sound, [problem.sentence("en") for problem in report.problems]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.title)
def test_the_story_leaves_what_it_says(town: Town, scenario: Scenario) -> None:
    for step in scenario.steps:
        try:
            play(town, step)
        except Exception as error:
            error.add_note(f"{step.place}: {step.text}")
            raise
    assert town.refused is None, "the last deed was refused"


def test_a_wrong_arrow_is_seen(town: Town) -> None:
    """A runner that lets everything pass would prove nothing."""
    scenario = next(s for s in SCENARIOS if "Ten euros" in s.title)
    for step in scenario.steps:
        if step.header == ("source", "target", "amount"):
            rows = ({**step.rows[0], "amount": "9.99 EUR"}, *step.rows[1:])
            with pytest.raises(AssertionError):
                play(town, Step(step.place, step.text, step.header, rows))
            return
        play(town, step)


def test_an_unknown_sentence_and_a_table_under_nothing_fail(town: Town, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="0 sentences"):
        play(town, Step("here", "alice flies to the moon"))
    file = tmp_path / "lost.md"
    file.write_text("# Lost\n\n## One\n\n| a | b |\n|---|---|\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"lost\.md:5"):
        read_scenarios(file)
