"""Every "no" of the program: the class is the rule that was broken, the facts say by how much.

    Refusal
    ├── Malformed (422)            the request itself cannot be read
    │   ├── UnreadableStatement    a bank file that cannot be trusted
    │   ├── UnreadableRows         a sheet of rows with other columns, or no sheet
    │   ├── TooLong                more than fits in one printed document
    │   ├── KeyMissing             money moves only under an Idempotency-Key
    │   ├── KeyReused              the key already belongs to another body
    │   └── WeakPassword           too short, or among those that everybody tries first
    ├── NotIdentified (401)        nobody, or nobody known, is asking
    ├── NotSignedIn (401)          what was typed at the door is not known together
    ├── RoleMayNot (403)           this role may not do this
    │   └── ScopeMissing           the role may, this token may not
    ├── ConfirmFirst (403)         this person may, once it shows again who it is
    ├── SecondFactorFirst (403)    a first factor alone changes nothing of two
    ├── SignInAgain (403)          how to sign in changes only just after signing in
    ├── Unknown (404)              no such thing, or not yours: the two are not told apart
    ├── BooksSayNo (409)           understood and permitted, yet the state of the books forbids it
    │   ├── InsufficientUnits, AccountLimit, TallyLimit, NotAtPar, ItemsOpen, BooksMoved
    │   ├── MemberNotActive, SameWallet, AuthorityPaysInEuros, PeriodClosed, PeriodNotOver
    │   ├── RefundExceedsPayment, RedemptionNotAllowed, SamePerson, NothingToPay
    │   ├── NothingToGive, TillCeiling, RowsFaulty, NothingLeftOver
    │   ├── RequestNotPayable, NotInState, AlreadyExists, CannotCorrect, SealBroken, StillHolds
    │   ├── AccountNotMapped, BookkeepingMissing
    │   ├── RevenueNotInAct, RegieNotAuthorised, RegieCeiling
    │   ├── OutsideMandate         not what a collection mandate allows, with the article
    │   │   └── NoMandate, MandateNotInForce, MandateObject, MandateCeiling
    │   ├── OpeningNotCovered
    │   └── FundAccountMissing, AccountsNotJoined, LineDoesNotFit, StatementOfUnknownAccount
    └── NotNow (503)               the same request may succeed later
        └── TooMany (429)
            └── TooManyGuesses     tried too often in this window

A refusal has one slug and one status everywhere. Its `sentence` is a template over its facts and
also the key of its translations; API, pages and command line all speak from it.
"""

from ledger.refusals.answers import (
    ConfirmFirst,
    Fact,
    KeyMissing,
    KeyReused,
    Malformed,
    NotIdentified,
    NotNow,
    NotSignedIn,
    Refusal,
    RoleMayNot,
    ScopeMissing,
    SecondFactorFirst,
    SignInAgain,
    TooLong,
    TooMany,
    TooManyGuesses,
    Unknown,
    UnreadableRows,
    UnreadableStatement,
    WeakPassword,
)
from ledger.refusals.books import (
    AccountLimit,
    AccountNotMapped,
    AccountsNotJoined,
    AlreadyExists,
    AuthorityPaysInEuros,
    BookkeepingMissing,
    BooksMoved,
    BooksSayNo,
    CannotCorrect,
    FundAccountMissing,
    InsufficientUnits,
    ItemsOpen,
    LineDoesNotFit,
    MemberNotActive,
    NotAtPar,
    NothingLeftOver,
    NothingToGive,
    NothingToPay,
    NotInState,
    OpeningNotCovered,
    PeriodClosed,
    PeriodNotOver,
    RedemptionNotAllowed,
    RefundExceedsPayment,
    RequestNotPayable,
    RowsFaulty,
    SamePerson,
    SameWallet,
    SealBroken,
    StatementOfUnknownAccount,
    StillHolds,
    TallyLimit,
    TillCeiling,
)
from ledger.refusals.councils import (
    MandateCeiling,
    MandateNotInForce,
    MandateObject,
    NoMandate,
    OutsideMandate,
    RegieCeiling,
    RegieNotAuthorised,
    RevenueNotInAct,
)

__all__ = [
    "AccountLimit",
    "AccountNotMapped",
    "AccountsNotJoined",
    "AlreadyExists",
    "AuthorityPaysInEuros",
    "BookkeepingMissing",
    "BooksMoved",
    "BooksSayNo",
    "CannotCorrect",
    "ConfirmFirst",
    "Fact",
    "FundAccountMissing",
    "InsufficientUnits",
    "ItemsOpen",
    "KeyMissing",
    "KeyReused",
    "LineDoesNotFit",
    "Malformed",
    "MandateCeiling",
    "MandateNotInForce",
    "MandateObject",
    "MemberNotActive",
    "NoMandate",
    "NotAtPar",
    "NotIdentified",
    "NotInState",
    "NotNow",
    "NotSignedIn",
    "NothingLeftOver",
    "NothingToGive",
    "NothingToPay",
    "OpeningNotCovered",
    "OutsideMandate",
    "PeriodClosed",
    "PeriodNotOver",
    "RedemptionNotAllowed",
    "RefundExceedsPayment",
    "Refusal",
    "RegieCeiling",
    "RegieNotAuthorised",
    "RequestNotPayable",
    "RevenueNotInAct",
    "RoleMayNot",
    "RowsFaulty",
    "SamePerson",
    "SameWallet",
    "ScopeMissing",
    "SealBroken",
    "SecondFactorFirst",
    "SignInAgain",
    "StatementOfUnknownAccount",
    "StillHolds",
    "TallyLimit",
    "TillCeiling",
    "TooLong",
    "TooMany",
    "TooManyGuesses",
    "Unknown",
    "UnreadableRows",
    "UnreadableStatement",
    "WeakPassword",
    "all_refusals",
]


def all_refusals() -> tuple[type[Refusal], ...]:
    """List every refusal, each with its own slug."""
    found: list[type[Refusal]] = [Refusal]
    for kind in found:  # which grows meanwhile
        found += kind.__subclasses__()
    return tuple(found)
