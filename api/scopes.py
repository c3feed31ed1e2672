"""Which scope a request needs: reading needs `read`, the rest what its address is about.

There is this one table and one place that asks it (`api.dependencies.context_of`), so a new route
cannot forget it: one whose word stands in no line is closed to every token made for less.
"""

from typing import Any, Final

from ledger.operations.access import SCOPES

PAYMENTS: Final = "payments"
_SAFE: Final = frozenset({"GET", "HEAD"})
_OF: Final = {
    "payments": PAYMENTS,
    "payment-requests": PAYMENTS,
    "conversions": "conversions",
    "standing-conversions": "conversions",
    "redemptions": "redemptions",
    "members": "members",
    "fund": "fund",
    "payouts": "fund",
    "journal": "fund",
    "origins": "fund",
    "bookkeeping": "fund",
    "closings": "fund",
    "authorities": "councils",
    "campaigns": "currency",
    "sponsors": "currency",
    "offices": "currency",
    "donations": "currency",
    "terms": "currency",
}
"""By the first word behind the currency; a word that says it later in the address counts first."""
_LATER: Final = frozenset({"standing-conversions"})

BEARER: Final = "HTTPBearer"
MACHINES: Final = "ClientCredentials"
_FLOW: Final = {
    "type": "oauth2",
    "description": "A token of an hour, drawn with a credential's id and secret",
    "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": SCOPES}},
}


def scope_of(method: str, path: str) -> str:
    """Name the scope that a request under /v1/{currency}/ needs; a word's own when none is told."""
    if method in _SAFE:
        return "read"
    words = path.split("/")[3:]
    word = next((each for each in words[1:] if each in _LATER), words[0] if words else "")
    return _OF.get(word, word)


def describe(described: dict[str, Any]) -> dict[str, Any]:
    """Say in the description of the API which scope each operation needs."""
    described["components"].setdefault("securitySchemes", {})[MACHINES] = _FLOW
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if path.startswith("/v1/") and "security" in operation:
                scope = scope_of(method.upper(), path)
                operation["security"] = [{BEARER: []}, {MACHINES: [scope]}]
    return described
