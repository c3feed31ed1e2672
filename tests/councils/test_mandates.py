"""Mandates in the books: written, granted by another person, seen by their own authority only."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.books.disbursements import RowAsked
from ledger.operations.disbursement import checking
from ledger.operations.mandate import GrantMandate, ProposeMandate, RevokeMandate, list_mandates
from ledger.refusals import NoMandate, Unknown
from tests.councils.desk import Desk

OFFICER, APPROVER = "officer:avignon", "approver:avignon"
MANDATE = ProposeMandate(
    id="allowances-2026",
    authority="avignon",
    operations=("allowance", "grant"),
    since=date(2026, 1, 1),
    until=date(2026, 12, 31),
    ceiling=250_000_00,
    powers="credit in units whoever signed",
    remuneration="none",
    remittance="by transfer before each run",
    accounts_rendered="a voucher each run, accounts each year",
    controls="a consent in force for each person",
)
GRANT, REVOKE = GrantMandate("avignon", MANDATE.id), RevokeMandate("avignon", MANDATE.id)


def test_a_mandate_takes_two_people_and_ends_when_one_side_says_so(council: Desk) -> None:
    assert council.refused(APPROVER, GRANT) == "not-found"
    assert council.do(OFFICER, MANDATE)["state"] == "proposed"
    assert council.refused(OFFICER, MANDATE) == "already-exists"
    assert council.refused(OFFICER, GRANT) == "role-may-not"
    assert council.do(APPROVER, GRANT)["state"] == "granted"
    assert council.do("treasurer", REVOKE)["revoked_on"] == "2026-11-20"
    assert council.refused(APPROVER, GRANT) == "not-in-state"


def test_a_run_without_any_mandate_says_what_is_missing(council: Desk) -> None:
    rows = [RowAsked("alice", "10.00", "allowance", "row 1", "")]
    context = council.context(OFFICER)
    with pytest.raises(NoMandate, match="avignon has no collection mandate"):
        checking(
            council.ledger, "roue", context, authority="avignon", rows=rows, words="", drop=False
        )


def test_one_authority_never_sees_another_s(council: Desk) -> None:
    council.do(OFFICER, MANDATE)
    (seen,) = list_mandates(council.ledger, "roue", council.context(OFFICER), "avignon")
    assert (seen["ceiling"], seen["used"]) == ("250000.00", "0.00")
    with pytest.raises(Unknown):
        list_mandates(council.ledger, "roue", council.context("officer:pontet"), "avignon")
    assert council.refused("approver:pontet", GRANT) == "not-found"
    assert council.refused("approver:pontet", GrantMandate("pontet", MANDATE.id)) == "not-found"


def test_only_an_authority_gives_one_and_it_ends_after_it_begins(council: Desk) -> None:
    shop = replace(MANDATE, authority="boulangerie")
    assert council.refused("treasurer", shop) == "not-found"
    with pytest.raises(Unknown):
        list_mandates(council.ledger, "roue", council.context("auditor"), "boulangerie")
    backwards = replace(MANDATE, until=date(2025, 12, 31))
    assert council.refused(OFFICER, backwards) == "malformed-request"
