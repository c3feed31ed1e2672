"""Ready-made charts of accounts: where a local currency stands in the French plan.

PCA 2018 is the plan of associations (ANC 2018-06) for years begun before 2025, PCA 2025 the same
under the general plan renewed by ANC 2022-06. They differ in few accounts: cash is 531 and 530.
"""

from typing import Final

from ledger.rules.bookkeeping import CARRIED, LOST, Head

_BOTH: Final[dict[str, Head]] = {
    "bank@digital": Head("5121", "Banque, fonds de garantie numérique"),
    "bank@paper": Head("5122", "Banque, fonds de garantie papier"),
    "bank@operating": Head("5123", "Banque, fonctionnement"),
    "transit": Head("580", "Virements internes"),
    "member": Head("46721", "Unités numériques en circulation"),
    "gift": Head("46721", "Unités numériques en circulation"),
    "service": Head("46721", "Unités numériques en circulation"),
    "held": Head("467219", "Unités numériques en cours de reconversion"),
    "notes": Head("46722", "Unités papier en circulation"),
    "sponsor": Head("46731", "Financeurs de bonus, avances reçues"),
    "payable:redemptions": Head("46741", "Reconversions à payer"),
    "payable:donations": Head("46742", "Dons à reverser"),
    "payable:treasury": Head("46743", "Régies publiques à payer"),
    "mandate": Head("46751", "Fonds reçus sous mandat d'encaissement"),
    "receivable": Head("46761", "Créances sur les membres"),
    "opening": Head("110", "Report à nouveau (solde créditeur)"),
    "suspense": Head("471", "Compte d'attente"),
    "income:redemption-fees": Head("7088", "Commissions de reconversion"),
    "income:interest": Head("768", "Autres produits financiers"),
    "income:differences": Head("7588", "Différences de caisse et de règlement, gains"),
    "income:donations": Head("7541", "Dons reçus"),
    "expense:bank-fees": Head("627", "Services bancaires"),
    "expense:donations": Head("6571", "Aides financières octroyées"),
    "expense:differences": Head("6588", "Différences de caisse et de règlement, pertes"),
    CARRIED: Head("110", "Report à nouveau (solde créditeur)"),
    LOST: Head("119", "Report à nouveau (solde débiteur)"),
}

CHARTS: Final[dict[str, dict[str, Head]]] = {
    "pca-2018": {**_BOTH, "till": Head("531", "Caisse")},
    "pca-2025": {**_BOTH, "till": Head("530", "Caisse")},
}
