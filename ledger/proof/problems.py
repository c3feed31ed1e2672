"""What the auditor finds wrong: each problem a sentence that names the entry or the account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

FRENCH: Final = "fr"
ENGLISH: Final = "en"

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "account-limits": (
        "le compte {account} n'a pas les limites de son genre",
        "account {account} does not have the limits of its kind",
    ),
    "account-unknown": (
        "l'écriture {entry} touche le compte {account}, qui n'existe pas",
        "entry {entry} touches account {account}, which does not exist",
    ),
    "against-currency": (
        "le point de contrôle fourni parle d'une monnaie absente de la base",
        "the given checkpoint speaks of a currency that is not in the database",
    ),
    "answer": (
        "la réponse conservée sous la clé {key} n'est pas celle de l'écriture {entry}",
        "the answer kept under key {key} is not that of entry {entry}",
    ),
    "arrow": (
        "l'écriture {entry} a une flèche {ordinal} impossible : {source} -> {target}, {amount}",
        "entry {entry} has an impossible arrow {ordinal}: {source} -> {target}, {amount}",
    ),
    "asset": (
        "l'écriture {entry} met des {asset} sur le compte {account}, qui n'en tient pas",
        "entry {entry} moves {asset} on account {account}, which does not hold it",
    ),
    "balance": (
        "le compte {account} affiche {kept}, ses écritures donnent {replayed}",
        "account {account} shows {kept}, its entries give {replayed}",
    ),
    "bank-line": (
        "l'écriture {entry} ne porte pas le montant de la ligne de banque {id}",
        "entry {entry} does not carry the amount of bank line {id}",
    ),
    "bank-line-lost": (
        "l'écriture {entry} est celle de la ligne de banque {id}, qui ne le dit plus",
        "entry {entry} is that of bank line {id}, which no longer says so",
    ),
    "bank-line-twice": (
        "l'écriture {entry} explique deux lignes du compte bancaire {account}",
        "entry {entry} explains two lines of bank account {account}",
    ),
    "certificate-bytes": (
        "le certificat n'est pas écrit comme il a été signé",
        "the certificate is not written as it was signed",
    ),
    "certificate-checkpoint": (
        "le point de contrôle du certificat n'est pas signé par la clé, ou ne le couvre pas",
        "the certificate's checkpoint is not signed by the key, or does not cover it",
    ),
    "certificate-figures": (
        "les chiffres du certificat ne s'additionnent pas",
        "the certificate's figures do not add up",
    ),
    "certificate-persons": (
        "le certificat n'est pas signé par deux personnes",
        "the certificate is not signed by two persons",
    ),
    "certificate-report": (
        "le rapport du certificat n'est pas celui que les deux personnes ont signé",
        "the certificate's report is not the one that the two persons signed",
    ),
    "certificate-signature": (
        "la signature du certificat n'est pas celle de la clé donnée",
        "the certificate's signature is not that of the given key",
    ),
    "certificate-unreadable": (
        "le certificat ne dit pas ce qu'un certificat doit dire",
        "the certificate does not say what a certificate must say",
    ),
    "chain": (
        "l'écriture {entry} n'est pas celle que son empreinte a scellée",
        "entry {entry} is not what its hash sealed",
    ),
    "checkpoint-ahead": (
        "le point de contrôle à {entry} écritures dépasse le journal, qui en a {last}",
        "the checkpoint at {entry} entries is ahead of the journal, which has {last}",
    ),
    "checkpoint-head": (
        "l'écriture {entry} n'a plus l'empreinte que nomme le point de contrôle",
        "entry {entry} no longer has the hash that the checkpoint names",
    ),
    "checkpoint-peaks": (
        "les sommets gardés avec le point de contrôle à {entry} écritures sont faux",
        "the peaks kept with the checkpoint at {entry} entries are wrong",
    ),
    "checkpoint-root": (
        "les écritures 1 à {entry} ne sont plus celles du point de contrôle : journal réécrit",
        "entries 1 to {entry} are no longer those of the checkpoint: the journal was rewritten",
    ),
    "checkpoint-signature": (
        "le point de contrôle à {entry} écritures n'est pas signé par la clé donnée",
        "the checkpoint at {entry} entries is not signed by the given key",
    ),
    "clock": (
        "l'écriture {entry} est datée d'avant la précédente",
        "entry {entry} is dated before the one before it",
    ),
    "closed-day": (
        "l'écriture {entry} compte au {day}, dans une période close jusqu'au {until}",
        "entry {entry} counts on {day}, in a period closed until {until}",
    ),
    "closing": (
        "la clôture au {until} n'est pas celle que le journal a scellée",
        "the closing of {until} is not the one that the journal sealed",
    ),
    "coverage": (
        "le fonds {fund} compte {held} centimes pour {owed} dus",
        "the fund {fund} holds {held} cents for {owed} owed",
    ),
    "coverage-overall": (
        "les fonds réunis comptent {held} centimes pour {owed} dus",
        "all funds together hold {held} cents for {owed} owed",
    ),
    "currency-unknown": (
        "des lignes nomment cette monnaie, qui n'existe pas",
        "rows name this currency, which does not exist",
    ),
    "day": (
        "le jour comptable de l'écriture {entry} n'est pas celui qu'elle a scellé",
        "the accounting day of entry {entry} is not the one that it sealed",
    ),
    "doubled": (
        "la ligne {id} figure deux fois dans la table {table}",
        "row {id} stands twice in table {table}",
    ),
    "explanation": (
        "l'écriture {entry} ne sort pas de l'attente la ligne de banque {id}",
        "entry {entry} does not take bank line {id} out of suspense",
    ),
    "flaw": (
        "le fichier se contredit : {reason}",
        "the file contradicts itself: {reason}",
    ),
    "gap": (
        "il manque l'écriture {entry} : après la {before} vient la {number}",
        "entry {entry} is missing: after {before} comes {number}",
    ),
    "head": (
        "la monnaie annonce {entry} écritures et le journal finit à la {last}",
        "the currency announces {entry} entries and the journal ends with {last}",
    ),
    "head-hash": (
        "l'empreinte que la monnaie garde n'est pas celle de sa dernière écriture, la {entry}",
        "the hash that the currency keeps is not that of its last entry, {entry}",
    ),
    "head-time": (
        "la monnaie se croit avant sa dernière écriture, la {entry}",
        "the currency's clock stands before its last entry, {entry}",
    ),
    "limit": (
        "l'écriture {entry} met le compte {account} à {balance}, au-delà de sa limite",
        "entry {entry} brings account {account} to {balance}, beyond its limit",
    ),
    "mandate": (
        "le mandat {id} n'est pas celui que le journal a scellé",
        "mandate {id} is not what the journal sealed",
    ),
    "mandate-ceiling": (
        "l'écriture {entry} dépasse ou change le plafond du mandat {id}",
        "entry {entry} passes or changes the ceiling of mandate {id}",
    ),
    "malformed": (
        "la ligne {id} de la table {table} contient des valeurs d'un autre type",
        "row {id} of table {table} holds values of another type",
    ),
    "memo": (
        "les mots joints à l'écriture {entry} ne sont pas ceux qu'elle a scellés",
        "the words beside entry {entry} are not those that it sealed",
    ),
    "ordinal": (
        "les flèches de l'écriture {entry} ne se suivent pas : {ordinal} à la place {place}",
        "the arrows of entry {entry} are not in sequence: {ordinal} in place {place}",
    ),
    "par": (
        "l'écriture {entry} fait circuler des unités du fonds {fund} sans leurs euros",
        "entry {entry} moves units of the fund {fund} without their euros",
    ),
    "previous": (
        "l'écriture {entry} ne nomme pas celle d'avant, mais {previous}",
        "entry {entry} does not name the one before it, but {previous}",
    ),
    "outstanding": (
        "l'écriture {entry} ne porte pas le montant attendu à la banque ({id})",
        "entry {entry} does not carry the amount that is awaited at the bank ({id})",
    ),
    "redemption": (
        "l'écriture {entry} ne porte pas les montants du remboursement {id}",
        "entry {entry} does not carry the amounts of redemption {id}",
    ),
    "redemption-state": (
        "le remboursement {id} se dit {kept}, la dernière écriture qui le nomme dit {replayed}",
        "redemption {id} is kept as {kept}, the last entry that names it says {replayed}",
    ),
    "request": (
        "l'écriture {entry} ne paie pas la demande {id}",
        "entry {entry} does not pay request {id}",
    ),
    "run": (
        "l'écriture {entry} ne porte pas les montants de l'envoi {id}",
        "entry {entry} does not carry the amounts of run {id}",
    ),
    "run-amounts": (
        "l'envoi {id} affiche {kept} reçus et crédités, ses écritures donnent {replayed}",
        "run {id} is kept as {kept} received and credited, its entries give {replayed}",
    ),
    "run-consent": (
        "l'écriture {entry} crédite {id} sans accord écrit en vigueur ce jour-là",
        "entry {entry} credits {id} without a written consent in force on that day",
    ),
    "run-row": (
        "l'écriture {entry} ne crédite pas la ligne {id}, ou une autre la crédite déjà",
        "entry {entry} does not credit row {id}, or another one credits it already",
    ),
    "run-unfunded": (
        "l'écriture {entry} crédite plus que l'envoi {id} n'a reçu",
        "entry {entry} credits more than run {id} had received",
    ),
    "running": (
        "l'écriture {entry} laisse {kept} au compte {account}, le calcul donne {replayed}",
        "entry {entry} leaves {kept} on account {account}, the count gives {replayed}",
    ),
    "sealed-twice": (
        "deux réponses conservées se réclament de l'écriture {entry}",
        "two kept answers claim entry {entry}",
    ),
    "stray": (
        "la table {table} parle de l'écriture {entry}, qui n'existe pas ({id})",
        "table {table} speaks of entry {entry}, which does not exist ({id})",
    ),
    "service": (
        "l'écriture {entry} ne dit pas pour quoi {service} a reçu ou rendu des unités",
        "entry {entry} does not say for what {service} took or gave back units",
    ),
    "sheet": (
        "le bordereau {id} n'est pas celui que le journal a scellé",
        "sheet {id} is not what the journal sealed",
    ),
    "sheet-number": (
        "l'écriture {entry} donne à {service} le bordereau {number} après le {before}",
        "entry {entry} gives {service} sheet {number} after {before}",
    ),
    "sheet-totals": (
        "le bordereau de l'écriture {entry} ne totalise pas ce que {service} a reçu et rendu",
        "the sheet of entry {entry} does not add up what {service} took and gave back",
    ),
    "sum": (
        "la somme de tous les comptes en {asset} est {total}, pas zéro",
        "all accounts in {asset} sum to {total}, not zero",
    ),
    "tally": (
        "le compteur {account} affiche {kept}, ses écritures donnent {replayed}",
        "tally {account} shows {kept}, its entries give {replayed}",
    ),
    "tally-limit": (
        "l'écriture {entry} met le compteur {account} à {balance}, hors de 0 à {limit}",
        "entry {entry} brings tally {account} to {balance}, outside 0 to {limit}",
    ),
    "terms": (
        "les conditions au {since} ne sont pas celles que le journal a scellées",
        "the terms of {since} are not those that the journal sealed",
    ),
    "terms-before": (
        "les conditions d'avant l'écriture {entry} ne sont plus celles qu'elle a scellées",
        "the terms from before entry {entry} are no longer those that it sealed",
    ),
    "terms-persons": (
        "l'écriture {entry} change les conditions sans deux personnes",
        "entry {entry} changes the terms without two persons",
    ),
    "twice": (
        "l'écriture {entry} se trouve après la {before}",
        "entry {entry} stands after {before}",
    ),
    "unreadable": (
        "la lecture s'arrête après l'écriture {entry} : {reason}",
        "reading stops after entry {entry}: {reason}",
    ),
}
"""What each problem says, in French and in English."""

WARNINGS: Final = frozenset({"coverage", "coverage-overall"})
"""What the books can show without anybody having touched them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong: a slug of SENTENCES and its facts."""

    slug: str
    facts: Mapping[str, str | int | None] = field(default_factory=dict)
    currency: str = ""

    def __post_init__(self) -> None:
        """Refuse a problem that has no sentence (KeyError: a bug)."""
        self.sentence()

    @property
    def warning(self) -> bool:
        """Say whether it is a warning only, no sign of tampering."""
        return self.slug in WARNINGS

    @property
    def entry(self) -> int | None:
        """The number of the entry that is at fault, if it is one."""
        entry = self.facts.get("entry")
        return entry if isinstance(entry, int) else None

    def sentence(self, language: str = FRENCH) -> str:
        """Say it."""
        return SENTENCES[self.slug][language == ENGLISH].format(**self.facts)


def problem(slug: str, **facts: str | int | None) -> Problem:
    """Name a problem with its facts."""
    return Problem(slug, facts)
