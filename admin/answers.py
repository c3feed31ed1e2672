"""What the door answered, back as a value or as the refusal it was."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from admin.dependencies import FormNotOurs
from ledger.operations.ledger import Answer
from ledger.refusals import Refusal, all_refusals


@cache
def refusals() -> dict[str, type[Refusal]]:
    """Give every refusal by its slug, in the order of the tree."""
    kinds: tuple[type[Refusal], ...] = (*all_refusals(), FormNotOurs)
    return {kind.slug: kind for kind in kinds}


def checked(answer: Answer) -> dict[str, Any]:
    """Give an answer's body. Raises the Refusal that it tells."""
    return told(answer.json())


def told(body: Mapping[str, Any]) -> dict[str, Any]:
    """Give what was kept of an answer. Raises the Refusal that it tells."""
    if "slug" not in body or "facts" not in body:
        return dict(body)
    kind = refusals()[body["slug"]]
    made = kind.__new__(kind)
    Refusal.__init__(made, **body["facts"])
    raise made
