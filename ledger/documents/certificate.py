"""The certificate of a reconciliation on paper: what the signed JSON says, for people.

The paper proves nothing by itself: it carries the hash of the file that does, and says how anybody
verifies that file without us.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson

from ledger.documents.press import Values, printed
from ledger.documents.words import finding_said, item_said, medium_said, said, way_said
from ledger.documents.writing import Writing


def certificate_pdf(signed: bytes, *, language: str) -> bytes:
    """Print a signed certificate, dated as its second signature; the same bytes each time.

    `signed` is the file that `ledger.proof.certificate` makes, whose hash the paper states.
    """
    told = orjson.loads(signed)
    report, writing = told["report"], Writing(language)
    last = datetime.fromisoformat(told["signed"][-1]["at"])
    name = f"{report['currency']}-{report['on']}.json"
    values: Values = {
        "made": writing.moment(last),
        "signed": [_signer(each, writing) for each in told["signed"]],
        "funds": [_fund(each, writing) for each in report["funds"]],
        "overall": _overall(report["overall"], writing),
        "accounts": [_account(each, writing) for each in report["accounts"]],
        "items": [
            {"account": each["slug"], **_item(item, writing)}
            for each in report["accounts"]
            for item in each["items"]
        ],
        "under-way": [_under_way(each, writing) for each in report["under_way"]],
        "findings": [_finding(each, writing) for each in report["problems"]],
        "files": [_file(each, writing) for each in report["files"]],
        "file": name,
        "file-hash": hashlib.sha256(signed).hexdigest(),
        "report-hash": told["report_sha256"],
        "key-id": told["key_id"],
        "checkpoint": f"{told['checkpoint']['size']} · {told['checkpoint']['root']}",
        "command": f"comptoir verify --bundle {name} --public-key signing-key.pub.pem",
    }
    return printed(
        "certificate",
        values,
        title=f"{said('certificate', language)} {_day(writing, report['on'])}",
        currency=told["name"],
        language=language,
        at=last,
    )


def _signer(told: Mapping[str, Any], writing: Writing) -> dict[str, str]:
    at = writing.moment(datetime.fromisoformat(told["at"]))
    return {"person": told["person"], "at": at, "entry": str(told["entry"])}


def _fund(told: Mapping[str, Any], writing: Writing) -> dict[str, str]:
    medium = medium_said(told["medium"], writing.language)
    return {
        "name": f"{medium}, {told['issuer']}" if told["issuer"] else medium,
        **{
            part: writing.amount_text(told[part])
            for part in ("required", "at_bank", "awaited", "on_the_way", "present")
        },
        "coverage": _covered(told["coverage_bps"], writing),
    }


def _overall(told: Mapping[str, Any], writing: Writing) -> dict[str, str]:
    return {
        "required": writing.amount_text(told["required"]),
        "present": writing.amount_text(told["present"]),
        "coverage": _covered(told["coverage_bps"], writing),
    }


def _covered(bps: int | None, writing: Writing) -> str:
    """Write basis points as per cent, which have two decimals; empty where nothing is owed."""
    return "" if bps is None else f"{writing.amount(bps)}\u202f%"


def _account(told: Mapping[str, Any], writing: Writing) -> dict[str, str]:
    closing = told["closing"]
    return {
        "name": f"{told['bank']} ({told['slug']})",
        "iban": told["iban"],
        "closing": "" if closing is None else writing.amount_text(closing),
        "closing_on": _day(writing, told["closing_on"]),
        "booked": writing.amount_text(told["booked"]),
        "suspense": writing.amount_text(told["suspense"]),
        "difference": "" if closing is None else writing.amount_text(told["difference"]),
    }


def _item(told: Mapping[str, Any], writing: Writing) -> dict[str, str]:
    owner, cause, settled = told["owner"], told["cause"], told["settled"]
    if not (owner or cause) and settled:
        cause = f"{said('settled-on', writing.language)} {_day(writing, settled)}"
    return {
        "kind": item_said(told["kind"], writing.language),
        "euros": writing.amount_text(told["euros"]),
        "day": _day(writing, told["day"]),
        "days": str(told["days"]),
        "answer": " · ".join(part for part in (owner, cause) if part),
    }


def _under_way(told: Mapping[str, Any], writing: Writing) -> dict[str, str]:
    return {
        "kind": way_said(told["kind"], writing.language),
        "where": " → ".join(part for part in (told["source"], told["target"]) if part),
        "euros": writing.amount_text(told["euros"]),
        "day": _day(writing, told["since"]),
        "days": str(told["days"]),
    }


def _finding(told: Mapping[str, Any], writing: Writing) -> str:
    return finding_said(told["problem"], told["sentence"], told["facts"], writing.language)


def _file(told: Mapping[str, Any], writing: Writing) -> dict[str, str]:
    return {
        "account": told["account"],
        "format": told["format"],
        "day": _day(writing, told["closing_on"]),
        "lines": str(told["lines"]),
        "hash": told["sha256"],
    }


def _day(writing: Writing, text: str | None) -> str:
    return writing.day(date.fromisoformat(text)) if text else ""
