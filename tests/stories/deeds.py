"""What people do in a story: each sentence is one call of an operation."""

from datetime import date, datetime, time

from ledger.books.context import TOWN
from ledger.books.terms import Terms
from ledger.money import EUR, format_minor, parse_minor
from ledger.operations.campaign import CloseCampaign, Deposit, OpenCampaign, RegisterSponsor
from ledger.operations.conversion import Convert
from ledger.operations.correction import ProposeCorrection, correction_of, known_entry
from ledger.operations.currency import found_currency
from ledger.operations.fund import OpenBankAccount, OpenOffice, OrderTransfer
from ledger.operations.line import explaining
from ledger.operations.matching import list_lines
from ledger.operations.member import ChangeMember, RegisterMember
from ledger.operations.nightly import expire_gifts
from ledger.operations.payment import Pay
from ledger.operations.redemption import ApproveRedemption, RequestRedemption, cancelling
from ledger.operations.reference import reference_for
from ledger.operations.refund import refund
from ledger.operations.statement import import_statement
from tests.banking import camt_files
from tests.stories.scenario import Rows
from tests.stories.sentences import says
from tests.stories.town import Town

PEOPLE = "(?P<who>the treasurer|a second treasurer)"
_CREDENTIALS = {"the treasurer": "treasurer", "a second treasurer": "treasurer-2"}
_IBANS = {
    "digital": "FR7621570000010000000000176",
    "paper": "FR7644729000010000000000275",
    "operating": "FR7642559000010000000000375",
}


def cents(text: str) -> int:
    """Read euros as cents."""
    return parse_minor(text, EUR.scale)


# -- the house -------------------------------------------------------------------------------


@says(
    r"the currency <code> has (?P<decimals>\d) decimals"
    r"(?:, a redemption fee of (?P<fee>\d+) bps)?(?: and a donation of (?P<donation>\d+) bps)?"
)
def currency(town: Town, code: str, decimals: str, fee: str = "500", donation: str = "0") -> None:
    terms = Terms(since=date(2026, 1, 1), redemption_fee_bps=int(fee), donation_bps=int(donation))
    found_currency(
        town.ledger,
        code=code,
        name=code.title(),
        unit=code.title(),
        decimals=int(decimals),
        terms=terms,
        at=town.at,
    )
    town.code = code


@says("<slug> is the bank account of the (?P<medium>digital|paper) fund")
@says("<slug> is the bank account of the (?P<medium>digital) fund of <issuer>")
@says("<slug> is the (?P<medium>operating) account")
def bank_account(town: Town, slug: str, medium: str, issuer: str = "") -> None:
    iban = _IBANS["operating" if issuer else medium]
    assert town.do("treasurer", lambda _: OpenBankAccount(slug, medium, slug, iban, issuer))


@says("<id_> is an exchange office")
def office(town: Town, id_: str) -> None:
    assert town.do("treasurer", lambda _: OpenOffice(id_, id_))


@says("<id_> is a sponsor")
def sponsor(town: Town, id_: str) -> None:
    assert town.do("treasurer", lambda _: RegisterSponsor(id_, id_))


@says("the members are")
def members(town: Town, rows: Rows) -> None:
    for row in rows:
        _join(town, row)


def _join(town: Town, row: dict[str, str]) -> None:
    born = row.get("born")
    member = RegisterMember(
        id=row["member"],
        kind=row["kind"],
        name=row.get("name", ""),
        iban=row.get("iban", ""),
        commune=row.get("commune", ""),
        born_on=date.fromisoformat(born) if born else None,
        donates_to=row.get("gives to", ""),
        issuer=row.get("issuer", ""),
    )
    assert town.do("treasurer", lambda _: member)
    town.kinds[row["member"]] = row["kind"]


@says("the campaign <id_> of <payer> opens")
def campaign(town: Town, rows: Rows, id_: str, payer: str) -> None:
    terms = {row["term"]: row["value"] for row in rows}
    cap, _, period = terms.get("cap", "").partition(" EUR a ")
    low, _, high = terms.get("ages", "").partition(" to ")
    operation = OpenCampaign(
        id=id_,
        sponsor=payer,
        rate_bps=int(terms["rate"].removesuffix(" bps")),
        budget=cents(terms["budget"].removesuffix(" EUR")),
        since=date.fromisoformat(terms["from"]),
        until=date.fromisoformat(terms["until"]),
        cap=cents(cap) if cap else None,
        cap_period=period or "month",
        kinds=_listed(terms, "kinds"),
        communes=_listed(terms, "communes"),
        members=_listed(terms, "list"),
        age_from=int(low) if low else None,
        age_to=int(high) if high else None,
        gift_expires_days=int(terms["gifts last"].split()[0]) if "gifts last" in terms else None,
        stackable=terms.get("stackable") == "yes",
    )
    assert town.do("treasurer", lambda _: operation)


def _listed(terms: dict[str, str], word: str) -> tuple[str, ...]:
    return tuple(terms[word].split(", ")) if word in terms else ()


@says("the treasurer closes the campaign <id_>")
def close(town: Town, id_: str) -> None:
    town.do("treasurer", lambda _: CloseCampaign(id_))


@says("<id_> is (?P<status>suspended|active|closed) from now on")
def change_status(town: Town, id_: str, status: str) -> None:
    assert town.do("treasurer", lambda _: ChangeMember(id_, status=status))


# -- time ------------------------------------------------------------------------------------


@says(r"on (?P<day>\d{4}-\d\d-\d\d)(?: at (?P<clock>\d\d:\d\d:\d\d))?")
def on(town: Town, day: str, clock: str = "12:00:00") -> None:
    moment = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), TOWN)
    assert moment >= town.at, "a story goes forward"
    town.at = moment


@says("the night passes")
def night(town: Town) -> None:
    """Run the nightly job of the day that the clock shows."""
    town.begin()
    expire_gifts(town.ledger, town.code, town.context())


# -- members ---------------------------------------------------------------------------------


@says("<member> converts #euros# EUR by (?P<channel>bank|card)")
@says("<member> converts #euros# EUR in (?P<channel>cash) at <office>")
def convert(town: Town, member: str, euros: str, channel: str, office: str = "") -> None:
    operation = Convert(member, cents(euros), channel, office)
    if town.do("treasurer", lambda _: operation):
        town.numbers["conversion"] = town.last_entry()


@says("<payer> pays #units# to <payee>")
def pay(town: Town, payer: str, units: str, payee: str) -> None:
    if town.do(payer, lambda _: Pay(payer, payee, town.units(units))):
        town.numbers["payment"] = town.last_entry()


@says("<shop> refunds #units#")
def give_back(town: Town, shop: str, units: str) -> None:
    number = town.numbers["payment"]
    town.do(
        shop,
        lambda context: refund(
            town.ledger,
            town.code,
            context,
            payment=number,
            units=town.units(units),
            reason="returned",
        ),
    )


@says("<member> asks to redeem #units#")
def ask_redemption(town: Town, member: str, units: str) -> None:
    id_ = town.next_name("r")
    if town.do(member, lambda _: RequestRedemption(member, town.units(units)), fresh_id=id_):
        town.names["redemption"] = id_


@says(f"{PEOPLE} approves the redemption")
def approve(town: Town, who: str) -> None:
    if town.do(_CREDENTIALS[who], lambda _: ApproveRedemption(town.names["redemption"])):
        town.numbers["redemption"] = town.last_entry()


@says("the treasurer asks to redeem #units# for <member>")
def redeem_for(town: Town, member: str, units: str) -> None:
    id_ = town.next_name("r")
    if town.do("treasurer", lambda _: RequestRedemption(member, town.units(units)), fresh_id=id_):
        town.names["redemption"] = id_


@says("<member> withdraws the redemption")
def withdraw(town: Town, member: str) -> None:
    id_ = town.names["redemption"]
    town.do(member, lambda context: cancelling(town.ledger, town.code, context, id_))


# -- the fund --------------------------------------------------------------------------------


@says("<payer> pays #euros# EUR into <slug> by hand")
def deposit(town: Town, payer: str, euros: str, slug: str) -> None:
    if town.do("treasurer", lambda _: Deposit(payer, cents(euros), slug)):
        town.numbers["deposit"] = town.last_entry()


@says("the bank of <slug> reports")
def bank_file(town: Town, rows: Rows, slug: str) -> None:
    """Make a camt.053 file of lines, `+10.00` in and `-10.00` out, and import it."""
    opening = town.bank.get(slug, 0)
    town.files[slug] = statement_file(town, slug, rows)
    assert town.bank[slug] == opening + sum(_signed(row["euros"]) for row in rows)
    the_file(town, slug)


@says("the bank of <slug> sends the same file again")
def the_file(town: Town, slug: str) -> None:
    context = town.context("treasurer")
    town.begin()
    done = import_statement(
        town.ledger, town.code, context, account=slug, data=town.files[slug], name="bank.xml"
    )
    town.told = dict(done)
    town.numbers["line"] = town.last_entry()


def statement_file(town: Town, slug: str, rows: Rows) -> bytes:
    """Write the camt.053 of an account, from what the bank said last on."""
    own = town.ledger.reads.rulebook(town.code)[0].bank_accounts[slug]
    opening = town.bank.get(slug, 0)
    entries = []
    for row in rows:
        amount = _signed(row["euros"])
        town.bank[slug] = town.bank.get(slug, 0) + amount
        entries.append(
            camt_files.entry(
                format_minor(abs(amount), 2),
                sign="CRDT" if amount > 0 else "DBIT",
                booked=row["day"],
                valued=row["day"],
                reference=f"{slug}-{town.next_name('line')}",
                details=camt_files.detail(_party(row) + _remittance(town, row["reference"])),
            )
        )
    balances = (
        _balance("OPBD", opening, rows[0]["day"]),
        _balance("CLBD", town.bank[slug], rows[-1]["day"]),
    )
    holder = camt_files.account(f"<IBAN>{own.iban}</IBAN>")
    number = town.next_name("statement")
    whole = camt_files.statement(*balances, *entries, identifier=number, holder=holder)
    return camt_files.message(whole).encode()


def _party(row: dict[str, str]) -> str:
    """Say from whom the euros came, or to whom they went, where the row names somebody."""
    party = "Dbtr" if row["euros"].startswith("+") else "Cdtr"
    name, iban = row.get("name", ""), row.get("iban", "")
    who = f"<{party}><Nm>{name}</Nm></{party}>" if name else ""
    where = f"<{party}Acct><Id><IBAN>{iban}</IBAN></Id></{party}Acct>" if iban else ""
    return f"<RltdPties>{who}{where}</RltdPties>" if who or where else ""


def _balance(kind: str, amount: int, day: str) -> str:
    sign = "DBIT" if amount < 0 else "CRDT"
    return camt_files.balance(kind, format_minor(abs(amount), 2), on=day, sign=sign)


def _signed(text: str) -> int:
    return -cents(text[1:]) if text.startswith("-") else cents(text.removeprefix("+"))


def _remittance(town: Town, words: str) -> str:
    what, _, whom = words.partition(" ")
    if what == "wrong":
        good = reference_for(town.code, "member", whom)
        words = good[:-1] + ("A" if good[-1] != "A" else "B")
        return f"<RmtInf><Ustrd>{words}</Ustrd></RmtInf>"
    if what in {"member", "sponsor"}:
        words = reference_for(town.code, what, whom)
    elif what == "redemption":
        words = reference_for(town.code, what, town.names["redemption"])
    elif what == "run":
        words = reference_for(town.code, what, town.names["run"])
    elif what == "order":
        words = reference_for(town.code, what, town.names["order"])
    elif what == "collection":
        return f"<Refs><EndToEndId>{town.names['collection']}</EndToEndId></Refs>"
    elif words == "returned collection":
        back = "<RtrInf><Rsn><Cd>MD06</Cd></Rsn></RtrInf>"
        return f"<Refs><EndToEndId>{town.names['collection']}</EndToEndId></Refs>{back}"
    else:
        return f"<RmtInf><Ustrd>{words}</Ustrd></RmtInf>"
    kind = "<Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
    ref = f"<CdtrRefInf>{kind}<Ref>{words}</Ref></CdtrRefInf>"
    return f"<RmtInf><Strd>{ref}</Strd></RmtInf>"


@says("the treasurer orders #euros# EUR from <source> to <target>")
def order(town: Town, euros: str, source: str, target: str) -> None:
    id_ = town.next_name("order")
    ends = f"bank:{source}", f"bank:{target}"
    if town.do("treasurer", lambda _: OrderTransfer(*ends, cents(euros), "balance"), fresh_id=id_):
        town.names["order"] = id_


@says("the treasurer explains the waiting line as a (?P<cause>[a-z-]+)(?: of <id_>)?")
def explain(town: Town, cause: str, id_: str = "") -> None:
    (waiting,) = list_lines(town.ledger, town.code, state="waiting", after="", limit=2)
    line = str(waiting["id"])
    town.do(
        "treasurer",
        lambda context: explaining(
            town.ledger, town.code, context, line=line, cause=cause, id_=id_
        ),
    )


@says("the treasurer recognises the conversion in the waiting line")
def recognise(town: Town) -> None:
    explain(town, "entry", str(town.numbers["conversion"]))


# -- corrections -----------------------------------------------------------------------------


@says("the treasurer proposes to correct the (?P<what>conversion|payment|redemption|deposit|line)")
def propose(town: Town, what: str) -> None:
    number = town.numbers[what]
    town.numbers["corrected"] = number
    id_ = town.next_name("c")
    town.names["correction"] = id_
    entry = known_entry(town.ledger, town.code, number)
    town.do("treasurer", lambda _: ProposeCorrection(entry, "a slip of the pen"), fresh_id=id_)


@says(f"{PEOPLE} corrects it")
def correct(town: Town, who: str) -> None:
    number, id_ = town.numbers["corrected"], town.names["correction"]
    town.do(
        _CREDENTIALS[who],
        lambda context: correction_of(
            town.ledger, town.code, context, entry=number, correction=id_
        ),
    )
