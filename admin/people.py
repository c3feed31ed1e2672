"""What people are called on a page, for whom it may be said.

Shops, associations and authorities have public names. A person's name is shown to that person, and
to whoever serves them: an office at its counter and the treasurer. Anyone else sees the id.
"""

from starlette.requests import Request

from admin.dependencies import book_of, ledger_of, visitor_of
from ledger.books.papers import Identity, Member

SERVING = frozenset({"office", "treasurer"})


def name_of(request: Request, member_id: str) -> str:
    """Call a member by name where this visitor may know it, else by its id."""
    reads, currency = ledger_of(request).reads, book_of(request).code
    member = reads.paper(Member, currency, member_id)
    visitor = visitor_of(request)
    serves = visitor is not None and (visitor.holder == member_id or visitor.role in SERVING)
    if member is None or (member.kind == "person" and not serves):
        return member_id
    identity = reads.paper(Identity, currency, member_id)
    return identity.name if identity and identity.name else member_id
