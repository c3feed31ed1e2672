"""What an authority does in a story: consents, runs of rows, two persons, one transfer."""

from datetime import date
from typing import Any

import orjson

from ledger.books.disbursements import Consent, RowAsked
from ledger.operations.announcement import AnnounceWages, list_announcements
from ledger.operations.consent import DeclareWageRule, RecordConsent, WithdrawConsent
from ledger.operations.disbursement import approving, cancelling, checking, told_run
from ledger.operations.mandate import GrantMandate, ProposeMandate, RevokeMandate
from ledger.operations.run import TakeLeftOver
from tests.stories.deeds import cents
from tests.stories.scenario import Rows
from tests.stories.sentences import says
from tests.stories.town import Town


@says("the consents to <authority> are")
def consents(town: Town, rows: Rows, authority: str) -> None:
    for row in rows:
        part, _, asset = row["part"].partition(" ")
        signed = date.fromisoformat(row["until"]) if row["until"] else town.at.date()
        given = RecordConsent(
            authority=authority,
            member=row["member"],
            status=row["status"],
            share_bps=int(part) * 100 if asset == "%" else None,
            euros=cents(part) if asset == "EUR" else None,
            least=cents(row["minimum"]) if row["minimum"] != "0.00" else 0,
            cap=cents(row["cap"]) if row["cap"] else None,
            since=signed.replace(day=1),
            until=date.fromisoformat(row["until"]) if row["until"] else None,
        )
        id_ = f"consent-{row['member']}-{town.next_name('consent')}"
        _record(town, given, id_)
        town.names[f"consent of {row['member']}"] = id_


@says("<authority> grants the mandate <id_> for (?P<kinds>[a-z, ]+), up to #ceiling# EUR")
def grant(town: Town, authority: str, id_: str, kinds: str, ceiling: str) -> None:
    day = town.at.date()
    mandate = ProposeMandate(
        id=id_,
        authority=authority,
        operations=tuple(kinds.split(", ")),
        since=day.replace(day=1),
        until=day.replace(month=12, day=31),
        ceiling=cents(ceiling),
        powers="to receive and to credit",
        remuneration="none",
        remittance="back within a month",
        accounts_rendered="each run",
        controls="consents",
    )
    assert town.do(authority, lambda _: mandate)
    approver = town.approver(authority, "approver")
    assert town.do(approver, lambda _: GrantMandate(authority, id_))


@says("<authority> revokes the mandate <id_>")
def revoke(town: Town, authority: str, id_: str) -> None:
    approver = town.approver(authority, "approver")
    assert town.do(approver, lambda _: RevokeMandate(authority, id_))


@says(r"<authority> announces for (?P<month>\d{4}-\d\d)")
def announce(town: Town, rows: Rows, authority: str, month: str) -> None:
    told = tuple((row["member"], cents(row["euros"])) for row in rows)
    town.do(authority, lambda _: AnnounceWages(authority, month, told))


@says("the treasurer sees of what <authority> announced")
def announced(town: Town, rows: Rows, authority: str) -> None:
    context = town.context("treasurer")
    seen = list_announcements(town.ledger, town.code, context, authority=authority)
    assert [{name: each[name] for name in rows[0]} for each in seen] == list(rows)
    officer = list_announcements(
        town.ledger, town.code, town.context(authority), authority=authority
    )
    assert all("arrived_euros" not in each for each in officer)


def _record(town: Town, given: RecordConsent, id_: str) -> None:
    assert town.do("treasurer", lambda _: given, fresh_id=id_)


@says("<authority> checks a run of")
@says("<authority> checks a run(?P<drop>, and lets faulty rows fall out,) of")
def check(town: Town, rows: Rows, authority: str, drop: str = "") -> None:
    asked = tuple(RowAsked(row["member"], row["euros"], row["kind"]) for row in rows)
    id_ = town.next_name("run-")
    if town.do(
        authority,
        lambda context: checking(
            town.ledger,
            town.code,
            context,
            authority=authority,
            rows=asked,
            words="November",
            drop=bool(drop),
        ),
        fresh_id=id_,
    ):
        town.names |= {"run": id_, "authority": authority}


@says("whoever checked the run approves it")
@says("(?P<other>another) approves the run")
def approve(town: Town, other: str = "") -> None:
    authority, id_ = town.names["authority"], town.names["run"]
    person = "approver" if other else authority
    town.do(
        town.approver(authority, person),
        lambda context: approving(town.ledger, town.code, context, authority, id_),
    )


def told(town: Town) -> dict[str, Any]:
    """Read the run as its officer does."""
    authority = town.names["authority"]
    found = told_run(town.ledger, town.code, town.context(authority), authority, town.names["run"])
    read: dict[str, Any] = orjson.loads(orjson.dumps(found))
    return read


@says("the rows of the run are")
def rows_are(town: Town, rows: Rows) -> None:
    found = [{name: row[name] for name in rows[0]} for row in told(town)["rows"]]
    assert found == list(rows)


@says(
    r"the run is (?P<state>[a-z]+): #missing# EUR missing, #surplus# EUR too much, "
    r"#credited# EUR credited"
)
def run_is(town: Town, state: str, missing: str, surplus: str, credited: str) -> None:
    run = told(town)
    amounts = (run["missing_euros"], run["surplus_euros"], run["credited_euros"])
    assert (run["state"], *amounts) == (state, missing, surplus, credited)
    transfer = run["transfer"]
    assert (transfer is not None) == (state == "awaiting")
    if transfer:
        assert (transfer["euros"], transfer["reference"]) == (missing, run["reference"])


@says("<authority> uses for the run what is left over")
def use_left_over(town: Town, authority: str) -> None:
    town.do(authority, lambda _: TakeLeftOver(authority, town.names["run"]))


@says("<authority> gives the run up")
def give_up(town: Town, authority: str) -> None:
    town.do(
        authority,
        lambda context: cancelling(town.ledger, town.code, context, authority, town.names["run"]),
    )


@says("<member> withdraws its consent")
def withdraw(town: Town, member: str) -> None:
    id_ = town.names[f"consent of {member}"]
    found = town.ledger.reads.paper(Consent, town.code, id_)
    assert found is not None
    town.do(member, lambda _: WithdrawConsent(found.authority, id_))


@says("the treasurer declares that civil servants of <authority> are paid by mandate under a law")
def declare(town: Town, authority: str) -> None:
    basis = "Code general de la fonction publique, L711-1"
    town.do("treasurer", lambda _: DeclareWageRule(authority, basis))
