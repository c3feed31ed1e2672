"""What a story expects to find: each sentence is one question to the books."""

from ledger.books.papers import FundOrder, Notice
from ledger.money import EUR, format_minor
from ledger.operations.campaign import campaign_report
from ledger.operations.currency import public_face
from ledger.operations.fund import fund_position
from ledger.operations.redemption import read_redemption
from ledger.operations.wallet import wallet
from tests.stories.scenario import Rows
from tests.stories.sentences import says
from tests.stories.town import Town


@says("it is refused: (?P<slug>[a-z-]+)")
def refused(town: Town, slug: str) -> None:
    assert town.refused == slug, town.refused
    assert town.last_entry() == town.head, "a refusal leaves no entry"
    town.refused = None


@says("nothing is written")
def nothing(town: Town) -> None:
    assert town.arrows() == []


@says("the bonus is #units#(?:, because (?P<reason>[a-z-]+))?")
def bonus(town: Town, units: str, reason: str | None = None) -> None:
    told = town.told["bonus"]
    assert isinstance(told, dict)
    assert (told["units"], told["reason"]) == (units, reason)


@says("the bonus comes from (?P<campaigns>[a-z0-9, -]+)")
def bonus_from(town: Town, campaigns: str) -> None:
    told = town.told["bonus"]
    assert isinstance(told, dict)
    assert told["campaigns"] == campaigns.split(" and ")


@says("the donation is #euros#")
def donation(town: Town, euros: str) -> None:
    assert town.told["donation"] == euros


@says("the fee is #fee# and #euros# EUR will be paid")
def fee(town: Town, fee: str, euros: str) -> None:
    assert (town.told["fee"], town.told["euros"]) == (fee, euros)


@says("<member> holds #own# of its own and #given# in gifts")
def holds(town: Town, member: str, own: str, given: str) -> None:
    told = wallet(town.ledger, town.code, town.context(), member)
    spendable = town.units(str(told["units"])) if told["units"] != _zero(town) else 0
    had = town.units(str(told["own_units"])) if told["own_units"] != _zero(town) else 0
    assert (told["own_units"], _written(town, spendable - had)) == (own, given)


@says("#units# of <member> are held")
def held(town: Town, member: str, units: str) -> None:
    assert wallet(town.ledger, town.code, town.context(), member)["held"] == units


@says("the gifts of <member> are")
def gifts(town: Town, rows: Rows, member: str) -> None:
    told = wallet(town.ledger, town.code, town.context(), member)["gifts"]
    assert isinstance(told, list)
    found = [(gift["campaign"], gift["units"], gift["expires_on"] or "never") for gift in told]
    assert found == [(row["campaign"], row["units"], row["until"]) for row in rows]


@says("the campaign <id_> has granted #granted#, has #left# left and saw #expired# expire")
def report(town: Town, id_: str, granted: str, left: str, expired: str) -> None:
    told = campaign_report(town.ledger, town.code, town.context(), id_)
    assert (told["granted"], told["left"], told["expired"]) == (granted, left, expired)


@says("<sponsor> has #euros# EUR left")
def sponsor_has(town: Town, sponsor: str, euros: str) -> None:
    assert format_minor(-town.balance(f"sponsor:{sponsor}"), EUR.scale) == euros


@says("#units# units circulate, backed by #euros# EUR")
def circulation(town: Town, units: str, euros: str) -> None:
    assert _written(town, -town.balance("issued:digital")) == units
    assert format_minor(-town.balance("backing:digital"), EUR.scale) == euros


@says("everybody reads that #units# units circulate")
def public_circulation(town: Town, units: str) -> None:
    told = public_face(town.ledger, town.code)["circulation"]
    assert isinstance(told, dict)
    assert told["digital"] == units


@says("the fund needs #required# EUR and has #present# EUR")
def fund(town: Town, required: str, present: str) -> None:
    told = fund_position(town.ledger, town.code)
    assert (told["required"], told["present"]) == (required, present)


@says("the account (?P<name>[a-z:-]+) stands at #amount#")
def account(town: Town, name: str, amount: str) -> None:
    unit = name.split(":", maxsplit=1)[0] in {"member", "gift", "held", "issued"}
    scale = town.unit.scale if unit else EUR.scale
    assert format_minor(town.balance(name), scale) == amount


@says("a transfer of #euros# EUR from <source> to <target> is asked for")
def ordered(town: Town, euros: str, source: str, target: str) -> None:
    (order,) = town.ledger.reads.having(FundOrder, town.code, "state", ["ordered"])
    assert format_minor(order.euros, EUR.scale) == euros
    assert (order.source, order.target) == (f"bank:{source}", f"bank:{target}")
    town.names["order"] = order.id


@says("<member> is told: (?P<kind>[a-z-]+)")
def is_told(town: Town, member: str, kind: str) -> None:
    told = town.ledger.reads.having(Notice, town.code, "subject", [member])
    assert kind in {notice.kind for notice in told}


@says("the redemption is (?P<state>[a-z]+)")
def redemption(town: Town, state: str) -> None:
    told = read_redemption(town.ledger, town.code, town.context(), town.names["redemption"])
    assert told["state"] == state


@says(r"(?P<new>\d+) lines? (?:is|are) new, (?P<matched>\d+) matched and (?P<waiting>\d+) waits?")
def lines(town: Town, new: str, matched: str, waiting: str) -> None:
    told = town.told
    assert (told["new"], told["matched"], told["waiting"]) == (
        int(new),
        int(matched),
        int(waiting),
    )


def _zero(town: Town) -> str:
    return _written(town, 0)


def _written(town: Town, units: int) -> str:
    return format_minor(units, town.unit.scale)


@says("it leaves")
def leaves(town: Town) -> None:
    """Check nothing by itself: the table of arrows under it is compared."""
    assert town.refused is None
