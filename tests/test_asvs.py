"""The table of the security standard names what is here, and says of each line how it stands."""

import re
from collections import Counter
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
TEXT: Final = (ROOT / "ledger/asvs.md").read_text()
ROWS: Final = re.findall(r"^\| ([\d.]+) \| (\d) \| ([a-z ]+) \| (.+) \|$", TEXT, re.MULTILINE)
STATES: Final = ("met", "not yet", "operator", "does not apply")


def test_each_requirement_stands_once_in_order_with_a_state_and_a_reason() -> None:
    numbers = [tuple(map(int, number.split("."))) for number, *_ in ROWS]
    assert numbers == sorted(set(numbers))
    assert len(ROWS) == len(re.findall(r"^\| \d", TEXT, re.MULTILINE))
    assert {level for _, level, *_ in ROWS} == {"1", "2"}
    assert {state for _, _, state, _ in ROWS} <= set(STATES)


def test_the_sums_at_its_head_are_those_of_its_rows() -> None:
    count = Counter(state for _, _, state, _ in ROWS)
    said = [
        int(number) for number in re.findall(r"\b(\d+)\b", TEXT.split("have ")[1].split(". ")[0])
    ]
    assert said == [len(ROWS), *(count[state] for state in STATES)]


def test_every_file_that_it_names_exists() -> None:
    named = {
        word
        for *_, where in ROWS
        for word in re.findall(r"`([^`\s]+/[^`\s]+|[a-zA-Z.-]+\.(?:md|toml|txt))`", where)
    }
    assert len(named) > 50
    assert [word for word in sorted(named) if not (ROOT / word).exists()] == []


def test_what_is_met_or_missing_names_a_file() -> None:
    bare = [
        number
        for number, _, state, where in ROWS
        if state == "met" and not re.search(r"`[^`]+\.[a-z]+`", where)
    ]
    assert bare == []
