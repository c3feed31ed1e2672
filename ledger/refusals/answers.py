"""What a refusal is, and those that need no books to say no: the request, the asker, the hour."""

from typing import ClassVar, TypeAlias

Fact: TypeAlias = str | int | list[dict[str, str]]


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the program
    """A rule said no. `facts` are JSON-ready members of the problem document."""

    slug: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Refused"
    sentence: ClassVar[str] = "The request was refused."
    retryable: ClassVar[bool] = False
    watched: ClassVar[bool] = False
    """Whether the audit counts it: what somebody meets who goes where it does not belong."""
    remembered: ClassVar[bool] = True
    """Whether the same key meets it again; not what only asks for something to be added."""

    def __init__(self, **facts: Fact) -> None:
        """Keep the facts that the sentence names; a missing one is a bug and raises KeyError."""
        super().__init__(self.sentence.format(**facts))
        self.facts = facts

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Travel between processes as class, sentence and facts, however it was made."""
        return _arrived, (type(self), str(self.args[0]), self.facts)

    @property
    def detail(self) -> str:
        """The English sentence with its facts."""
        return str(self.args[0])


def _arrived(kind: type[Refusal], sentence: str, facts: dict[str, Fact]) -> Refusal:
    refusal = kind.__new__(kind, sentence)
    refusal.facts = facts
    return refusal


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


class UnreadableRows(Malformed):
    """A sheet of rows that cannot be taken: no sheet, other columns, or hidden ones."""

    slug = "unreadable-rows"
    title = "These rows cannot be read"
    sentence = "These rows cannot be read: {why}"

    def __init__(self, *whys: str) -> None:
        """Take the reasons, each of which names its row or cell; at least one."""
        super().__init__([{"pointer": "/file", "detail": why} for why in whys])

    @property
    def whys(self) -> list[str]:
        """All reasons, the first of which is in the sentence."""
        errors = self.facts["errors"]
        return [error["detail"] for error in errors] if isinstance(errors, list) else []


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
    watched = True
    title = "Who are you?"
    sentence = "Send a valid bearer token, or sign in."


class RoleMayNot(Refusal):
    """The credential is good, but its role may not do this."""

    slug = "role-may-not"
    status = 403
    watched = True
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
    watched = True
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


class SecondFactorFirst(Refusal):
    """Whoever came in with one factor does not change how somebody with two signs in."""

    slug = "second-factor-first"
    status = 403
    watched = True
    title = "Your second factor first"
    sentence = "Sign in with your second factor too, then change how you sign in."
    remembered = False


class Unknown(Refusal):
    """No such thing here, or not yours: the answer is the same on purpose."""

    slug = "not-found"
    status = 404
    watched = True
    title = "Not found"
    sentence = "There is no {what} {id} here, or it is not yours."


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
    watched = True
    title = "Too many tries"
    sentence = "Too many tries; wait {minutes} minutes and try again."
