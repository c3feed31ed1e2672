"""Every "no" of the program: the class is the rule that was broken, the facts say by how much.

    Refusal
    ├── Malformed (422)            the request itself cannot be read
    │   ├── UnreadableStatement    a bank file that cannot be trusted
    │   ├── TooLong                more than fits in one printed document
    │   ├── KeyMissing             money moves only under an Idempotency-Key
    │   ├── KeyReused              the key already belongs to another body
    │   └── WeakPassword           too short, or among those that everybody tries first
    ├── NotIdentified (401)        nobody, or nobody known, is asking
    ├── NotSignedIn (401)          what was typed at the door is not known together
    ├── RoleMayNot (403)           this role may not do this
    │   └── ScopeMissing           the role may, this token may not
    ├── ConfirmFirst (403)         this person may, once it shows again who it is
    ├── SignInAgain (403)          how to sign in changes only just after signing in
    ├── Unknown (404)              no such thing, or not yours: the two are not told apart
    ├── BooksSayNo (409)           understood and permitted, yet the state of the books forbids it
    │   ├── InsufficientUnits, AccountLimit, TallyLimit, NotAtPar
    │   ├── MemberNotActive, SameWallet, AuthorityPaysInEuros
    │   ├── RefundExceedsPayment, RedemptionNotAllowed, SamePerson
    │   ├── RequestNotPayable, TillCeiling, NotInState, AlreadyExists, CannotCorrect, SealBroken
    │   └── FundAccountMissing, AccountsNotJoined, LineDoesNotFit, StatementOfUnknownAccount
    └── NotNow (503)               the same request may succeed later
        └── TooMany (429)
            └── TooManyGuesses     tried too often in this window

A refusal has one slug and one status everywhere. Its `sentence` is a template over its facts and
also the key of its translations; API, pages and command line all speak from it.
"""

from typing import ClassVar, TypeAlias

Fact: TypeAlias = str | int | list[dict[str, str]]


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the program
    """A rule said no. `facts` are JSON-ready members of the problem document."""

    slug: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Refused"
    sentence: ClassVar[str] = "The request was refused."
    retryable: ClassVar[bool] = False
    remembered: ClassVar[bool] = True
    """Whether the same key meets it again; not what only asks for something to be added."""

    def __init__(self, **facts: Fact) -> None:
        """Keep the facts that the sentence names; a missing one is a bug and raises KeyError."""
        super().__init__(self.sentence.format(**facts))
        self.facts = facts

    @property
    def detail(self) -> str:
        """The English sentence with its facts."""
        return str(self.args[0])


class Malformed(Refusal):
    """The request cannot be read; `errors` point at each wrong member (RFC 6901 pointers)."""

    slug = "malformed-request"
    status = 422
    title = "The request cannot be read"
    sentence = "{pointer}: {why}"

    def __init__(self, errors: list[dict[str, str]]) -> None:
        """Take errors as `{"pointer": "/euros", "detail": "why"}` objects, at least one.

        The empty pointer is the whole request (RFC 6901); the sentence writes it as a slash.
        """
        super().__init__(
            pointer=errors[0]["pointer"] or "/", why=errors[0]["detail"], errors=errors
        )


class UnreadableStatement(Malformed):
    """A bank file that cannot be trusted: not a statement, garbled, hostile, or nonsense."""

    slug = "unreadable-statement"
    title = "The bank file cannot be read"
    sentence = "This bank file cannot be read: {why}"

    def __init__(self, why: str) -> None:
        """Take the reason as a sentence that names the place in the file."""
        super().__init__([{"pointer": "/file", "detail": why}])


class TooLong(Malformed):
    """A printed document would have more lines than anybody reads on paper."""

    slug = "too-long"
    title = "Too long to print"
    sentence = "A printed document has at most {most} lines; choose a shorter period."

    def __init__(self, most: int) -> None:
        """Take the most lines that a document may have."""
        errors = [{"pointer": "/from", "detail": f"more than {most} lines"}]
        Refusal.__init__(self, most=most, errors=errors)


class KeyMissing(Malformed):
    """A request that moves money came without the key that makes repeating it harmless."""

    slug = "idempotency-key-missing"
    title = "The Idempotency-Key header is missing"
    sentence = "Send an Idempotency-Key header of 1 to 255 printable characters."

    def __init__(self) -> None:
        """No facts: the header is absent, empty, too long or not printable ASCII."""
        super().__init__([{"pointer": "", "detail": "Idempotency-Key is missing or unusable"}])


class KeyReused(Malformed):
    """The same key came with another request: one of the two is a mistake."""

    slug = "idempotency-key-reused"
    title = "This Idempotency-Key already belongs to another request"
    sentence = "The key was first used with another body or path; use a new key."

    def __init__(self) -> None:
        """No facts: the first request is the caller's own business."""
        super().__init__([{"pointer": "", "detail": "the key was used with another request"}])


class WeakPassword(Malformed):
    """A password that is too short, too long, or among the first that anybody tries."""

    slug = "weak-password"
    title = "Choose another password"
    sentence = (
        "Choose another password: 12 to 256 characters, not the same few again and again, and not "
        "one that everybody tries first."
    )

    def __init__(self) -> None:
        """No facts: which rule it was is no secret, but a password is no fact."""
        super().__init__([{"pointer": "/password", "detail": "too short or too common"}])


class NotIdentified(Refusal):
    """No credential, or one that is unknown, expired or revoked."""

    slug = "not-identified"
    status = 401
    title = "Who are you?"
    sentence = "Send a valid bearer token, or sign in."


class RoleMayNot(Refusal):
    """The credential is good, but its role may not do this."""

    slug = "role-may-not"
    status = 403
    title = "This role may not do this"
    sentence = "The role {role} may not do this."


class ScopeMissing(RoleMayNot):
    """The role may do this; the token was made for less."""

    slug = "insufficient-scope"
    title = "This token may not do this"
    sentence = "The token needs the scope {scope}."


class NotSignedIn(Refusal):
    """What was typed is not known together; which part was wrong is not said, on purpose."""

    slug = "not-signed-in"
    status = 401
    title = "That did not open"
    sentence = "What you gave does not open the door. Check it and try again."


class ConfirmFirst(Refusal):
    """Whoever asks must show again who it is, for this very act, amount and payee."""

    slug = "confirm-first"
    status = 403
    title = "Confirm first"
    sentence = "Confirm with your passkey or code: {act} {about}, {amount}, {payee}."
    remembered = False


class SignInAgain(Refusal):
    """How somebody signs in is changed only shortly after signing in."""

    slug = "sign-in-again"
    status = 403
    title = "Sign in again first"
    sentence = "Sign in again, then change how you sign in within {minutes} minutes."
    remembered = False


class Unknown(Refusal):
    """No such thing here, or not yours: the answer is the same on purpose."""

    slug = "not-found"
    status = 404
    title = "Not found"
    sentence = "There is no {what} {id} here, or it is not yours."


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


class StatementOfUnknownAccount(BooksSayNo):
    """The statement is not of the account that was named."""

    slug = "unknown-account"
    title = "A statement of another account"
    sentence = "The statement is of the account ending in {ending}, not of {slug}."


class NotNow(Refusal):
    """Nothing is wrong with the request; it may succeed later."""

    slug = "not-now"
    status = 503
    title = "Not now"
    sentence = "The books cannot be written just now; ask by key what became of the request."
    retryable = True


class TooMany(NotNow):
    """Too many requests wait already."""

    slug = "too-many-requests"
    status = 429
    title = "Too many requests"
    sentence = "Too many requests wait already; try again in a moment."


class TooManyGuesses(TooMany):
    """Somebody tried too often; the count stands whether a try was right or wrong."""

    slug = "too-many-guesses"
    title = "Too many tries"
    sentence = "Too many tries; wait {minutes} minutes and try again."


def all_refusals() -> tuple[type[Refusal], ...]:
    """List every refusal, each with its own slug."""
    found: list[type[Refusal]] = []
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop(0)
        found.append(kind)
        waiting += kind.__subclasses__()
    return tuple(found)
