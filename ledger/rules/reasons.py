"""Reasons: the sentences that say why a bank line may be something, the best reason first."""

from collections.abc import Mapping
from typing import Final

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "split-text": (
        "le texte nomme plusieurs destinataires, et leurs montants font la ligne",
        "the text names several receivers, and their amounts make the line",
    ),
    "split-references": (
        "elle porte plusieurs références dont les montants font la ligne",
        "it carries several references whose amounts make the line",
    ),
    "split-sent": (
        "les reconversions envoyées à la banque font ensemble ce montant",
        "the redemptions that were sent to the bank make this amount together",
    ),
    "reference": ("elle porte la référence de {id}", "it carries the reference of {id}"),
    "own-iban": (
        "le virement interne {id} va d'un de nos comptes à l'autre, pour ce montant",
        "the own transfer {id} goes between these two accounts of ours, for this amount",
    ),
    "hand-entry": (
        "l'écriture {id}, passée à la main, a déplacé le même montant à la même époque",
        "entry {id}, made by hand, moved the same amount at the same time",
    ),
    "hand-entry-iban": (
        "l'écriture {id}, passée à la main, est du titulaire de cet IBAN, pour ce montant",
        "entry {id}, made by hand, is of the holder of this IBAN, for this amount",
    ),
    "payee-iban": (
        "la reconversion {id} est due au titulaire de cet IBAN, pour ce montant",
        "redemption {id} is due to the holder of this IBAN, for this amount",
    ),
    "returned": (
        "la banque reprend l'argent de l'écriture {id}",
        "the bank takes back the money of entry {id}",
    ),
    "taken-back": (
        "même montant et même origine que l'écriture {id}, dans l'autre sens",
        "same amount and origin as entry {id}, the other way",
    ),
    "own-unordered": (
        "l'autre compte, {id}, est à nous ; personne n'a ordonné ce virement",
        "the other account, {id}, is ours; nobody ordered this transfer",
    ),
    "own-amount": (
        "le virement interne {id} attend ce montant sur ce compte",
        "the own transfer {id} waits for this amount on this account",
    ),
    "claim": (
        "{id} doit exactement ce montant depuis un prélèvement revenu",
        "{id} owes exactly this amount since a direct debit came back",
    ),
    "amount-differs": (
        "elle porte la référence de {id}, mais le montant diffère",
        "it carries the reference of {id}, but the amount differs",
    ),
    "iban-broken-reference": (
        "l'IBAN est celui de {id} ; la référence a un chiffre faux",
        "the IBAN is that of {id}; the reference has a wrong digit",
    ),
    "iban-name": (
        "l'IBAN et le nom sont ceux de {id}",
        "the IBAN and the name are those of {id}",
    ),
    "iban": ("l'IBAN est celui que {id} a donné", "the IBAN is the one that {id} gave"),
    "remembered": (
        "IBAN vu {seen} fois pour {id}",
        "IBAN seen {seen} times for {id}",
    ),
    "remembered-cause": (
        "IBAN vu {seen} fois pour la même cause",
        "IBAN seen {seen} times for the same cause",
    ),
    "fee-words": ("le texte parle de frais", "the text speaks of a fee"),
    "interest-words": ("le texte parle d'intérêts", "the text speaks of interest"),
    "no-payee": (
        "l'argent n'est allé à personne de nommé",
        "the money went to nobody that is named",
    ),
}
"""Why a line may be something, in French and in English; what stands first ranks first."""
