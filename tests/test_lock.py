"""The locked requirements are whole: nothing is left for an installer to choose."""

import re
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HOUSE: Final = Path(__file__).parents[1]


def locked(name: str) -> dict[str, str]:
    lines = re.findall(r"^([\w.-]+)==(\S+)", (HOUSE / name).read_text(), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in lines}


def needed(package: str, extras: frozenset[str]) -> Iterator[Requirement]:
    """Give what an installed package says it needs here, with these extras of it."""
    for line in distribution(package).requires or ():
        requirement = Requirement(line)
        chosen = [{"extra": extra} for extra in ("", *sorted(extras))]
        if requirement.marker is None or any(map(requirement.marker.evaluate, chosen)):
            yield requirement


def unmet(lock: dict[str, str], extras: frozenset[str]) -> list[str]:
    """Walk from the project to all that it needs; list what the lock lacks or has in vain."""
    seen: set[tuple[str, frozenset[str]]] = set()
    faults: list[str] = []
    waiting = [("comptoir", extras)]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        for requirement in needed(*here):
            name = canonicalize_name(requirement.name)
            if name in lock and requirement.specifier.contains(lock[name], prereleases=True):
                waiting.append((name, frozenset(requirement.extras)))
            else:
                faults.append(f"{here[0]} needs {requirement}, locked: {lock.get(name)}")
    return faults


@pytest.mark.parametrize(
    ("name", "extras"),
    [("requirements.txt", frozenset[str]()), ("requirements-test.txt", frozenset({"test"}))],
)
def test_all_that_is_needed_is_locked(name: str, extras: frozenset[str]) -> None:
    assert unmet(locked(name), extras) == []


def test_what_a_lock_lacks_is_seen() -> None:
    lock = locked("requirements.txt")
    del lock["starlette"]
    lock["anyio"] = "0.1"

    faults = unmet(lock, frozenset())

    assert any("needs starlette" in fault and fault.endswith("locked: None") for fault in faults)
    assert any("needs anyio" in fault and fault.endswith("locked: 0.1") for fault in faults)
