"""Consent: a person decides which part of what an authority sends it becomes units, and until when.

No part is taken without a consent that is written, dated and in force; the rest is paid as ever.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from ledger.books.disbursements import Consent
from ledger.books.journal import Json, Plan
from ledger.money import BPS, EUR, format_minor, share_rounded_down
from ledger.refusals import Malformed, NotInState


def check_consent(consent: Consent) -> None:
    """Refuse a consent that says nothing clear (Malformed points at each fault)."""
    share, fixed = consent.share_bps, consent.euros
    faults = {
        "/share_bps": (share is None) == (fixed is None),
        "/minimum_euros": consent.cap is not None and consent.least > consent.cap,
        "/until": consent.until is not None and consent.until < consent.since,
        "/signed_on": consent.signed_on > consent.since,
    }
    details = {
        "/share_bps": f"either a share of 1 to {BPS} basis points, or amount_euros",
        "/minimum_euros": "the minimum is more than the cap",
        "/until": "the end lies before the beginning",
        "/signed_on": "it was signed after it begins",
    }
    errors = [{"pointer": name, "detail": details[name]} for name, wrong in faults.items() if wrong]
    if errors:
        raise Malformed(errors)


def holds(consent: Consent, day: date) -> bool:
    """Say whether a consent is in force on a Paris day: not before, not after, not withdrawn."""
    begun = consent.since <= day and (consent.until is None or day <= consent.until)
    return begun and (consent.withdrawn_on is None or day < consent.withdrawn_on)


def consent_for(consents: Iterable[Consent], kind: str, day: date) -> Consent | None:
    """Choose the consent for a kind of row: the newest in force, else the newest there is."""
    fits = [consent for consent in consents if not consent.kinds or kind in consent.kinds]
    order = sorted(fits, key=lambda c: (holds(c, day), c.recorded_at, c.id))
    return order[-1] if order else None


def part_of(consent: Consent, cents: int) -> int:
    """Work out what becomes units of so many cents: share rounded down, at least the minimum."""
    fixed = consent.euros
    part = share_rounded_down(cents, consent.share_bps or 0) if fixed is None else fixed
    return min(max(part, consent.least), cents)


def plan_consent(consent: Consent) -> Plan:
    """Keep a consent; it is sealed, so that the auditor knows on which days it held."""
    check_consent(consent)
    return Plan(
        kind="consent",
        papers=(consent,),
        facts={
            "consent": consent.id,
            "member": consent.member,
            "authority": consent.authority,
            "since": consent.since.isoformat(),
            "until": consent.until.isoformat() if consent.until else "",
        },
        sealed=True,
        answer=shown_consent(consent),
    )


def plan_withdrawal(consent: Consent, day: date) -> Plan:
    """Withdraw a consent from a day on, that day included (NotInState for one withdrawn before)."""
    if consent.state != "given":
        raise NotInState(what="consent", id=consent.id, state=consent.state, needed="given")
    ended = replace(consent, state="withdrawn", withdrawn_on=day)
    return Plan(
        kind="consent-end",
        papers=(ended,),
        facts={"consent": consent.id, "on": day.isoformat()},
        sealed=True,
        answer=shown_consent(ended),
    )


def shown_consent(consent: Consent) -> dict[str, Json]:
    """Show a consent as the outside reads it."""

    def euros(cents: int | None) -> str | None:
        return None if cents is None else format_minor(cents, EUR.scale)

    def day(when: date | None) -> str | None:
        return when.isoformat() if when else None

    return {
        "id": consent.id,
        "member": consent.member,
        "authority": consent.authority,
        "status": consent.status,
        "kinds": list(consent.kinds),
        "share_bps": consent.share_bps,
        "amount_euros": euros(consent.euros),
        "minimum_euros": euros(consent.least),
        "cap_euros": euros(consent.cap),
        "from": consent.since.isoformat(),
        "until": day(consent.until),
        "signed_on": consent.signed_on.isoformat(),
        "state": consent.state,
        "withdrawn_on": day(consent.withdrawn_on),
    }
