"""The stop lexicon against texts as people write them: `tests/data/compliance/stops_*.jsonl`.

The samples were written before the patterns, and later rounds were measured unseen before they
joined. Known and meant: "Cancelar" alone stops, although some people pay with that word.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from acuerdo.compliance.rules import find_stop

DATA = Path(__file__).parents[2] / "data" / "compliance"
GOOD = 0.98


def samples(language: str, is_stop: bool) -> list[str]:
    lines = (DATA / f"stops_{language}.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row["text"] for row in rows if row["stop"] is is_stop]


@pytest.mark.parametrize("language", ["es", "pt", "en"])
@pytest.mark.parametrize("is_stop", [True, False])
def test_nearly_all_are_understood(language: str, is_stop: bool) -> None:
    texts = samples(language, is_stop)
    wrong = [text for text in texts if (find_stop(text) is not None) is not is_stop]
    assert len(texts) >= 120
    assert len(texts) - len(wrong) >= GOOD * len(texts), wrong


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_writing_does_not_matter(language: str) -> None:
    for text in samples(language, True):
        if find_stop(text) is not None:
            for other in (text.upper(), f"  {text}\n", f"{text} 🙏", f"{text}\n\n> Responda SIM"):
                assert find_stop(other) is not None, other


@pytest.mark.parametrize(
    ("text", "channels", "only"),
    [
        ("STOP", set(), False),
        ("No me escriban más", set(), False),
        ("dejen de llamarme", {"call"}, False),
        ("stop texting me", {"sms"}, False),
        ("parem de ligar e de mandar e-mails", {"call", "email"}, False),
        ("no me llamen más, escríbanme por aquí", {"call"}, True),
        ("Mejor por WhatsApp. No me llamen más", {"call"}, True),
        ("don't call me, text me instead", {"call"}, True),
        ("não me liguem mais, prefiro mensagem", {"call"}, True),
        # Nothing else was asked for: the channel it came by is closed too.
        ("no me llamen más, gracias", {"call"}, False),
    ],
)
def test_channels_that_are_named(text: str, channels: set[str], only: bool) -> None:
    stop = find_stop(text)
    assert stop is not None
    assert (stop.channels, stop.only_named) == (channels, only)


@pytest.mark.parametrize(
    "text",
    [
        "Quiero pagar\n\nEl lun, 23 nov 2026 a las 10:00, Banco escribió:\nResponda BAJA",
        "quero pagar\n\nEm seg., 23 de nov. de 2026, Banco escreveu:\nSAIR",
        "I will pay\n\nOn Mon, Nov 23, 2026 at 10:00 AM Bank wrote:\nSTOP",
        "Ok\n-----Mensaje original-----\nSTOP",
        "Ok\nDe: Banco <no-reply@banco.example>\nSTOP",
    ],
)
def test_what_a_mail_quotes_is_ours(text: str) -> None:
    assert find_stop(text) is None


def test_hostile_texts_are_read_in_time() -> None:
    for text in ("no me " * 200_000, "para que ya no me " * 900, "stop all with the " * 900):
        find_stop(text)
