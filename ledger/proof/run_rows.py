"""The rows of authorities' runs, as the auditor reads them: see `ledger.proof.rows`."""

from typing import NamedTuple


class KeptRun(NamedTuple):
    """A run of an authority and how far it is."""

    id: str
    authority: str
    received: int
    credited: int
    state: str


class KeptDisbursement(NamedTuple):
    """A row of a run and the entry that credited it."""

    entry: int
    id: str
    run: str
    member: str
    part: int
    consent: str
    state: str
