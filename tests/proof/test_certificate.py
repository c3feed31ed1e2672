"""What claims to be a certificate, before anybody asks whether it holds."""

import pytest

from ledger.proof.certificate import is_certificate


@pytest.mark.parametrize(
    ("data", "claims"),
    [
        (b'{"signature":"","report":{}}', True),
        (b'{"report":{}}', False),
        (b'{"signature":""}', False),
        (b'["signature","report"]', False),
        (b"%PDF-1.7", False),
    ],
)
def test_a_certificate_is_known_by_its_shape(data: bytes, *, claims: bool) -> None:
    assert is_certificate(data) is claims
