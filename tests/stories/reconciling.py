"""What a treasurer does at the month's end in a story: proposals, splits, items, two signatures."""

from datetime import date
from typing import Any

import orjson

from ledger.books.opening import Balance
from ledger.money import EUR, format_minor
from ledger.operations.line import explaining, splitting
from ledger.operations.matching import list_lines
from ledger.operations.opening import open_balances
from ledger.operations.reconciliation import (
    NoteItem,
    SignReconciliation,
    certificate,
    prepare,
    reconcile,
)
from ledger.operations.statement import import_statement
from ledger.proof.certificate import certificate_problems
from ledger.refusals import Refusal
from ledger.rules.split import Part
from tests.stories.deeds import PEOPLE, cents, statement_file
from tests.stories.scenario import Rows
from tests.stories.sentences import says
from tests.stories.town import KEY, Town

DAY = r"(?P<day>\d{4}-\d\d-\d\d)"
_CREDENTIALS = {"the treasurer": "treasurer", "a second treasurer": "treasurer-2"}


def waiting(town: Town, euros: str) -> dict[str, Any]:
    """Find the one line of an amount that waits."""
    told = list_lines(town.ledger, town.code, state="waiting", after="", limit=50)
    lines: list[dict[str, Any]] = orjson.loads(orjson.dumps(told))
    (found,) = [line for line in lines if line["euros"] == euros]
    return found


@says(r"the line of #euros# may be a (?P<cause>[a-z-]+)(?: of <id_>)?, because (?P<why>.+)")
def may_be(town: Town, euros: str, cause: str, why: str, id_: str = "") -> None:
    first = waiting(town, euros)["proposals"][0]
    assert (first["cause"], first["id"], first["reason"]) == (cause, id_, why)


@says("the line of #euros# may be shared out as")
def may_be_shared(town: Town, rows: Rows, euros: str) -> None:
    first = waiting(town, euros)["proposals"][0]
    parts = [(part["cause"], part["id"], part["euros"]) for part in first["parts"]]
    assert parts == [(row["cause"], row["of"], row["euros"]) for row in rows]


@says("the treasurer takes what the line of #euros# may be")
def take(town: Town, euros: str) -> None:
    line = waiting(town, euros)
    first = line["proposals"][0]
    parts = [Part(p["cause"], p["id"], cents(p["euros"])) for p in first.get("parts", ())]
    ledger, code, number = town.ledger, town.code, str(line["id"])
    if parts:
        town.do("treasurer", lambda c: splitting(ledger, code, c, line=number, parts=parts))
    else:
        named = {"cause": first["cause"], "id_": first["id"]}
        town.do("treasurer", lambda c: explaining(ledger, code, c, line=number, **named))


@says("the treasurer explains the line of #euros# as a (?P<cause>[a-z-]+) of <id_>")
def explain_one(town: Town, euros: str, cause: str, id_: str) -> None:
    number = str(waiting(town, euros)["id"])
    town.do(
        "treasurer",
        lambda context: explaining(
            town.ledger, town.code, context, line=number, cause=cause, id_=id_
        ),
    )


@says("the bank of <slug> reports, with a closing that is wrong")
def wrong_closing(town: Town, rows: Rows, slug: str) -> None:
    data = statement_file(town, slug, rows)
    closing = format_minor(town.bank[slug], EUR.scale).encode()
    before, found, after = data.rpartition(closing)
    _dropped(town, slug, before + found[:-1] + bytes([found[-1] ^ 1]) + after)


@says("the bank of <slug> reports, after #euros# EUR that no statement told of")
def after_a_gap(town: Town, rows: Rows, slug: str, euros: str) -> None:
    town.bank[slug] += cents(euros)
    _dropped(town, slug, statement_file(town, slug, rows))


@says("a file of another account than <slug> is dropped")
def another_account(town: Town, slug: str) -> None:
    rows = ({"day": town.at.date().isoformat(), "euros": "+1.00", "reference": "x"},)
    data = statement_file(town, slug, rows)
    own = town.ledger.reads.rulebook(town.code)[0].bank_accounts[slug].iban
    _dropped(town, slug, data.replace(own.encode(), b"FR7630006000011234567890189"))


def _dropped(town: Town, slug: str, data: bytes) -> None:
    context = town.context("treasurer")
    town.begin()
    try:
        told = import_statement(town.ledger, town.code, context, account=slug, data=data)
    except Refusal as refusal:
        town.refused, town.told = refusal.slug, dict(refusal.facts)
    else:
        town.told = dict(told)


@says(r"it names the account by (?P<last>\d{4})")
def names_account(town: Town, last: str) -> None:
    assert any(str(fact).endswith(last) and len(str(fact)) < 9 for fact in town.told.values())


def report(town: Town, day: str) -> dict[str, Any]:
    """Read what the reconciliation of a day says, as its page and API do."""
    told = reconcile(town.ledger, town.code, date.fromisoformat(day))[2]
    read: dict[str, Any] = orjson.loads(orjson.dumps(told))
    return read


@says(f"on {DAY} <slug> differs by #euros#, made of")
def differs(town: Town, rows: Rows, day: str, slug: str, euros: str) -> None:
    told = report(town, day)
    (account,) = [each for each in told["accounts"] if each["slug"] == slug]
    assert (account["difference"], account["unexplained"]) == (euros, "0.00")
    items = sorted((item["kind"], item["euros"]) for item in account["items"])
    assert items == sorted((row["kind"], row["euros"]) for row in rows)
    assert sum(_signed(item[1]) for item in items) == _signed(euros)


def _signed(text: str) -> int:
    return -cents(text[1:]) if text.startswith("-") else cents(text)


@says(f"on {DAY} it alarms: (?P<slugs>[a-z, -]+)")
def alarms(town: Town, day: str, slugs: str) -> None:
    told = {problem["problem"] for problem in report(town, day)["problems"]}
    assert set(slugs.split(", ")) <= told, told


@says(f"on {DAY} #euros# EUR are on their way since #days# days?")
def on_the_way(town: Town, day: str, euros: str, days: str) -> None:
    told = [(each["euros"], str(each["days"])) for each in report(town, day)["under_way"]]
    assert (euros, days) in told, told


@says(f"{PEOPLE} prepares {DAY}")
def prepares(town: Town, who: str, day: str) -> None:
    context = town.context(_CREDENTIALS[who])
    town.begin()
    try:
        answer = prepare(town.ledger, town.code, context, date.fromisoformat(day))
    except Refusal as refusal:
        town.refused = refusal.slug
        return
    body: dict[str, Any] = dict(answer.json())
    town.refused = str(body["slug"]) if answer.refused else None


@says(f"{PEOPLE} signs {DAY}")
def signs(town: Town, who: str, day: str) -> None:
    town.do(_CREDENTIALS[who], lambda _: SignReconciliation(date.fromisoformat(day)))


@says(f"the treasurer looks after every item of {DAY}")
def look_after(town: Town, day: str) -> None:
    for account in report(town, day)["accounts"]:
        for item in account["items"]:
            if not item["owner"]:
                _note(town, NoteItem(item["key"], owner="treasurer"))


def _note(town: Town, noted: NoteItem) -> None:
    assert town.do("treasurer", lambda _: noted)


@says(f"the old balances of {DAY} are opened")
def open_old(town: Town, rows: Rows, day: str) -> None:
    balances = [Balance(row["kind"], row["name"], cents(row["euros"])) for row in rows]
    context, on = town.context("treasurer"), date.fromisoformat(day)
    town.begin()
    told = open_balances(town.ledger, town.code, context, balances=balances, on=on)
    refused = orjson.loads(orjson.dumps(told["refused"]))
    town.refused = refused[0]["slug"] if refused else None


@says(f"the last entry counts on {DAY}")
def counts_on(town: Town, day: str) -> None:
    entry = town.ledger.reads.entry(town.code, town.last_entry())
    assert entry is not None
    assert entry.day.isoformat() == day


@says(f"the certificate of {DAY} verifies, and with a byte changed it does not")
def verifies(town: Town, day: str) -> None:
    context = town.context("treasurer")
    signed = certificate(town.ledger, town.code, context, date.fromisoformat(day))
    assert holds(signed)
    for place in range(0, len(signed), 97):
        changed = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        assert not holds(changed), place


def holds(signed: bytes) -> bool:
    """Say whether a certificate is one and nothing is wrong with it."""
    try:
        return certificate_problems(signed, KEY.public_key()) == []
    except ValueError:
        return False
