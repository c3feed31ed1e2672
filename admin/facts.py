"""What pages call the facts of an entry, and how they read what a fact says."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from admin.naming import bonus_said, cause_said, part_said, state_said
from admin.words import Words, _
from ledger.money import EUR

FACTS: Final = {
    "about": _("About"),
    "account": _("Bank account"),
    "act": _("Legal act"),
    "as_of": _("As of entry"),
    "authority": _("Authority"),
    "basis": _("Legal basis"),
    "before": _("Fingerprint of the terms before"),
    "budget": _("Budget"),
    "campaign": _("Campaign"),
    "cause": _("Cause"),
    "ceiling": _("Ceiling"),
    "changed": _("What changed"),
    "channel": _("How the euros came"),
    "chart": _("Chart of accounts"),
    "closes": _("Closes up to"),
    "collection": _("Collection"),
    "confirm_above": _("Second factor above"),
    "consent": _("Consent"),
    "content": _("Fingerprint of the file"),
    "corrections_need_second": _("Corrections need a second person"),
    "corrects": _("Corrects entry"),
    "counted_on": _("Counted on"),
    "counts_on": _("Counts on"),
    "cover": _("Cover"),
    "credential": _("Access"),
    "creditor": _("Creditor"),
    "day": _("Day"),
    "distribution": _("Distribution"),
    "donation_bps": _("Donation"),
    "donation_supporters": _("Supporters that donations need"),
    "ended": _("Taken away"),
    "euros": _("Euros"),
    "exact_matches_post": _("Exact matches post by themselves"),
    "factor": _("Way of signing in"),
    "fate": _("What became of it"),
    "fee": _("Fee"),
    "fee_bps": _("Fee"),
    "file": _("File"),
    "from": _("From"),
    "grant": _("Right"),
    "gross": _("Taken, {0}"),
    "guardian": _("Guardian"),
    "hand_conversions_above": _("Issue by hand needs a second person above"),
    "holder": _("Acts for"),
    "iban": _("IBAN"),
    "in_use": _("Key in use"),
    "issuer": _("Issuer"),
    "item": _("Item"),
    "kind": _("Kind"),
    "last_sheet": _("Last sheet"),
    "line": _("Bank line"),
    "mandate": _("Mandate"),
    "medium": _("Medium"),
    "member": _("Member"),
    "method": _("How it was signed in"),
    "missing": _("Missing"),
    "month": _("Month"),
    "new": _("New lines"),
    "office": _("Exchange office"),
    "on": _("Up to"),
    "operations": _("Operations"),
    "order": _("Transfer"),
    "origin": _("From where"),
    "owner": _("Owner"),
    "part": _("Part {0}"),
    "payments": _("Payments"),
    "payouts_need_second": _("Payment files need a second person"),
    "person": _("Who"),
    "proposal": _("Proposal"),
    "proposed_by": _("Proposed by"),
    "rate_bps": _("Rate"),
    "reason": _("Reason"),
    "recognises": _("Recognises entry"),
    "redeemed": _("Redeemed"),
    "redemption": _("Redemption"),
    "redemption_fee_bps": _("Redemption fee"),
    "redemption_kinds": _("Who redeems"),
    "refunds": _("Refunds"),
    "report": _("Fingerprint of the report"),
    "request": _("Payment request"),
    "request_minutes": _("Minutes that a request waits"),
    "resets": _("Starts anew"),
    "returned": _("Given back, {0}"),
    "revenue": _("Revenue {0}"),
    "revenues": _("Revenues"),
    "role": _("Role"),
    "row": _("Row"),
    "rows": _("Rows"),
    "run": _("Run"),
    "service": _("Service"),
    "service_day": _("Day of the service"),
    "settlement": _("Settlement"),
    "sheet": _("Sheet"),
    "since": _("Since"),
    "siren": _("SIREN"),
    "sponsor": _("Sponsor"),
    "standing": _("Standing conversion"),
    "state": _("State"),
    "statement": _("Statement"),
    "status": _("State"),
    "to": _("To"),
    "total": _("Total"),
    "units": _("Units"),
    "until": _("Until"),
    "was": _("State before"),
    "year": _("Year"),
}
"""Every fact that an operation writes; `gross:<revenue>` and the like by what is before `:`."""
_VALUES: Final = {
    "passkey": _("by passkey"),
    "password": _("by password"),
    "totp": _("by password and code"),
    "recovery": _("by password and recovery code"),
    "invitation": _("by a link"),
    "demo": _("as a demo person"),
    "secret": _("Secret"),
    "bank": _("bank transfer"),
    "card": _("card"),
    "cash": _("cash"),
    "done": _("done"),
}


def fact_named(words: Words, name: str) -> str:
    """Call a fact what people call it: `revenue:entry` is "Revenue entry", `part-2` "Part 2"."""
    kind, _sep, part = name.replace("part-", "part:").partition(":")
    return words.say(FACTS.get(kind, kind)).format(part)


def fact_said(words: Words, fact: str | int, name: str) -> str:
    """Read a fact: days and states in words, what is an id or a count as it stands."""
    reader = _READERS.get(name)
    return reader(words, str(fact)) if reader else str(fact)


def _yes_or_no(words: Words, text: str) -> str:
    return words.say(_("no") if text in {"0", "False"} else _("yes"))


def _rate(words: Words, text: str) -> str:
    return words.percent(int(text))


def _cents(words: Words, text: str) -> str:
    return f"{words.amount(int(text), EUR.scale)} {EUR.code}"


def _day(words: Words, text: str) -> str:
    return words.day(date.fromisoformat(text)) if _ISO_DAY.fullmatch(text) else text


def _each(words: Words, text: str) -> str:
    return ", ".join(map(words.say, text.split(",")))


def _chosen(words: Words, text: str) -> str:
    return words.say(_VALUES.get(text, text))


_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_READERS: Final[dict[str, Callable[[Words, str], str]]] = {
    **dict.fromkeys(
        (
            "ended",
            "resets",
            "exact_matches_post",
            "payouts_need_second",
            "corrections_need_second",
        ),
        _yes_or_no,
    ),
    **dict.fromkeys(("donation_bps", "fee_bps", "rate_bps", "redemption_fee_bps"), _rate),
    **dict.fromkeys(("budget", "hand_conversions_above", "missing", "total"), _cents),
    **dict.fromkeys(
        ("closes", "counted_on", "counts_on", "day", "on", "service_day", "since", "until"), _day
    ),
    **dict.fromkeys(("state", "status", "was"), state_said),
    **dict.fromkeys(("role", "kind", "iban", "redemption_kinds"), _each),
    **dict.fromkeys(("method", "factor", "channel"), _chosen),
    "medium": part_said,
    "cause": cause_said,
    "reason": bonus_said,
}
