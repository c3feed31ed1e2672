"""A month at the bank for a demo or a test: three accounts, 2 000 lines, 40 of them odd.

The deeds that the lines tell of (members, entries by hand, orders, redemptions) are posted first;
then each bank's camt.053 is written. The same chance and month give the same files.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from ledger.banking.camt_writing import Movement, written_statement
from ledger.books.context import TOWN, Context
from ledger.books.journal import Json
from ledger.books.opening import Balance
from ledger.operations.campaign import Deposit
from ledger.operations.conversion import Convert
from ledger.operations.fund import OrderTransfer
from ledger.operations.ledger import Ledger, Operation
from ledger.operations.member import RegisterMember
from ledger.operations.opening import open_balances
from ledger.operations.redemption import ApproveRedemption, RequestRedemption
from ledger.operations.reference import reference_for
from ledger.operations.townsfolk import Chance, made_up_iban
from ledger.rules.month_end import last_month_end
from ledger.rules.reconciliation import banking_day

NEF: Final = "nef"
PAPER: Final = "credit-municipal"
OPERATING: Final = "exploitation"
PEOPLE: Final = 150
FIRMS: Final = 30
TO_PAPER: Final = 100
TO_FUND: Final = 60
LINES: Final = 2_000
EARLIER: Final = {NEF: 7_500_00, PAPER: 3_000_00, OPERATING: 5_000_00}
"""Euro cents that each account held before the month: what circulated already, and own funds."""
_HELD_BY_PERSON: Final = 30_00
_HELD_BY_FIRM: Final = 100_00
_AMOUNTS: Final = (10_00, 20_00, 20_00, 30_00, 40_00, 50_00, 60_00, 100_00)


@dataclass
class BankMonth:
    """The month while it is written: whom it knows, and what each bank will say."""

    ledger: Ledger
    code: str
    context: Context
    chance: Chance
    until: date
    ibans: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[Movement]] = field(default_factory=dict)
    odd: int = 0
    """How many oddities there are, one or two lines each."""
    _count: int = 0

    @property
    def since(self) -> date:
        """The first day of the month."""
        return self.until.replace(day=1)

    def post(self, operation: Operation, on: date, person: str = "operator") -> dict[str, Json]:
        """Post a deed of a day, or of now where the books are later already."""
        self._count += 1
        at = datetime.combine(on, time(10), TOWN) + timedelta(seconds=self._count)
        step = f"month:{self.until}:{self._count}"
        one = replace(
            self.context,
            at=min(at, self.context.at),
            key=step,
            person=person,
            fresh_id=f"m{self.until:%y%m}{self._count:05d}",
        )
        answer = self.ledger.post_and_wait(self.code, operation, one)
        if answer.refused:
            message = f"the month met a refusal: {answer.body.decode()}"
            raise RuntimeError(message)
        return answer.json()

    def says(self, account: str, amount: int, words: str, on: date, who: str = "") -> None:
        """Let a bank book a line."""
        lines = self.lines.setdefault(account, [])
        name, iban = (who.replace("-", " ").upper(), self.ibans.get(who, "")) if who else ("", "")
        reference = f"{account.upper()}{len(lines):06d}"
        lines.append(Movement(on, amount, reference, words, name, iban))

    def day(self, first: int = 1, last: int = 31) -> date:
        """Draw a banking day of the month between two of its days."""
        last = min(last, self.until.day)
        while True:
            day = self.since.replace(day=self.chance.randrange(first, last + 1))
            if banking_day(day):
                return day

    def reference(self, member: str) -> str:
        """Give a member's reference."""
        return reference_for(self.code, "member", member)

    def someone(self) -> str:
        """Draw a person."""
        return f"habitant-{self.chance.randrange(1, PEOPLE + 1):03d}"


def write_month(
    ledger: Ledger, code: str, context: Context, chance: Chance, until: date | None = None
) -> dict[str, bytes]:
    """Post what the last month is about, and give each account's bank file by its slug.

    A second time posts nothing new and gives the same files.
    """
    month = BankMonth(ledger, code, context, chance, until or last_month_end(context.day))
    for step in (_people, _openings, _orders, _firms, _odd_references, _odd_moves):
        step(month)
    while sum(map(len, month.lines.values())) < LINES:
        who = month.someone()
        words = f"VIR {month.reference(who)}"
        month.says(NEF, month.chance.choice(_AMOUNTS), words, month.day(), who)
    return _files(month)


def _files(month: BankMonth) -> dict[str, bytes]:
    book, _ = month.ledger.reads.rulebook(month.code)
    return {
        account: written_statement(
            number=f"{account}-{month.until:%Y-%m}",
            iban=book.bank_accounts[account].iban,
            opening=EARLIER[account],
            since=month.since,
            until=month.until,
            movements=sorted(lines, key=lambda line: (line.on, line.bank_reference)),
        )
        for account, lines in month.lines.items()
    }


def _people(month: BankMonth) -> None:
    for number in range(1, PEOPLE + 1):
        name = f"habitant-{number:03d}"
        month.ibans[name] = made_up_iban(month.chance)
        person = RegisterMember(name, "person", name.replace("-", " "), iban=month.ibans[name])
        month.post(person, month.since)
    for number in range(1, FIRMS + 1):
        name = f"atelier-{number:02d}"
        month.ibans[name] = made_up_iban(month.chance)
        month.post(RegisterMember(name, "pro", name, iban=month.ibans[name]), month.since)


def _openings(month: BankMonth) -> None:
    """Open what members, notes and banks stood at when the month before ended."""
    held = {"habitant": _HELD_BY_PERSON, "atelier": _HELD_BY_FIRM}
    balances = [Balance("bank", slug, cents) for slug, cents in EARLIER.items()]
    balances += [Balance("member", who, held[who.partition("-")[0]]) for who in month.ibans]
    balances.append(Balance("notes", "public", EARLIER[PAPER]))
    at = min(datetime.combine(month.since, time(11), TOWN), month.context.at)
    context = replace(month.context, at=at, fresh_id=f"m{month.until:%y%m}opening")
    before = month.since - timedelta(days=1)
    told = open_balances(month.ledger, month.code, context, balances=balances, on=before)
    if told["refused"]:
        message = f"the month met refusals: {told['refused']}"
        raise RuntimeError(message)


def _orders(month: BankMonth) -> None:
    """Own transfers that both banks show: to the paper fund, and from the operating account."""
    for number in range(TO_PAPER + TO_FUND):
        source, target = (NEF, PAPER) if number < TO_PAPER else (OPERATING, NEF)
        euros = 5_00 + month.chance.randrange(0, 40) * 50
        told = _order(month, source, target, euros)
        on = month.day(4, 24)
        month.says(source, -euros, f"VIR {told}", on)
        month.says(target, euros, f"VIR {told}", on)


def _order(month: BankMonth, source: str, target: str, euros: int) -> str:
    operation = OrderTransfer(f"bank:{source}", f"bank:{target}", euros, "équilibre des fonds")
    return str(month.post(operation, month.since)["reference"])


def _firms(month: BankMonth) -> None:
    """Entries by hand that the bank shows, redemptions that it pays, two that come back."""
    for number in range(1, FIRMS + 1):
        name = f"atelier-{number:02d}"
        euros = 200_00 + number * 100
        month.post(Convert(name, euros, "bank"), month.since)
        month.says(NEF, euros, f"VIR {month.reference(name)}", month.day(2, 8), name)
        asked = month.post(RequestRedemption(name, 100_00), month.since + timedelta(days=8))
        month.post(ApproveRedemption(str(asked["id"])), month.since + timedelta(days=8), "second")
        cents = int(str(asked["euros"]).replace(".", ""))
        if number > FIRMS - 2:
            month.odd += 1  # approved, and the bank has not paid it yet
            continue
        month.says(NEF, -cents, f"REMB {asked['reference']}", month.day(10, 16), name)
        if number <= 2:  # noqa: PLR2004 - two come back
            month.odd += 1
            month.says(NEF, cents, f"RETOUR {asked['reference']}", month.day(20, 26), name)


def _odd_references(month: BankMonth) -> None:
    """Lines whose reference has a wrong digit, lacks, or names two members; and twins."""
    for _ in range(8):
        who = month.someone()
        good = month.reference(who)
        wrong = good[:-1] + ("A" if good[-1] != "A" else "B")
        month.says(NEF, 25_00, f"VIR {wrong}", month.day(), who)
    for _ in range(8):
        month.says(NEF, 40_00, "VIREMENT", month.day(), month.someone())
    for _ in range(4):
        one, other = month.someone(), "atelier-07"
        words = f"20 POUR {month.reference(one)} 100 POUR {month.reference(other)}"
        month.says(NEF, 120_00, words, month.day(), one)
    for _ in range(2):
        who, on = month.someone(), month.day()
        for _ in range(2):
            month.says(NEF, 35_00, f"VIR {month.reference(who)}", on, who)
    month.odd += 24


def _odd_moves(month: BankMonth) -> None:
    """Fees, interest, strangers, transfers seen on one side, entries by hand not seen."""
    month.says(NEF, -3_20, "FRAIS TENUE DE COMPTE", month.day(25))
    month.says(OPERATING, -12_00, "COTISATION CARTE", month.day(25))
    month.says(NEF, 1_50, "INTERETS CREDITEURS", month.day(25))
    for words in ("VIR INST DON", "REMISE CHEQUE", "REGUL"):
        month.says(NEF, 15_00 + len(words), words, month.day())
    for source, target, seen in ((NEF, PAPER, NEF), (NEF, PAPER, NEF), (OPERATING, NEF, NEF)):
        told = _order(month, source, target, 60_00)
        leaving = seen == source
        month.says(seen, -60_00 if leaving else 60_00, f"VIR {told}", month.day(25))
    month.post(Convert("atelier-03", 70_00, "bank"), month.until)
    month.post(Convert("atelier-04", 80_00, "bank"), month.until)
    month.post(Deposit("grand-avignon", 1_000_00, NEF), month.until)
    month.odd += 12
