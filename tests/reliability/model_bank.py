"""The reference for what the bank tells: orders, lines and their causes, and corrections."""

import copy
from datetime import timedelta
from typing import Any

from tests.reliability.model import (
    CORRECTABLE,
    OWED,
    SUSPENSE,
    TRANSIT,
    Arrow,
    Model,
    Thing,
    Written,
)


class BankingModel(Model):
    """The model with bank lines."""

    def order(self, source: str, target: str, cents: int) -> str:
        """Order a transfer; cash leaves the till at once."""
        order = Thing("ordered", {"source": source, "target": target, "cents": cents})
        if source.startswith("till:"):
            told = self.write("order", [(source, TRANSIT, cents)])
            if told:
                return told
            order.state = "left"
        self.orders.append(order)
        return ""

    def arrive(self, lines: list[Thing]) -> None:
        """Import a statement: what is certain is explained, the rest waits."""
        self.number += 1
        self.lines += lines
        left, going = list(lines), True
        while going:
            causes = [self.certain(line) for line in left]
            done = [
                line
                for line, (cause, of) in zip(left, causes, strict=True)
                if cause and not self.explain(line, cause, of)
            ]
            left = [line for line in left if line not in done]
            going = bool(done)
        for line in left:
            self.wait(line)

    def wait(self, line: Thing) -> None:
        """Let a line wait in suspense."""
        self.write("suspense", [flow(line.place, line.cents, SUSPENSE)])
        line.state, line.is_["entry"] = "waiting", self.number

    def certain(self, line: Thing) -> tuple[str, Any]:
        """Say what a line is by its reference alone."""
        kind, of, came_in = line.kind, line.of, line.cents > 0
        if kind == "member" and came_in:
            hand = self.by_hand(line, of)
            return ("entry", hand) if hand else ("conversion" if not self.unfit(of) else "", of)
        if kind == "sponsor" and came_in:
            return ("", None) if self.by_hand(line, "") else ("deposit", None)
        if kind == "redemption" and abs(line.cents) == of.cents and came_in == (of.state == "paid"):
            return "bounce" if came_in else "redemption", of
        if kind == "order" and abs(line.cents) == of.cents:
            place = of.target if came_in else of.source
            return ("order", of) if place == line.place else ("", None)
        return "", None

    def by_hand(self, line: Thing, member: str) -> int | None:
        """Find the entry that moved the same euros before the bank told of it."""
        fits = [
            number
            for number, e in self.expected.items()
            if e.state == "open"
            and (e.place, e.cents, e.member) == (line.place, line.cents, member)
            if abs(e.day - line.day) <= timedelta(days=10)
        ]
        return min(fits, key=str, default=None)

    def explain(self, line: Thing, cause: str, of: Any) -> str:  # noqa: ANN401 - whatever it names
        """Explain a line that is new or waits."""
        if line.state == "matched":
            return "not-in-state"
        fresh = line.state == "new"
        hand = None
        if cause == "entry":
            hand = of if of in self.expected and self.expected[of].state == "open" else None
            if hand is None:
                return "not-found"
        told = self.book_line(line, cause, of, line.place if fresh else SUSPENSE)
        if told:
            return told
        line.state = "matched"
        if fresh:
            line.is_["entry"] = hand or self.number
        if hand or not fresh:
            line.is_["explained"] = self.number
        if hand:
            self.expected[hand].is_["line"] = line
        return ""

    def split(self, line: Thing, parts: list[tuple[str, Any, int]]) -> str:
        """Share a waiting line out: all parts in one entry, or nothing."""
        if line.state == "matched":
            return "not-in-state"
        if sum(cents for _, _, cents in parts) != line.cents:
            return "line-does-not-fit"
        kept = self.kept()
        arrows: list[Arrow] = []
        counts: list[Any] = []
        for cause, of, cents in parts:
            share = Thing("waiting", {**line.is_, "cents": cents})
            told = self.book_line(share, cause, of, SUSPENSE)
            if told:
                self.book, self.counts, self.number, self.entries, self.expected = kept
                return told
            arrows += self.entries[self.number].arrows
            counts += self.entries[self.number].counts
        self.book, self.counts, self.number, self.entries, self.expected = kept
        self.write("split", arrows, counts)
        line.state, line.is_["explained"] = "matched", self.number
        return ""

    def kept(self) -> tuple[Any, ...]:
        """Copy what a part of a split may change, to take it back."""
        return (
            copy.copy(self.book),
            copy.copy(self.counts),
            self.number,
            dict(self.entries),
            dict(self.expected),
        )

    def book_line(self, line: Thing, cause: str, of: Any, place: str) -> str:  # noqa: ANN401, PLR0911 - a case a line
        """Write what a cause says of a line that lies at a place."""
        cents = line.cents
        if cause == "entry":
            e = self.expected[of]
            if (e.place, e.cents) != (line.place, cents):
                return "line-does-not-fit"
            e.state = "matched"
            known = [flow(SUSPENSE, cents, line.place)]
            return self.write("recognition", known if place == SUSPENSE else [], hand=of)
        if cause in {"conversion", "deposit", "interest"} and cents < 0:
            return "line-does-not-fit"
        if cause in {"conversion", "deposit"}:
            known_before = set(self.expected)
            told = self.convert(of, cents, place) if cause[0] == "c" else self.deposit(cents, place)
            for number in set(self.expected) - known_before:
                del self.expected[number]
            return told
        if cause == "order":
            return self.order_seen(of, cents, place)
        if cause in {"redemption", "bounce"}:
            if cause == "bounce" and of.state != "paid":
                return "not-in-state"
            if cause == "redemption" and of.state not in {"approved", "bounced"}:
                return "not-in-state"
            was, of.state = of.state, "bounced" if cause == "bounce" else "paid"
            settled = [flow(place, cents, OWED)]
            return self.write("redemption-" + of.state, settled, settles=of, was=was)
        other = "income:interest" if cause == "interest" else "expense:bank-fees"
        return self.write(cause, [flow(place, cents, other)])

    def order_seen(self, order: Thing, cents: int, place: str) -> str:
        """See one leg of a transfer at the bank."""
        first, last = ("left", "arrived-first") if cents < 0 else ("arrived-first", "left")
        if order.state not in {"ordered", last}:
            return "not-in-state"
        was, order.state = order.state, first if order.state == "ordered" else "done"
        seen = [flow(place, cents, TRANSIT)]
        return self.write("order-seen", seen, order=order, first=first, last=last, was=was)

    def propose(self, number: int, person: str) -> str:
        """Propose a correction."""
        told = self.uncorrectable(number)
        if not told:
            self.corrections.append(Thing("proposed", {"number": number, "by": person}))
        return told

    def uncorrectable(self, number: int) -> str:
        """Say why an entry cannot be corrected, if so."""
        entry = self.entries.get(number)
        wrong = entry is None or entry.kind not in CORRECTABLE
        done = self.counts[f"corrected:{number}"] or self.counts[f"refunded:{number}"]
        return "cannot-correct" if wrong or done else ""

    def correct(self, correction: Thing, person: str) -> str:  # noqa: C901, PLR0911, PLR0912 - a rule a line
        """Reverse an entry."""
        number = correction.number
        entry = self.entries[number]
        if correction.state != "proposed":
            return "not-in-state"
        if told := self.uncorrectable(number):
            return told
        if person == correction.by:
            return "same-person"
        renamed: dict[str, str] = {}
        redemption = entry.facts.get("redemption")
        if redemption:
            if redemption.state not in {"approved", "bounced"}:
                return "cannot-correct"
            renamed[f"held:{redemption.id}"] = f"member:{redemption.member}"
        stuck = self.moved_on(entry)
        if stuck:
            return stuck
        line = self.line_of(number)
        if line and line.is_.get("explained") != number:
            renamed[line.place] = SUSPENSE
        back = [(renamed.get(t, t), renamed.get(s, s), n) for s, t, n in reversed(entry.arrows)]
        back = [arrow for arrow in back if arrow[0] != arrow[1]]
        told_only = entry.kind == "recognition" and not entry.arrows
        if told_only and line:
            back = [flow(line.place, line.cents, SUSPENSE)]
        for source, _, amount in back:
            if source.startswith(("member:", "gift:")) and self.book[source] < amount:
                return "cannot-correct"
        counts = [(name, -change, top) for name, change, top in entry.counts]
        told = self.write("correction", back, [*counts, (f"corrected:{number}", 1, 1)])
        if not told:
            correction.state = "done"
            if redemption:
                redemption.state = "corrected"
            self.unmove(entry)
            if number in self.expected:
                self.expected[number].state = "corrected"
            if line:
                line.state = "waiting"
                line.is_.pop("explained", None)
                line.is_["entry"] = self.number if told_only else line.entry
        return told

    def line_of(self, number: int) -> Thing | None:
        """Find the line that an entry explains, moved the bank for, or was recognised in."""
        for key in ("explained", "entry"):
            for line in self.lines:
                if line.is_.get(key) == number:
                    return line
        told = self.expected.get(number)
        return told.is_.get("line") if told and told.state == "matched" else None

    def moved_on(self, entry: Written) -> str:
        """Say whether what an explanation had settled has moved on since."""
        facts = entry.facts
        if "settles" in facts:
            stays = "paid" if entry.kind == "redemption-paid" else "bounced"
            return "" if facts["settles"].state == stays else "cannot-correct"
        if "order" in facts:
            return "" if facts["order"].state in {facts["first"], "done"} else "cannot-correct"
        if "hand" in facts:
            return "" if self.expected[facts["hand"]].state == "matched" else "cannot-correct"
        return ""

    def unmove(self, entry: Written) -> None:
        """Take back what an explanation had settled."""
        facts = entry.facts
        if "settles" in facts:
            facts["settles"].state = facts["was"]
        elif "order" in facts:
            order = facts["order"]
            order.state = "ordered" if order.state == facts["first"] else facts["last"]
        elif "hand" in facts:
            hand = self.expected[facts["hand"]]
            hand.state = "open"
            hand.is_.pop("line", None)


def flow(place: str, cents: int, other: str) -> Arrow:
    """Draw a line's arrow."""
    return (other, place, cents) if cents > 0 else (place, other, -cents)
