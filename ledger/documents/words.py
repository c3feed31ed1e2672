"""What documents say, in French and English side by side."""

from collections.abc import Mapping
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
    "voucher": ("Bordereau", "Voucher"),
    "mandate": ("Mandat d’encaissement", "Collection mandate"),
    "what-for": ("Objet", "What for"),
    "second-person": ("Vérifié par, approuvé par", "Checked by, approved by"),
    "received-euros": ("Euros reçus", "Euros received"),
    "credited-euros": ("Crédités", "Credited"),
    "surplus-euros": ("Reste au mandat", "Left in the mandate"),
    "row": ("Ligne", "Row"),
    "nature": ("Nature", "Kind"),
    "due-euros": ("Dû, EUR", "Due, EUR"),
    "in-units": ("En unités", "In units"),
    "to-bank": ("Au compte, EUR", "To the bank, EUR"),
    "allowance": ("indemnité", "allowance"),
    "grant": ("subvention", "grant"),
    "invoice": ("facture", "invoice"),
    "prize": ("prix", "prize"),
    "salary": ("salaire", "salary"),
    "slips": ("Lignes des bulletins de paie", "Lines of the pay slips"),
    "slip": ("Ligne", "Line"),
    "slip-line": (
        (
            "Part versée en {unit} le {on} (bordereau {number})\u202f: {part} EUR\u202f; "
            "reste versé sur votre compte\u202f: {rest} EUR"
        ),
        (
            "Part paid in {unit} on {on} (voucher {number}): {part} EUR; "
            "the rest goes to your account: {rest} EUR"
        ),
    ),
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
    "certificate": ("Certificat de rapprochement au", "Certificate of reconciliation as of"),
    "signatures": ("Signatures", "Signatures"),
    "prepared-by": ("Préparé par", "Prepared by"),
    "signed-by": ("Contresigné par", "Countersigned by"),
    "cover": ("Couverture", "Cover"),
    "fund": ("Fonds", "Fund"),
    "owed": ("Dû aux porteurs", "Owed to holders"),
    "at-bank": ("À la banque", "At the bank"),
    "awaited": ("Attendu", "Awaited"),
    "on-the-way": ("En route", "On its way"),
    "present": ("Présent", "Present"),
    "covered": ("Couvert", "Covered"),
    "all-funds": ("Tous les fonds", "All funds"),
    "accounts": ("Comptes bancaires", "Bank accounts"),
    "account": ("Compte", "Account"),
    "says-bank": ("Selon la banque", "Says the bank"),
    "in-books": ("Dans les livres", "In the books"),
    "waiting": ("Dont en attente", "Of which waiting"),
    "difference": ("Écart", "Difference"),
    "items": ("Ce dont les écarts sont faits", "What the differences are made of"),
    "no-items": ("Banque et livres disent la même chose.", "Bank and books agree."),
    "days-old": ("Jours", "Days"),
    "answer": ("Responsable ou cause", "Owner or cause"),
    "settled-on": ("soldé le", "settled on"),
    "under-way": ("En route à cette date", "On its way on that day"),
    "findings": ("À surveiller", "To look at"),
    "files": ("Fichiers de la banque", "The bank’s files"),
    "no-files": ("Aucun fichier sur cette période.", "No file in this period."),
    "file-hash": ("SHA-256 du fichier", "SHA-256 of the file"),
    "format": ("Format", "Format"),
    "lines": ("Lignes", "Lines"),
    "verify": ("Vérifier sans nous", "Verify it without us"),
    "verify-how": (
        "Le fichier signé est la preuve. Avec la clé publique, chacun le vérifie hors ligne :",
        "The signed file is the proof. With the public key anybody verifies it offline:",
    ),
    "verify-says": (
        "Les sommes sont refaites, et un seul octet changé est vu. Comparez aussi les empreintes.",
        "It adds up again and sees a single byte changed. Compare the hashes of the files too.",
    ),
    "signed-file": ("Fichier signé", "Signed file"),
    "report-hash": ("Empreinte du rapport", "Hash of the report"),
    "key": ("Clé", "Key"),
    "checkpoint": ("Point de contrôle", "Checkpoint"),
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


MEDIA: Final[dict[str, tuple[str, str]]] = {
    "digital": ("numérique", "digital"),
    "paper": ("papier", "paper"),
    "operating": ("fonctionnement", "operating"),
}
"""What a fund or an account is of."""

WAYS: Final[dict[str, tuple[str, str]]] = {
    "order": ("Virement entre nos comptes", "Transfer between own accounts"),
    "redemption": ("Reconversion à payer", "Redemption to pay"),
    "other": ("Cartes et espèces", "Cards and cash"),
}
"""What is under way between bank and books."""

ITEMS: Final[dict[str, tuple[str, str]]] = {
    "suspense": (
        "la ligne de banque n’est pas encore expliquée",
        "the bank line is not explained yet",
    ),
    "unbooked": (
        "la ligne de banque n’est pas dans les livres",
        "the bank line is not in the books",
    ),
    "entered-later": (
        "la ligne de banque a été écrite après ce jour",
        "the bank line was entered after that day",
    ),
    "entered-early": (
        "la ligne a été écrite avant que la banque ne la passe",
        "the line was entered before the bank booked it",
    ),
    "unseen": (
        "l’écriture faite à la main n’était pas encore à la banque",
        "the entry made by hand was not at the bank yet",
    ),
    "seen-before": (
        "la banque l’avait avant l’écriture faite à la main",
        "the bank had it before the entry was made by hand",
    ),
    "opening": (
        "le compte le tenait avant son premier relevé",
        "the account held it before its first statement",
    ),
    "missing": (
        "la banque l’a passé entre deux relevés présents",
        "the bank moved it between two statements that are here",
    ),
}
"""Kinds of items of a difference, as `ledger.rules.reconciliation.KINDS`."""

FINDINGS: Final[dict[str, str]] = {
    "coverage": "Il manque {euros} EUR au fonds {fund}.",
    "fee": "{account} : la banque a pris {euros} EUR de frais dans le fonds le {day}.",
    "transit": "{euros} EUR sont en route depuis {days} jours ({id}).",
    "payments-limit": (
        "Les paiements des 12 derniers mois atteignent {euros} EUR sur {limit} EUR."
    ),
    "circulation-limit": "{euros} EUR circulent sur {limit} EUR.",
    "cash-limit": "Écriture {entry} : {euros} EUR en espèces, au-delà de {limit} EUR.",
    "units-limit": "Écriture {entry} : {euros} en unités, au-delà de {limit} EUR.",
}
"""Alarms that a signature states, in French: the report has its English sentence with it."""


def spoken(language: str) -> dict[str, str]:
    """Give the words of one language by their keys."""
    return {key: _of(pair, language) for key, pair in WORDS.items()}


def said(key: str, language: str) -> str:
    """Give one word (KeyError for one that documents do not know)."""
    return _of(WORDS[key], language)


def kind_said(kind: str, language: str) -> str:
    """Call a kind of entry by its name in a language."""
    return _of(KINDS.get(kind, (kind, kind)), language)


def medium_said(medium: str, language: str) -> str:
    """Call a medium by its name in a language."""
    return _of(MEDIA.get(medium, (medium, medium)), language)


def way_said(kind: str, language: str) -> str:
    """Say what is under way."""
    return _of(WAYS[kind], language)


def item_said(kind: str, language: str) -> str:
    """Say what an item of a difference is."""
    return _of(ITEMS[kind], language)


def finding_said(slug: str, sentence: str, facts: Mapping[str, object], language: str) -> str:
    """Say an alarm of a report, whose own `sentence` is English."""
    known = FINDINGS.get(slug) if language == FRENCH else None
    return known.format(**facts) if known else sentence


def _of(pair: tuple[str, str], language: str) -> str:
    return pair[0] if language == FRENCH else pair[1]
