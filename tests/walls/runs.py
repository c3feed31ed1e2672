"""What authorities have in the town of the walls: consents to each, and a run that is checked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from ledger.books.disbursements import RowAsked
from ledger.operations.consent import RecordConsent
from ledger.operations.mandate import GrantMandate, ProposeMandate
from ledger.operations.run import CheckRun

STANDING = [
    f"{standing}-{role}"
    for standing in ("suspended", "invited", "closed")
    for role in ("officer", "approver")
]
"""Authorities that are not active any more when somebody asks."""
AUTHORITIES = ("avignon", "pontet", *STANDING)


MANDATE = ProposeMandate(
    id="",
    authority="",
    operations=("allowance",),
    since=date(2020, 1, 1),
    until=date(2099, 12, 30),
    ceiling=1_000_00,
    powers="x",
    remuneration="x",
    remittance="x",
    accounts_rendered="x",
    controls="x",
)


def runs_of(do: Callable[..., dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Let alice and bruno consent to every authority, and check a run in each."""
    consents = {
        (authority, member): str(
            do(RecordConsent(authority, member, "elected", share_bps=1000))["id"]
        )
        for authority in AUTHORITIES
        for member in ("alice", "bruno")
    }
    rows = (RowAsked("alice", "100.00", "allowance"),)
    runs = {}
    for authority in AUTHORITIES:
        mandate = replace(MANDATE, id=f"run-{authority}", authority=authority)
        do(mandate)
        do(GrantMandate(authority, mandate.id), person="mayor")
        runs[authority] = str(do(CheckRun(authority, mandate.id, rows))["id"])
    return {
        "authorities": {"*": "avignon", **{name: name for name in AUTHORITIES}},
        "disbursements": {"*": runs["avignon"], **runs},
        "runs": {"*": runs["avignon"], **runs},
        "consents authority": {"*": "avignon", **{name: name for name in AUTHORITIES}},
        "consents": {
            "*": consents["avignon", "alice"],
            "bruno": consents["avignon", "bruno"],
            **{authority: consents[authority, "alice"] for authority in AUTHORITIES},
        },
    }
