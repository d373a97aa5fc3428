from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from acuerdo.core import crypto
from acuerdo.core.errors import SignatureRefused

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
BODY = b'{"amount":1}'


def test_a_new_key_in_front_still_reads_the_old_and_finds_the_same(
    settings: Settings,
) -> None:
    settings.ACUERDO_SECRET_KEYS = ["old"]
    token, found = crypto.encrypt("1020304050"), crypto.keyed_hash("1020304050")
    settings.ACUERDO_SECRET_KEYS = ["new", "old"]
    assert crypto.decrypt(token) == "1020304050"
    assert crypto.keyed_hash("1020304050") == found
    assert crypto.encrypt("1020304050") != token


def test_a_signature_holds_for_its_body_its_secret_and_five_minutes() -> None:
    header = crypto.sign(BODY, "secret", AT)
    crypto.verify_signature(header, BODY, "secret", AT + timedelta(minutes=5))
    refused = [
        (header, BODY + b" ", "secret", AT),
        (header, BODY, "other", AT),
        (header, BODY, "secret", AT + timedelta(minutes=5, seconds=2)),
        (header, BODY, "secret", AT - timedelta(minutes=6)),
    ]
    for arguments in refused:
        with pytest.raises(SignatureRefused):
            crypto.verify_signature(*arguments)


@pytest.mark.parametrize(
    "header", ["", "t=,v1=", "v1=abc", "t=٣,v1=x", "t=1e9,v1=x", "t=1,v1=ñ", "t=" + "9" * 400]
)
def test_a_broken_header_is_refused_not_crashed_on(header: str) -> None:
    with pytest.raises(SignatureRefused):
        crypto.verify_signature(header, BODY, "secret", AT)
