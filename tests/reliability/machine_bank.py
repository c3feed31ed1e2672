"""The machine's other half: bank files, lines that wait for their cause, and corrections."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ledger.books.papers import BankLine
from ledger.operations import correction, line
from ledger.operations.reference import reference_for
from ledger.operations.statement import import_statement
from ledger.rules.split import Part
from tests.banking import camt_files as camt
from tests.reliability.machine import AMOUNT, IBANS, NAMES, PERSON, PICK, PLACE, WHO, Town
from tests.reliability.model import CORRECTABLE, Thing
from tests.reliability.town import context


class BankTown(Town):
    """The town, with a bank that tells of its accounts."""

    @rule(
        slug=PLACE,
        told=st.lists(
            st.tuples(
                st.sampled_from(("member", "sponsor", "redemption", "order", "none")),
                PICK,
                AMOUNT,
                st.booleans(),
            ),
            min_size=1,
            max_size=2,
        ),
        again=st.booleans(),
    )
    def statement(self, slug: str, told: list[tuple[str, int, int, bool]], *, again: bool) -> None:
        """Import a bank file, perhaps twice."""
        lines = [
            self.line(slug, *one, day=self.model.today - timedelta(days=len(told) - i))
            for i, one in enumerate(told)
        ]
        data = self.file(slug, lines)
        self.model.arrive(lines)
        for _ in range(1 + again):
            asked = context(at=self.model.now)
            import_statement(self.ledger, self.code, asked, account=slug, data=data)
        for each in lines:
            kept = self.ledger.reads.having(BankLine, self.code, "account", [slug])
            each.is_["id"] = next(e.id for e in kept if f"{each.tag} virement" in e.text)

    def line(self, slug: str, kind: str, pick: int, cents: int, out: bool, day: date) -> Thing:  # noqa: FBT001, PLR0913, PLR0917 - the parts of a line
        """Make a line about something that exists, else about nothing."""
        m = self.model
        of: Any = None
        if kind == "member":
            of = NAMES[pick % len(NAMES)]
            known = [e for e in m.expected.values() if e.state == "open" and e.member == of]
            cents = known[0].cents if known and pick % 2 else cents
        elif kind in {"redemption", "order"}:
            things = m.redemptions if kind == "redemption" else m.orders
            of = self.picked(things, pick) if things else None
            kind = kind if of else "none"
            cents = of.cents if of and pick % 5 and of.cents else cents
        elif kind == "none" and pick % 2:
            here = [e for e in m.expected.values() if e.state == "open"]
            cents = here[-1].cents if here else cents
        return Thing(
            "new",
            {
                "place": f"bank:{slug}",
                "kind": kind,
                "of": of,
                "day": day,
                "cents": -cents if out else cents,
                "tag": f"L{next(self.tags)}",
            },
        )

    def file(self, slug: str, lines: list[Thing]) -> bytes:
        """Write lines as a camt.053 file."""

        def entry(each: Thing) -> str:
            of = each.of if isinstance(each.of, str) else (each.of.id if each.of else "ga")
            marked = "" if each.kind == "none" else reference_for(self.code, each.kind, of)
            text = f"<RmtInf><Ustrd>{each.tag} virement {marked}</Ustrd></RmtInf>"
            cents = abs(each.cents)
            return camt.entry(
                f"{cents // 100}.{cents % 100:02}",
                sign="CRDT" if each.cents > 0 else "DBIT",
                booked=each.day.isoformat(),
                valued=each.day.isoformat(),
                reference=each.tag,
                details=camt.detail(text),
            )

        holder = camt.account(f"<IBAN>{IBANS[slug]}</IBAN>")
        inside = camt.statement(*map(entry, lines), identifier=lines[0].tag, holder=holder)
        return camt.message(inside).encode()

    @precondition(lambda self: self.waiting())
    @rule(
        pick=PICK,
        who=WHO,
        cause=st.sampled_from(("conversion", "deposit", "bank-fee", "interest", "entry")),
    )
    def explain(self, pick: int, who: str, cause: str) -> None:
        """Explain a line that waits."""
        alike = [each for each in self.waiting() if self.by_hand(each)]
        found = self.picked(alike if alike and cause == "entry" else self.waiting(), pick)
        hand = self.by_hand(found)
        of: Any = {"conversion": who, "deposit": "ga"}.get(cause, "")
        if cause == "entry":
            of = hand[0] if hand else 0
        told = self.model.explain(found, cause, of)
        by = line.explaining(
            self.ledger, self.code, context(), line=found.id, cause=cause, id_=str(of)
        )
        self.ask(by, told)

    @precondition(lambda self: self.waiting())
    @rule(
        pick=PICK,
        who=WHO,
        share=st.integers(1, 99),
        causes=st.tuples(*[st.sampled_from(("conversion", "deposit", "bank-fee", "interest"))] * 2),
        slip=st.booleans(),
    )
    def share_out(
        self, pick: int, who: str, share: int, causes: tuple[str, str], *, slip: bool
    ) -> None:
        """Split a line that waits; now and then into parts that are not the line."""
        found = self.picked(self.waiting(), pick)
        sign = 1 if found.cents > 0 else -1
        first = sign * max(abs(found.cents) * share // 100, 1)
        amounts = first, found.cents - first + (sign if slip and pick % 3 == 0 else 0)
        if not all(cents * sign > 0 for cents in amounts):
            return
        of: dict[str, Any] = {"conversion": who, "deposit": "ga"}
        parts = [
            (cause, of.get(cause, ""), cents) for cause, cents in zip(causes, amounts, strict=True)
        ]
        told = self.model.split(found, parts)
        by = line.splitting(
            self.ledger,
            self.code,
            context(),
            line=found.id,
            parts=[Part(cause, str(id_), abs(cents)) for cause, id_, cents in parts],
        )
        self.ask(by, told)

    @precondition(lambda self: self.model.entries)
    @rule(pick=st.integers(0, 255), proposer=PERSON, approver=PERSON)
    def correct(self, pick: int, proposer: str, approver: str) -> None:
        """Propose to correct an entry, and let a second person (or the same) approve."""
        fit = [n for n, entry in self.model.entries.items() if entry.kind in CORRECTABLE]
        number = self.picked(fit if fit and pick % 4 else sorted(self.model.entries), pick)
        self.take_back(number, proposer, approver)

    def take_back(self, number: int, proposer: str, approver: str) -> None:
        """Correct one entry."""
        told = self.model.propose(number, proposer)
        proposed_by = correction.proposing(
            self.ledger, self.code, context(at=self.model.now), entry=number, reason="why"
        )
        said = self.ask(proposed_by, told, person=proposer)
        if told:
            return
        proposed = self.model.corrections[-1]
        told = self.model.correct(proposed, approver)
        asked = context(at=self.model.now)
        step = correction.correction_of(
            self.ledger, self.code, asked, entry=number, correction=said["id"]
        )
        self.ask(step, told, person=approver)

    def by_hand(self, line: Thing) -> list[int]:
        """List the entries made by hand that a line could be."""
        return [
            number
            for number, e in self.model.expected.items()
            if e.state == "open" and (e.place, e.cents) == (line.place, line.cents)
        ]

    def waiting(self) -> list[Thing]:
        """List the bank lines that nobody has explained."""
        return [each for each in self.model.lines if each.state == "waiting"]
