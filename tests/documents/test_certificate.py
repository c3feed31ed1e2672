"""The certificate on paper says what the signed file says, and which file that is."""

import hashlib
from typing import Any

import orjson
import pytest

from ledger.documents import certificate, press
from ledger.documents.certificate import certificate_pdf
from ledger.documents.words import FINDINGS, ITEMS, finding_said
from ledger.rules.month_end import SENTENCES
from ledger.rules.reconciliation import KINDS
from tests.documents.test_press import HOSTILE, assert_accessible

FILE_HASH = "ab" * 32


def item(kind: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    told = {
        "kind": kind,
        "euros": "-3.20",
        "day": "2026-10-30",
        "days": 1,
        "settled": None,
        "owner": None,
        "cause": None,
    }
    return told | more


def accounts() -> list[dict[str, Any]]:
    """Give an account that differs, and one that no bank told of yet."""
    account = {"slug": "nef", "bank": "La Nef", "iban": "FR76 …0189", "suspense": "-3.20"}
    closed = {
        **account,
        "closing": "1234.50",
        "closing_on": "2026-10-31",
        "booked": "1234.50",
        "difference": "-3.20",
        "items": [
            item("suspense", owner="treasurer", cause=HOSTILE),
            item("unseen", settled="2026-11-02"),
        ],
    }
    silent: dict[str, Any] = {"closing": None, "closing_on": None, "booked": "0.00", "items": []}
    return [closed, {**account, **silent}]


def funds() -> list[dict[str, Any]]:
    parts = dict.fromkeys(("required", "at_bank", "awaited", "on_the_way", "present"), "0.00")
    paper = {**parts, "medium": "paper", "issuer": "mairie", "coverage_bps": None}
    return [{**parts, "medium": "digital", "issuer": "", "coverage_bps": 10_042}, paper]


def signed() -> bytes:
    """Write a certificate as it is signed, with everything that a report may tell."""
    way = {"kind": "order", "euros": "5.00", "since": "2026-10-29", "days": 2}
    late = "5.00 EUR have been on their way for 9 days (o-1)."
    facts = {"euros": "5.00", "days": 9, "id": "o-1"}
    bank_file = {"account": "nef", "format": "camt.053.001.08", "closing_on": "2026-10-31"}
    report = {
        "currency": "roue",
        "on": "2026-10-31",
        "accounts": accounts(),
        "funds": funds(),
        "overall": {"required": "1200.00", "present": "1205.04", "coverage_bps": 10_042},
        "under_way": [{**way, "source": "bank:nef", "target": "bank:caisse"}],
        "problems": [{"problem": "transit", "facts": facts, "sentence": late}],
        "files": [{**bank_file, "lines": 9, "sha256": FILE_HASH}],
    }
    people = [("treasurer", "2026-11-04T09:00:00+00:00"), ("treasurer-2", "2026-11-04T10:00:00Z")]
    told = {
        "name": "Roue",
        "report": report,
        "report_sha256": "cd" * 32,
        "key_id": "0123",
        "signed": [{"person": who, "at": at, "entry": 7} for who, at in people],
        "checkpoint": {"size": 9, "root": "ef" * 32},
    }
    return orjson.dumps(told)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("fr", "Certificat de rapprochement au 31 oct. 2026"),
        ("en", "Certificate of reconciliation as of 31 Oct 2026"),
    ],
)
def test_it_is_tagged_titled_and_in_its_language(language: str, title: str) -> None:
    pdf = certificate_pdf(signed(), language=language)
    assert_accessible(pdf, language=language, title=title)
    assert pdf == certificate_pdf(signed(), language=language)


def test_it_names_the_signed_file_the_bank_files_and_both_signers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: dict[str, Any] = {}

    def kept(_: str, values: press.Values, **__: object) -> bytes:
        told.update(values)
        return b""

    monkeypatch.setattr(certificate, "printed", kept)
    certificate_pdf(signed(), language="fr")
    assert told["file-hash"] == hashlib.sha256(signed()).hexdigest()
    assert [each["hash"] for each in told["files"]] == [FILE_HASH]
    assert [each["person"] for each in told["signed"]] == ["treasurer", "treasurer-2"]
    assert told["command"].startswith("comptoir verify --bundle roue-2026-10-31.json ")
    assert [each["coverage"] for each in told["funds"]] == ["100,42\u202f%", ""]
    assert [each["answer"] for each in told["items"]] == [
        f"treasurer · {HOSTILE}",
        "soldé le 2 nov. 2026",
    ]
    assert told["findings"] == ["5.00 EUR sont en route depuis 9 jours (o-1)."]
    assert [each["closing"] for each in told["accounts"]] == ["1\u202f234,50", ""]


def test_every_item_and_alarm_has_its_words() -> None:
    assert {kind: english for kind, (_, english) in ITEMS.items()} == KINDS
    assert set(FINDINGS) <= set(SENTENCES)
    assert finding_said("of-tomorrow", "Said.", {}, "fr") == "Said."
