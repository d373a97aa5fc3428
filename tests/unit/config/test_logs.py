"""No log line carries what names or reaches a person."""

from __future__ import annotations

import pytest

from acuerdo.config.logs import mask_personal_data


def masked(**event: object) -> dict[str, object]:
    return dict(mask_personal_data(None, "info", event))


@pytest.mark.parametrize("field", ["phone", "email", "full_name", "document", "text", "password"])
def test_fields_of_a_person_are_hidden_by_name(field: str) -> None:
    assert masked(**{field: "anything"}) == {field: "***"}


@pytest.mark.parametrize(
    "text",
    ["sent to ana@example.com", "call +57 310 555 0199 again", "document 1.020.345.678 unknown"],
)
def test_what_looks_like_a_person_is_hidden_in_any_text(text: str) -> None:
    said = str(masked(event=text)["event"])
    assert "***" in said
    assert not any(character.isdigit() for character in said)
    assert "@" not in said


@pytest.mark.parametrize(
    "line",
    [
        '"GET /p/4XGhIFE5uN7sK-Zzm_R4tA HTTP/1.1" 200 6093',
        "http://127.0.0.1:8000/p/4XGhIFE5uN7sK-Zzm_R4tA/offer?offer=2",
        "unsubscribed at /u/4XGhIFE5uN7sK-Zzm_R4tA.",
    ],
)
def test_keys_of_the_portal_are_hidden(line: str) -> None:
    said = str(masked(event=line, path=[line]))
    assert "4XGhIFE5" not in said
    assert "R4tA" not in said
    assert said.count("/•••") == 2
    plain = "loaded /usr/share/p1/us/pack.yaml and /api/p/"
    assert masked(event=plain) == {"event": plain}


def test_figures_and_times_stay() -> None:
    event = {
        "event": "delivered",
        "count": 1_000_000,
        "account_id": 12,
        "at": "2026-11-24T15:00:53.672465+00:00",
        "text_of_it": "due 2026-11-24, id 01a20d42-bf1a-7176-97d2-e5af13555575",
        "seconds": 0.25,
    }
    assert masked(**event) == event


def test_what_is_nested_is_hidden_too() -> None:
    said = masked(row={"name": "Ana", "ids": ["+57 (310) 555 0199", 7]})
    assert said == {"row": {"name": "***", "ids": ["***", 7]}}
