"""Fates: what becomes of each row of a run, judged before anything moves, and said in a sentence.

The law comes first, then the person's consent, then what the sheet says twice or unreadably.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ledger.books.authorities import CollectionMandate
from ledger.books.disbursements import (
    CIVIL_SERVANT,
    KINDS,
    SALARY,
    Consent,
    Disbursement,
    RowAsked,
    WageRule,
    disbursement_id,
)
from ledger.books.papers import Member
from ledger.money import EUR, Asset, UnreadableAmountError, parse_minor
from ledger.refusals import NotAtPar
from ledger.rules.consent import consent_for, holds, part_of
from ledger.rules.parity import units_at_par

OK: Final = "ok"

FATES: Final[Mapping[str, tuple[str, str]]] = {
    OK: ("sera créditée en unités", "will be credited in units"),
    "unknown-person": (
        "personne ne porte cet identifiant ici",
        "nobody here has this identifier",
    ),
    "member-not-active": (
        "ce compte n'est pas actif : rien ne peut y être crédité",
        "this account is not active: nothing can be credited to it",
    ),
    "not-a-payee": (
        "une collectivité ne se crédite pas elle-même ni une autre en unités",
        "an authority credits neither itself nor another one in units",
    ),
    "wages-to-own-account": (
        (
            "un salaire de droit privé va en entier, en euros, sur le compte du salarié "
            "(Code du travail L3241-1) ; la part voulue passe par son propre virement permanent ou "
            "prélèvement, et le fichier de l'employeur ne fait que l'annoncer"
        ),
        (
            "private-law wages go wholly, in euros, to the employee's own account (Code du travail "
            "L3241-1); the chosen part comes by the employee's own standing order or direct debit, "
            "and the employer's file only announces it"
        ),
    ),
    "civil-servant-to-own-account": (
        (
            "aucune base légale n'est déclarée pour payer les agents publics par mandat : leur "
            "traitement va en entier sur leur compte"
        ),
        (
            "no legal basis is declared for paying civil servants through the mandate: their pay "
            "goes wholly to their own account"
        ),
    ),
    "mandate-not-in-force": (
        "le mandat d'encaissement n'est pas en vigueur ce jour-là (CGCT D1611-32-3)",
        "the collection mandate is not in force on that day (CGCT D1611-32-3)",
    ),
    "mandate-object": (
        "le mandat d'encaissement ne couvre pas cette nature (CGCT D1611-32-3)",
        "the collection mandate does not cover this kind (CGCT D1611-32-3)",
    ),
    "mandate-ceiling": (
        "le plafond du mandat d'encaissement serait dépassé (CGCT D1611-32-3)",
        "the collection mandate's ceiling would be passed (CGCT D1611-32-3)",
    ),
    "no-consent": (
        "cette personne n'a pas donné d'accord écrit",
        "this person has given no written consent",
    ),
    "consent-not-in-force": (
        "son accord écrit n'est pas en vigueur ce jour-là",
        "the written consent is not in force on that day",
    ),
    "consent-withdrawn": (
        "son accord écrit a été retiré",
        "the written consent was withdrawn",
    ),
    "over-cap": (
        "la part dépasse le plafond de son accord",
        "the part is more than the cap of the consent",
    ),
    "not-at-par": (
        "cette part n'a pas d'équivalent exact en unités",
        "this part has no exact counterpart in units",
    ),
    "nothing-to-credit": (
        "la part est de zéro",
        "the part is zero",
    ),
    "row-twice": (
        "cette ligne se trouve déjà plus haut, avec la même personne, nature et somme",
        "this row stands above already, with the same person, kind and sum",
    ),
    "empty-cell": ("une case est vide", "a cell is empty"),
    "unknown-kind": (
        "la nature est l'une de : allowance, grant, invoice, prize, salary",
        "the kind is one of: allowance, grant, invoice, prize, salary",
    ),
    "euros-with-comma": (
        "écrivez la somme avec un point : 120.50",
        "write the sum with a point: 120.50",
    ),
    "unreadable-euros": (
        "la somme ne se lit pas : des chiffres et un point, comme 120.50",
        "the sum cannot be read: digits and a point, like 120.50",
    ),
    "formula-cell": (
        "la case contient une formule : mettez-y sa valeur",
        "the cell holds a formula: put its value there",
    ),
    "hidden-row": (
        "cette ligne est masquée dans la feuille : affichez-la ou supprimez-la",
        "this row is hidden in the sheet: show it or delete it",
    ),
}
"""What becomes of a row, in French and in English."""


def fate_said(fate: str, language: str) -> str:
    """Say a fate in a language (en, else French)."""
    return FATES[fate][language == "en"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the fates of an authority's rows depend on."""

    day: date
    unit: Asset
    mandate: CollectionMandate
    members: Mapping[str, Member]
    consents: Mapping[str, Sequence[Consent]]
    """By person."""
    wages: WageRule | None = None
    used: int = 0
    """Euro cents that went under the mandate already."""


def judge_rows(run: str, rows: Sequence[RowAsked], facts: Facts) -> list[Disbursement]:
    """Give each row of a run its fate, in the order in which they stand."""
    seen: set[tuple[str, str, int]] = set()
    judged, used = [], facts.used
    for ordinal, row in enumerate(rows, 1):
        found = _judged(run, ordinal, row, facts)
        said = (found.member, found.kind, found.euros)
        if found.fate == OK and said in seen:
            found = replace(found, fate="row-twice")
        found = _below_ceiling(found, facts.mandate, used)
        used += found.part if found.fate == OK else 0
        seen.add(said)
        judged.append(replace(found, state="due" if found.fate == OK else "dropped"))
    return judged


def judge_again(rows: Sequence[Disbursement], facts: Facts) -> list[Disbursement]:
    """Look again at rows that are due, by the same consent and part as when they were checked."""
    again, used = [], facts.used
    for row in rows:
        member = facts.members.get(row.member)
        if row.state != "due" or member is None:
            again.append(row)
            continue
        given = (c for c in facts.consents.get(row.member, ()) if c.id == row.consent)
        seen = replace(row, fate=fate_of(row, member, next(given, None), facts))
        seen = _below_ceiling(seen, facts.mandate, used)
        used += seen.part if seen.fate == OK else 0
        again.append(replace(seen, state="due" if seen.fate == OK else "dropped"))
    return again


def _below_ceiling(row: Disbursement, mandate: CollectionMandate, used: int) -> Disbursement:
    """Let a row pass that the mandate's ceiling leaves room for, those before it counted."""
    over = row.fate == OK and used + row.part > mandate.ceiling
    return replace(row, fate="mandate-ceiling") if over else row


def _judged(run: str, ordinal: int, row: RowAsked, facts: Facts) -> Disbursement:
    fate, cents = _read(row)
    member = facts.members.get(row.member)
    blank = Disbursement(
        id=disbursement_id(run, ordinal),
        run=run,
        ordinal=ordinal,
        place=row.place or f"row {ordinal}",
        member=member.id if member else "",
        kind=row.kind if row.kind in KINDS else "",
        euros=cents,
        part=0,
        consent="",
        fate=fate,
    )
    if fate != OK:
        return blank
    if member is None:
        return replace(blank, fate="unknown-person")
    consent = consent_for(facts.consents.get(member.id, ()), row.kind, facts.day)
    part = part_of(consent, cents) if consent else 0
    asked = replace(blank, part=part, consent=consent.id if consent else "")
    return replace(asked, fate=fate_of(asked, member, consent, facts))


def _read(row: RowAsked) -> tuple[str, int]:
    """Read what was written: its fate so far, and its cents."""
    if row.fault:
        return row.fault, 0
    if not (row.member and row.euros and row.kind):
        return "empty-cell", 0
    if row.kind not in KINDS:
        return "unknown-kind", 0
    try:
        return OK, parse_minor(row.euros, EUR.scale)
    except UnreadableAmountError:
        return ("euros-with-comma" if "," in row.euros else "unreadable-euros"), 0


def fate_of(row: Disbursement, member: Member, consent: Consent | None, facts: Facts) -> str:
    """Say what becomes of a row that can be read, on a day: the first fault it has, else ok."""
    return next((fate for fate, met in _faults(row, member, consent, facts) if met), OK)


def _faults(
    row: Disbursement, member: Member, consent: Consent | None, facts: Facts
) -> Iterator[tuple[str, bool]]:
    """Name what can be at fault with a row and whether it is: the law first, then the consent."""
    yield "mandate-not-in-force", not facts.mandate.holds(facts.day)
    yield "not-a-payee", member.kind == "authority"
    yield "member-not-active", member.status != "active"
    unlawful = row.kind == SALARY and not _by_mandate(consent, facts)
    servant = consent is not None and consent.status == CIVIL_SERVANT
    yield "civil-servant-to-own-account", unlawful and servant
    yield "wages-to-own-account", unlawful
    if consent is None:
        yield "no-consent", True
    else:
        yield "consent-withdrawn", consent.state != "given"
        yield "consent-not-in-force", not holds(consent, facts.day)
        yield "over-cap", consent.cap is not None and row.part > consent.cap
        yield "nothing-to-credit", row.part == 0
        yield "not-at-par", not _at_par(row.part, facts.unit)
    yield "mandate-object", row.kind not in facts.mandate.operations


def _at_par(cents: int, unit: Asset) -> bool:
    try:
        units_at_par(cents, unit)
    except NotAtPar:
        return False
    return True


def _by_mandate(consent: Consent | None, facts: Facts) -> bool:
    """Say whether this person's pay may go through the mandate: only by a law that is declared."""
    servant = consent is not None and consent.status == CIVIL_SERVANT
    return servant and facts.wages is not None and facts.wages.holds(facts.day)
