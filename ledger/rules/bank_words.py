"""What the codes of banks mean: ISO 20022 external code sets, those that transfers meet in France.

The sentences are keys of the catalogues; a code that is not here is shown as it is.
"""

from typing import Final

STATUS_WORDS: Final = {
    "RCVD": "received, not checked yet",
    "PDNG": "the bank has not decided yet",
    "ACTC": "its form is right",
    "ACCP": "accepted, not executed yet",
    "ACSP": "being executed",
    "ACSC": "executed",
    "ACWC": "accepted with a change",
    "PART": "some payments were refused",
    "RJCT": "refused",
}
REASON_WORDS: Final = {
    "AC01": "the account number is wrong",
    "AC03": "the payee's account number is wrong",
    "AC04": "the account is closed",
    "AC06": "the account is blocked",
    "AC13": "the account is a consumer's, or of the wrong kind",
    "AG01": "this account takes no such payment",
    "AG02": "the kind of operation is wrong",
    "AM04": "there is not enough money on the account",
    "AM05": "the bank thinks that it has it already",
    "BE01": "the name does not go with the account",
    "BE04": "the payee's address is missing",
    "BE05": "the creditor is not known under this name",
    "CNOR": "the payee's bank is not reachable",
    "DNOR": "the payer's bank is not reachable",
    "DT01": "the date is wrong",
    "DUPL": "the bank has this file already",
    "FF01": "the file's format is wrong",
    "FOCR": "it was called back",
    "MD01": "there is no mandate, or it was revoked",
    "MD02": "the mandate is incomplete",
    "MD06": "the payer asks for the money back",
    "MD07": "the account's holder has died",
    "MS02": "the payee refused it, without saying why",
    "MS03": "the bank does not say why",
    "RC01": "the bank's identifier is wrong",
    "RR04": "the law or a regulator forbids it",
    "SL01": "the payee's bank limits such payments",
    "TM01": "the file came too late in the day",
    "returned": "the transfer came back",
}
