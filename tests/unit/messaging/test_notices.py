"""What the law asks of every message is in every message, once."""

from __future__ import annotations

import pytest
from contact_kit import local, past

from acuerdo.compliance.rules import ContactRequest, check_contact
from acuerdo.messaging.content import Identity, collect_message_facts
from acuerdo.messaging.notices import with_notice


@pytest.mark.parametrize("language", ["es", "pt", "en", "es-MX", "fr"])
@pytest.mark.parametrize("channel", ["sms", "email", "whatsapp"])
def test_an_answer_in_the_united_states_may_leave(language: str, channel: str) -> None:
    text = with_notice("OK, 09:00.", country="US", language=language)
    facts = collect_message_facts(
        text=text,
        identity=Identity("Example Bank"),
        channel=channel,
        purpose="reply_to_debtor_query",
        country="US",
    )
    request = ContactRequest(
        jurisdiction="US-NY",
        zones=("America/New_York",),
        channel=channel,
        purpose="reply_to_debtor_query",
        flags={"identity_verified": True},
        message=facts,
    )
    asked = [past("2026-11-24 21:30", channel, direction="inbound", zone="America/New_York")]
    at = local("2026-11-24 22:00", "America/New_York")
    assert check_contact(request, asked, at).reason_code == "ok"
    assert with_notice(text, country="US", language=language) == text


def test_elsewhere_nothing_is_added() -> None:
    assert with_notice("Claro.", country="CO", language="es") == "Claro."
    assert with_notice("  ", country="US", language="en") == "  "
