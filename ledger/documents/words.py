"""What documents say, in French and English side by side."""

from typing import Final

from ledger.documents.writing import FRENCH

WORDS: Final[dict[str, tuple[str, str]]] = {
    "page": ("page", "page"),
    "of": ("sur", "of"),
    "made-on": ("Établi le", "Made on"),
    "statement": ("Relevé de compte", "Statement of account"),
    "member": ("Membre", "Member"),
    "period": ("Période", "Period"),
    "from": ("du", "from"),
    "until": ("au", "to"),
    "opening": ("Solde d’ouverture", "Opening balance"),
    "closing": ("Solde de clôture", "Closing balance"),
    "day": ("Date", "Date"),
    "entry": ("N°", "No."),
    "what": ("Opération", "What"),
    "with": ("Avec", "With"),
    "reference": ("Libellé", "Reference"),
    "in": ("Crédit", "In"),
    "out": ("Débit", "Out"),
    "balance": ("Solde", "Balance"),
    "total": ("Total de la période", "Total of the period"),
    "nothing": ("Aucun mouvement dans cette période.", "No movement in this period."),
    "unit": ("Unité", "Unit"),
    "receipt": ("Reçu", "Receipt"),
    "payee": ("À", "To"),
    "checked": ("Vérifier ce reçu", "Check this receipt"),
    "check-here": (
        "Scannez le code, ou recopiez ce reçu signé sur la page de vérification :",
        "Scan the code, or copy this signed receipt to the page that checks it:",
    ),
    "fingerprint": ("Empreinte de l’écriture :", "Fingerprint of the entry:"),
    "code-of": ("Code QR de l’adresse", "QR code of the address"),
    "pay": ("Payer", "Pay"),
    "pay-in": ("Ici, on paie en", "Here you can pay in"),
    "scan": (
        "Scannez avec l’appareil photo du téléphone, tapez le montant, confirmez.",
        "Scan with the phone’s camera, type the amount, confirm.",
    ),
    "written": ("Écrit le", "Written"),
    "actor": ("Par", "By"),
    "source": ("De", "From"),
    "target": ("Vers", "To"),
    "amount": ("Montant", "Amount"),
    "asset": ("Devise", "Asset"),
    "sheet": ("Bordereau n°", "Sheet no."),
    "authority": ("Collectivité", "Authority"),
    "service": ("Service", "Service"),
    "act": ("Acte constitutif", "Founding act"),
    "accountant": ("Comptable public", "Public accountant"),
    "counted": ("Opérations", "Operations"),
    "payments": ("paiements", "payments"),
    "refunds-made": ("remboursements", "refunds"),
    "revenue": ("Recette", "Revenue"),
    "receipts": ("Encaissé", "Received"),
    "refunds": ("Remboursé", "Refunded"),
    "net": ("Net", "Net"),
    "total-of-sheet": ("Total du bordereau", "Total of the sheet"),
    "settled": ("Ce qui est reversé", "What is handed over"),
    "redeemed": ("Unités reconverties", "Units redeemed"),
    "to-accountant": ("Virement au comptable, brut", "Transfer to the accountant, gross"),
    "fee-beside": ("Commission, facturée à part", "Fee, charged apart"),
    "transfer": ("Référence du virement", "Reference of the transfer"),
    "closed": ("Clôturé le", "Closed on"),
}
"""What stands on documents, by its key: French, English."""

KINDS: Final[dict[str, tuple[str, str]]] = {
    "conversion": ("Conversion", "Conversion"),
    "payment": ("Paiement", "Payment"),
    "refund": ("Remboursement", "Refund"),
    "redemption-request": ("Reconversion demandée", "Redemption asked"),
    "redemption-approval": ("Reconversion approuvée", "Redemption approved"),
    "redemption-cancel": ("Reconversion retirée", "Redemption withdrawn"),
    "redemption-paid": ("Reconversion payée", "Redemption paid"),
    "redemption-bounce": ("Reconversion revenue", "Redemption came back"),
    "deposit": ("Versement d’un financeur", "Sponsor’s deposit"),
    "expiry": ("Bons expirés", "Gifts expired"),
    "reversal": ("Correction", "Correction"),
    "suspense": ("Ligne de banque non expliquée", "Bank line not explained"),
    "bank-fee": ("Frais bancaires", "Bank fee"),
    "interest": ("Intérêts", "Interest"),
    "opening": ("Solde d’ouverture", "Opening balance"),
    "closing": ("Solde de clôture", "Closing balance"),
}
"""Kinds of entries as documents call them; one that is not here goes by its own name."""


def spoken(language: str) -> dict[str, str]:
    """Give the words of one language by their keys."""
    return {key: _of(pair, language) for key, pair in WORDS.items()}


def said(key: str, language: str) -> str:
    """Give one word (KeyError for one that documents do not know)."""
    return _of(WORDS[key], language)


def kind_said(kind: str, language: str) -> str:
    """Call a kind of entry by its name in a language."""
    return _of(KINDS.get(kind, (kind, kind)), language)


def _of(pair: tuple[str, str], language: str) -> str:
    return pair[0] if language == FRENCH else pair[1]
