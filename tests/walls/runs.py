"""What authorities have in the town of the walls: consents to each, and a run that is checked."""

from collections.abc import Callable
from typing import Any

from ledger.operations.consent import RecordConsent
from ledger.operations.ledger import Operation
from ledger.operations.run import CheckRun
from ledger.rules.fates import RowAsked

STANDING = [
    f"{standing}-{role}"
    for standing in ("suspended", "invited", "closed")
    for role in ("officer", "approver")
]
"""Authorities that are not active any more when somebody asks."""
AUTHORITIES = ("avignon", "pontet", *STANDING)


def runs_of(do: Callable[[Operation], dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Let alice and bruno consent to every authority, and check a run in each."""
    consents = {
        (authority, member): str(
            do(RecordConsent(authority, member, "elected", share_bps=1000))["id"]
        )
        for authority in AUTHORITIES
        for member in ("alice", "bruno")
    }
    rows = (RowAsked("alice", "100.00", "allowance"),)
    runs = {authority: str(do(CheckRun(authority, rows))["id"]) for authority in AUTHORITIES}
    return {
        "authorities": {"*": "avignon", **{name: name for name in AUTHORITIES}},
        "disbursements": {"*": runs["avignon"], **runs},
        "consents": {
            "*": consents["avignon", "alice"],
            "bruno": consents["avignon", "bruno"],
            **{authority: consents[authority, "alice"] for authority in AUTHORITIES},
        },
    }
