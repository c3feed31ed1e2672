"""The refusals of the books: understood and permitted, yet their state forbids it."""

from ledger.refusals.answers import Refusal


class BooksSayNo(Refusal):
    """Understood and permitted, yet the state of the books forbids it."""

    slug = "books-say-no"
    title = "The books say no"


class InsufficientUnits(BooksSayNo):
    """A wallet holds less than was asked."""

    slug = "insufficient-units"
    title = "Not enough units"
    sentence = "{units} units were asked and {available} can be used."


class AccountLimit(BooksSayNo):
    """An account would pass its floor or its ceiling."""

    slug = "account-limit"
    title = "An account would pass its limit"
    sentence = "The account {account} would stand at {balance}, beyond its limit {limit}."


class TallyLimit(BooksSayNo):
    """A counted limit (budget, cap, amount left to refund) would be passed."""

    slug = "counted-limit"
    title = "A counted limit would be passed"
    sentence = "The count {tally} would stand at {amount}, outside 0 to {limit}."


class NotAtPar(BooksSayNo):
    """Euros and units exchange one for one, and this amount has no exact counterpart."""

    slug = "not-at-par"
    title = "No exact counterpart"
    sentence = "{amount} {asset} has no exact counterpart at par."


class MemberNotActive(BooksSayNo):
    """The member is invited, suspended or gone."""

    slug = "member-not-active"
    watched = True
    title = "This member is not active"
    sentence = "The member {member} is {state}."


class SameWallet(BooksSayNo):
    """A payment to oneself moves nothing."""

    slug = "same-wallet"
    title = "Payer and payee are the same"
    sentence = "{member} cannot pay itself."


class AuthorityPaysInEuros(BooksSayNo):
    """Public authorities may receive units but not pay in them (Bayonne, 7 June 2018)."""

    slug = "authority-pays-in-euros"
    title = "An authority pays in euros"
    sentence = (
        "{member} is a public authority and pays in euros; it can send euros to the association "
        "under a collection mandate (CGCT D1611-32-3), which credits the person in units."
    )


class RefundExceedsPayment(BooksSayNo):
    """Refunds never exceed what was paid."""

    slug = "refund-exceeds-payment"
    title = "More than was paid"
    sentence = "{units} units were asked back and {remaining} of entry {entry} remain."


class RedemptionNotAllowed(BooksSayNo):
    """The terms say who may turn units back into euros, and this member kind may not."""

    slug = "redemption-not-allowed"
    title = "This member may not redeem"
    sentence = (
        "By the terms in force only {allowed} may redeem units for euros; {member} is a {kind}."
    )


class SamePerson(BooksSayNo):
    """Whoever starts an operation does not approve it."""

    slug = "same-person"
    watched = True
    title = "A second person is needed"
    sentence = "Whoever asked cannot also approve; another person must."


class RequestNotPayable(BooksSayNo):
    """The payment request is not waiting any more."""

    slug = "request-not-payable"
    title = "This request is not waiting"
    sentence = "The payment request {id} is {state}."


class TillCeiling(BooksSayNo):
    """A till has been paid as much today as its owner lets it."""

    slug = "till-ceiling"
    watched = True
    title = "This till has reached its ceiling"
    sentence = "The till was paid {taken} today, and its ceiling is {ceiling}."


class NotInState(BooksSayNo):
    """The thing exists, but its life has moved on."""

    slug = "not-in-state"
    title = "Not in this state"
    sentence = "The {what} {id} is {state}, not {needed}."


class AlreadyExists(BooksSayNo):
    """The chosen name is taken."""

    slug = "already-exists"
    title = "This name is taken"
    sentence = "There is already a {what} {id}."


class CannotCorrect(BooksSayNo):
    """This entry is not corrected this way."""

    slug = "cannot-correct"
    title = "This entry cannot be corrected"
    sentence = "Entry {entry} cannot be corrected: {why}"


class StillHolds(BooksSayNo):
    """Who still has units, or is owed euros, is not forgotten yet."""

    slug = "still-holds"
    title = "Something is still owed"
    sentence = "{member} still holds {units} units and has {redemptions} open redemptions."


class SealBroken(BooksSayNo):
    """What is sealed does not open where it stands: it was moved, exchanged or altered."""

    slug = "seal-broken"
    title = "A seal is broken"
    sentence = (
        "What is sealed in {what} {id} was not sealed for this place; it was moved or altered."
    )


class FundAccountMissing(BooksSayNo):
    """There is no bank account of the fund for this medium yet."""

    slug = "fund-account-missing"
    title = "No fund account"
    sentence = "There is no fund account for the medium {medium}; open one first."


class OpeningNotCovered(BooksSayNo):
    """Units would be opened that the bank accounts of their fund do not cover."""

    slug = "opening-not-covered"
    title = "The opening is not covered"
    sentence = "The fund {fund} lacks {euros} EUR; open its bank account with what it held."


class AccountNotMapped(BooksSayNo):
    """The chart of accounts says nothing of an account that the year moved."""

    slug = "account-not-mapped"
    title = "An account without a number"
    sentence = "The chart of accounts has no number for {account}; name one, then export again."


class BookkeepingMissing(BooksSayNo):
    """The file for the tax office bears the association's SIREN, and nobody has told it yet."""

    slug = "bookkeeping-missing"
    title = "No SIREN yet"
    sentence = "Nobody has told the association's SIREN for {year} yet; the file bears its name."


class AccountsNotJoined(BooksSayNo):
    """An order names two accounts between which the association cannot move euros."""

    slug = "accounts-not-joined"
    title = "No transfer between these accounts"
    sentence = "Euros cannot move from {source} to {target}."


class LineDoesNotFit(BooksSayNo):
    """The cause offered for a bank line does not explain it."""

    slug = "line-does-not-fit"
    title = "The cause does not fit the line"
    sentence = "Line {id} cannot be explained so: {why}"


class PeriodClosed(BooksSayNo):
    """A reconciliation was signed: nothing counts on its days any more."""

    slug = "period-closed"
    title = "This period is closed"
    sentence = "Nothing can be booked on {day} any more: the books are closed until {until}."


class PeriodNotOver(BooksSayNo):
    """A day that still goes on, or one before what is signed already, is not reconciled."""

    slug = "period-not-over"
    title = "This day cannot be signed"
    sentence = "Only a day that is over and lies behind what is signed can be: {day} does not."


class ItemsOpen(BooksSayNo):
    """A euro is unexplained, or a difference has neither an owner nor a cause."""

    slug = "items-open"
    title = "Not everything is explained"
    sentence = "{count} things stand in the way of a signature; the first: {first}"


class BooksMoved(BooksSayNo):
    """The figures that were looked at are no longer those of the books."""

    slug = "books-moved"
    title = "The books have moved"
    sentence = "Since {day} was prepared, something was booked on its days; prepare it again."


class StatementOfUnknownAccount(BooksSayNo):
    """The statement is not of the account that was named."""

    slug = "unknown-account"
    title = "A statement of another account"
    sentence = "The statement is of the account ending in {ending}, not of {slug}."


class NothingToPay(BooksSayNo):
    """No payment is due from the account, or what is due is blocked."""

    slug = "nothing-to-pay"
    title = "Nothing to pay"
    sentence = "Nothing can be paid from {account} now; {blocked} payments are blocked."


class NothingToGive(BooksSayNo):
    """No association may receive what was gathered for it."""

    slug = "nothing-to-give"
    title = "No association can receive donations"
    sentence = "No association with donations has at least {least} supporters."


class RowsFaulty(BooksSayNo):
    """Rows of a run cannot be credited; each is named with its place and the reason."""

    slug = "rows-faulty"
    title = "Rows cannot be credited"
    sentence = "{count} rows cannot be credited; the first, {place}: {why}"


class NothingLeftOver(BooksSayNo):
    """An authority has no euros waiting that a run could use."""

    slug = "nothing-left-over"
    title = "Nothing is left over"
    sentence = "Nothing that {authority} sent is left over for this run, or nothing is missing."
