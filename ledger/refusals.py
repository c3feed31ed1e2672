"""Every "no" of the program: the class is the rule that was broken, the facts say by how much.

    Refusal
    ├── Malformed (422)        the request itself cannot be read
    ├── NotIdentified (401)    nobody, or nobody known, is asking
    ├── NotAllowed (403)       this role may not do this
    ├── Unknown (404)          no such thing, or not yours: the two are not told apart
    ├── BooksSayNo (409)       understood and permitted, yet the state of the books forbids it
    └── NotNow (429, 503)      the same request may succeed later

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
        """Take errors as `{"pointer": "/euros", "detail": "why"}` objects, at least one."""
        super().__init__(pointer=errors[0]["pointer"], why=errors[0]["detail"], errors=errors)


class UnreadableStatement(Malformed):
    """A bank file that cannot be trusted: not a statement, garbled, hostile, or nonsense."""

    slug = "unreadable-statement"
    title = "The bank file cannot be read"
    sentence = "This bank file cannot be read: {why}"

    def __init__(self, why: str) -> None:
        """Take the reason as a sentence that names the place in the file."""
        super().__init__([{"pointer": "/file", "detail": why}])
