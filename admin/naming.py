"""What pages call the accounts of the books, the kinds of entries, and states, in words."""

from typing import Final

from admin.words import Words, _
from ledger.books.accounts import public_name
from ledger.books.papers import Notice
from ledger.operations.notice import SENTENCES
from ledger.rules.matching import Proposal, why

_ACCOUNTS: Final = {
    "member": _("{0}"),
    "gift": _("gifts of {0} to {1}"),
    "held": _("set aside for a redemption"),
    "notes": _("notes in the public's hands"),
    "issued": _("units issued ({0})"),
    "backing": _("euros owed to holders ({0})"),
    "bank": _("bank account {0}"),
    "till": _("till of {0}"),
    "service": _("service {1} of {0}"),
    "transit": _("euros on their way"),
    "suspense": _("not yet explained"),
    "sponsor": _("paid in by {0}"),
    "payable": _("to be paid: {0}"),
    "receivable": _("owed by {0}"),
    "mandate": _("mandate of {0}"),
    "income": _("income: {0}"),
    "expense": _("expense: {0}"),
}
_PARTS: Final = {
    "digital": _("digital"),
    "paper": _("paper"),
    "operating": _("operating"),
    "redemptions": _("redemptions"),
    "treasury": _("public accountant"),
    "redemption-fees": _("redemption fees"),
    "bank-fees": _("bank fees"),
    "donations": _("donations"),
    "interest": _("interest"),
}
KINDS: Final = {
    "conversion-proposal": _("Issue by hand proposed"),
    "conversion-withdrawal": _("Issue by hand withdrawn"),
    "conversion": _("Conversion"),
    "payment": _("Payment"),
    "refund": _("Refund"),
    "redemption-request": _("Redemption asked"),
    "redemption-approval": _("Redemption approved"),
    "redemption-cancel": _("Redemption withdrawn"),
    "redemption-paid": _("Redemption paid"),
    "redemption-bounce": _("Redemption came back"),
    "redemption-again": _("Redemption to be paid again"),
    "payment-file": _("File for the bank"),
    "payment-file-release": _("File for the bank agreed"),
    "payment-file-cancel": _("File for the bank cancelled"),
    "payment-file-answer": _("The bank's answer"),
    "order-again": _("Transfer to be made again"),
    "deposit": _("Sponsor's deposit"),
    "opening": _("Opening balance"),
    "expiry": _("Gifts expired"),
    "reversal": _("Correction"),
    "donation": _("Donation"),
    "donations-proposal": _("Donations proposed"),
    "donations-approval": _("Donations approved"),
    "member": _("Member"),
    "sponsor": _("Sponsor"),
    "office": _("Exchange office"),
    "campaign": _("Campaign opened"),
    "campaign-close": _("Campaign closed"),
    "bank-account": _("Bank account"),
    "statement": _("Bank file read"),
    "suspense": _("Bank line not explained"),
    "bank-fee": _("Bank fee"),
    "interest": _("Interest"),
    "bookkeeping": _("Chart of accounts told"),
    "year-proposal": _("Closing of a year proposed"),
    "year-closing": _("Year closed"),
    "erasure-request": _("Erasure asked"),
    "erasure": _("Member forgotten"),
    "iban-change": _("IBAN changed"),
    "terms-proposal": _("Terms proposed"),
    "terms": _("Terms changed"),
    "terms-withdrawal": _("Terms withdrawn"),
    "identity-opened": _("Identity opened by an auditor"),
    "origin-opened": _("Address opened by an auditor"),
    "key-rotation": _("New key for the sealed identities"),
    "card-settlement": _("Card payments"),
    "order-seen": _("Own transfer"),
    "recognition": _("Booked by hand before"),
    "conversion-return": _("Conversion taken back"),
    "repayment": _("Claim repaid"),
    "split": _("Shared out"),
    "line-asked": _("Bank line put aside"),
    "service": _("Public service opened"),
    "service-act": _("Founding act of a service"),
    "service-close": _("Public service closed"),
    "service-fee": _("Fee of a service agreed"),
    "service-price": _("Price of a service"),
    "sheet": _("Daily sheet of a service"),
    "mandate-proposal": _("Mandate written"),
    "mandate-grant": _("Mandate granted"),
    "mandate-revocation": _("Mandate revoked"),
    "consent": _("Consent given"),
    "consent-end": _("Consent withdrawn"),
    "wages-announced": _("Wages announced"),
    "wage-rule": _("Legal basis for wages"),
    "run": _("Run checked"),
    "run-approval": _("Run approved"),
    "run-cancel": _("Run given up"),
    "run-received": _("An authority's euros"),
    "run-taken": _("Left-over euros used"),
    "run-returned": _("Sent back to an authority"),
    "disbursement": _("Part of a run credited"),
    "disbursement-drop": _("Row of a run fell out"),
    "person": _("Person let in"),
    "grant": _("Right given or changed"),
    "invitation": _("Link to sign in made"),
    "invitation-use": _("Link to sign in used"),
    "factor": _("Way of signing in changed"),
    "sign-in": _("Signed in"),
    "correction-proposal": _("Correction proposed"),
    "correction": _("Correction"),
    "order": _("Transfer ordered"),
    "creditor": _("Creditor identifier told"),
    "standing": _("Standing conversion"),
    "standing-accept": _("Standing conversion accepted"),
    "standing-end": _("Standing conversion ended"),
    "collection-again": _("To be debited again"),
    "reconciliation-prepared": _("Reconciliation prepared"),
    "reconciliation-signed": _("Reconciliation signed"),
    "remark": _("Remark on a difference"),
    "payment-request": _("Payment asked"),
    "request-cancel": _("Payment no longer asked"),
    "token": _("Access given"),
    "token-drawn": _("Token of an hour drawn"),
    "token-revoke": _("Access withdrawn"),
}
_STATES: Final = {
    "requested": _("asked"),
    "approved": _("approved"),
    "sent": _("sent to the bank"),
    "drafted": _("waits for a second person"),
    "live": _("for the bank"),
    "refused": _("refused by the bank"),
    "ordered": _("ordered"),
    "left": _("seen leaving"),
    "arrived-first": _("seen arriving, not leaving yet"),
    "paid": _("paid"),
    "bounced": _("came back"),
    "cancelled": _("cancelled"),
    "corrected": _("corrected"),
    "proposed": _("proposed"),
    "due": _("to be paid"),
    "moved": _("goes to the others"),
    "done": _("done"),
    "expired": _("expired"),
    "pending": _("waiting"),
    "open": _("open"),
    "closed": _("closed"),
    "new": _("new"),
    "matched": _("explained"),
    "waiting": _("waiting"),
    "accepted": _("accepted"),
    "marked": _("to be looked at"),
    "checked": _("checked, waits for the approver"),
    "awaiting": _("waits for its euros"),
    "funded": _("paid for, being credited"),
    "credited": _("credited"),
    "dropped": _("fallen out"),
    "given": _("given"),
    "elected": _("elected member"),
    "private-law": _("employee under private law"),
    "civil-servant": _("civil servant"),
    "other": _("somebody else"),
    "withdrawn": _("withdrawn"),
}
# Facts that a refusal's sentence may hold, so that the catalogues know them.
_FACTS: Final = (
    _("active"),
    _("invited"),
    _("suspended"),
    _("closed"),
    _("request"),
    _("left"),
    _("deceased"),
    _("mistake"),
    _("forgotten"),
    _("erasure"),
    _("asked"),
    _("settled"),
    _("in force"),
    _("another"),
    _("iban"),
    _("iban change"),
    _("terms"),
    _("known"),
    _("identity"),
    _("pro"),
    _("person"),
    _("association"),
    _("authority"),
    _("requested"),
    _("pending"),
    _("member"),
    _("payment"),
    _("payment request"),
    _("redemption"),
    _("office"),
    _("sponsor"),
    _("campaign"),
    _("bank account"),
    _("bank line"),
    _("currency"),
    _("entry"),
    _("correction"),
    _("closing"),
    _("distribution"),
    _("donation"),
    _("receipt"),
    _("page"),
    _("file"),
    _("operation"),
    _("problem"),
    _("treasurer"),
    _("auditor"),
    _("till"),
    _("shop"),
    _("officer"),
    _("approver"),
    _("admin"),
    _("guest"),
    _("operator"),
    _("origin"),
    _("mandate"),
    _("service"),
    _("sheet"),
    _("bill"),
    _("price"),
    _("granted"),
    _("revoked"),
    _("proposed"),
    _("run"),
    _("consent"),
    _("disbursement"),
)
_CAUSES: Final = {
    "conversion": _("Conversion"),
    "deposit": _("Sponsor's deposit"),
    "redemption": _("Redemption paid"),
    "bounce": _("Redemption came back"),
    "order": _("Own transfer"),
    "entry": _("Booked by hand before"),
    "return": _("Conversion taken back"),
    "repayment": _("Claim repaid"),
    "transfer": _("Own transfer that nobody ordered"),
    "card": _("Card payments"),
    "split": _("Shared out"),
    "bank-fee": _("Bank fee"),
    "interest": _("Interest"),
    "disbursement": _("An authority's run"),
    "disbursement-return": _("Sent back to an authority"),
}
_BONUS: Final = {
    "not-eligible": _("no bonus: this member is not among those it is for"),
    "campaign-not-open": _("no bonus: no campaign is open today"),
    "cap-reached": _("less bonus: this member's cap for the period is reached"),
    "budget-exhausted": _("less bonus: the campaign's budget is used up"),
    "sponsor-unfunded": _("less bonus: the sponsor has not paid in enough yet"),
}


def account_said(words: Words, name: str) -> str:
    """Call an account what people call it: `gift:roue-20:alice` is "gifts of roue-20 to alice"."""
    kind, *parts = public_name(name).split(":")
    said = [words.say(_PARTS.get(part, part)) for part in parts if part]
    template = _ACCOUNTS.get(kind)
    return words.say(template).format(*said, "", "") if template else name


def part_said(words: Words, part: str) -> str:
    """Call a medium or another part of an account's name what people call it."""
    return words.say(_PARTS.get(part, part))


def cause_said(words: Words, cause: str) -> str:
    """Call the cause of a bank line what people call it."""
    return words.say(_CAUSES.get(cause, cause))


def why_said(words: Words, proposal: Proposal) -> str:
    """Say why a line may be what is proposed."""
    return why(proposal, words.code)


def kind_said(words: Words, kind: str) -> str:
    """Call a kind of entry by its name."""
    return words.say(KINDS.get(kind, kind))


def state_said(words: Words, state: str) -> str:
    """Call a state by its name."""
    return words.say(_STATES.get(state, state))


def bonus_said(words: Words, reason: str) -> str:
    """Say why a bonus is less than the full rate."""
    return words.say(_BONUS.get(reason, reason))


def notice_said(words: Words, notice: Notice) -> str:
    """Say what a notice tells; one of another kind says its kind."""
    sentence = SENTENCES.get(notice.kind)
    if sentence is None:
        return kind_said(words, notice.kind)
    return words.sentence(sentence, notice.facts)
