"""Replies as mail programs write them, stripped to what the person wrote.

`tests/data/messaging/replies` holds mails and, beside each, what its writer would call their own
words. Those in `held_back` were written before the rules and the rules were not made after them.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.messaging.mail.markup import to_text
from acuerdo.messaging.mail.reading import ReadMail
from acuerdo.messaging.mail.reply import strip_reply

SAMPLES = Path(__file__).parents[2] / "data/messaging/replies"
WANTED = 0.95


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _samples(folder: str) -> list[tuple[str, ReadMail, str]]:
    return [
        (path.stem, ReadMail(path.read_bytes()), path.with_suffix(".txt").read_text("utf-8"))
        for path in sorted((SAMPLES / folder).glob("*.eml"))
    ]


@pytest.mark.parametrize(("folder", "count"), [("seen", 40), ("held_back", 20)])
def test_replies_are_stripped_right(folder: str, count: int) -> None:
    samples = _samples(folder)
    assert len(samples) == count
    wrong = [name for name, mail, wanted in samples if _lines(mail.reply) != _lines(wanted)]
    assert 1 - len(wrong) / count >= WANTED, len(wrong) if folder == "held_back" else wrong


@pytest.mark.parametrize("folder", ["seen", "held_back"])
def test_nothing_that_a_person_wrote_is_lost(folder: str) -> None:
    """All their words are in the reply, and the whole mail, quotes included, is kept beside it."""
    for name, mail, wanted in _samples(folder):
        assert not Counter(_words(wanted)) - Counter(_words(mail.reply)), name
        assert not Counter(_words(mail.reply)) - Counter(_words(mail.text)), name


QUOTE = """

El sáb, 21 nov 2026 a las 10:12, Banco Ejemplo (<cobranza+x@banco.example>)
escribió:

> Hola Lucía: si no desea recibir más mensajes, responda BAJA.
"""

# Sentences that have something of a quote, a signature or a notice, and are none.
SENTENCES = [
    "Enviado desde mi celular el comprobante, mírenlo",
    "Enviado desde el correo de mi esposo",
    "Este correo es para pedir confidencialidad: no escriban a mi trabajo",
    "Sent from my account at Lloyds on Monday",
    "El martes a las 10:12 mi jefe me escribió: no hay sueldo",
    "> 500 no puedo",
    "De: Juan, para: María",
    "-- hoy no puedo",
    "No 5 de novembro o banco escreveu:",
    "Aviso: mañana pago",
    "AVISO LEGAL: los voy a demandar",
    "http://pago.example/recibo",
    "--",
    "-----",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_that_looks_like_a_mark_stays(sentence: str) -> None:
    assert strip_reply(sentence) == sentence
    if sentence != "--" and not sentence.startswith(">"):
        assert strip_reply(f"Hola.\n\n{sentence}{QUOTE}") == f"Hola.\n\n{sentence}"


@pytest.mark.parametrize("text", ["", "\n\n", QUOTE, "> a\n> b\n> c\n", "\ufeff"])
def test_a_mail_without_own_words_is_empty(text: str) -> None:
    assert strip_reply(text) == ""


@given(st.text(st.characters(exclude_characters=">|", exclude_categories=["Cs", "Cc"])))
def test_any_line_above_a_quote_comes_back(line: str) -> None:
    said = strip_reply(f"Hola {line} adiós{QUOTE}")
    assert not Counter(_words(line)) - Counter(_words(said))
    assert "responda" not in said or "responda" in line


@given(st.text(max_size=500))
def test_no_text_is_too_strange(text: str) -> None:
    assert not Counter(_words(strip_reply(text))) - Counter(_words(text))
    to_text(text)


def test_hostile_sizes_take_no_time() -> None:
    started = time.monotonic()
    for text in ("El " * 200_000, "El 1\n" * 100_000, "> " * 300_000, "-- \n" * 100_000):
        strip_reply(text)
    for html in (
        "<div>" * 100_000 + "</p>" * 100_000,
        "<blockquote>" * 50_000 + "x",
        "<" * 100_000,
    ):
        to_text(html)
    assert time.monotonic() - started < 10


def test_a_new_mail_says_its_subject_too() -> None:
    new = b"From: a@b.example\nSubject: BAJA\n\n\n"
    assert ReadMail(new).reply == "BAJA"
    assert ReadMail(new.replace(b"BAJA", b"Re: Su cuenta")).reply == ""


def test_text_before_and_after_a_file_belongs_together() -> None:
    mail = ReadMail(
        b"Content-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\nantes\n"
        b"--b\nContent-Type: image/png; name=pago.png\nContent-Disposition: inline\n\nPNG\n"
        b"--b\nContent-Type: text/plain\n\ndespu\xe9s\n--b--\n"
    )
    assert _lines(mail.text) == ["antes", "despu�s"]
    assert [(file.name, file.media_type) for file in mail.files] == [("pago.png", "image/png")]


_MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n"
NESTED = _MIXED + (b"--b\n" + _MIXED) * 500


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\0\0",
        b"From: <<<>>>\nTo: ,,,@\nSubject: =?x?y?z?=\n\nhola",
        b"Content-Type: text/plain; charset=nowhere\n\nhola",
        b"Content-Type: multipart/mixed\n\nhola",
        NESTED,
        b"Content-Transfer-Encoding: base64\n\n!!!!",
        b"Content-Type: message/rfc822\n\nFrom: a@b\n\nhola",
        b"Content-Type: text/html\n\n<p>hola<div></table><script>x",
    ],
)  # fmt: skip
def test_broken_mails_are_read_as_far_as_they_go(raw: bytes) -> None:
    mail = ReadMail(raw)
    for value in (mail.sender, mail.recipients, mail.subject, mail.message_id, mail.answered_ids):
        assert "\0" not in str(value)
    assert isinstance(mail.reply, str)
    assert isinstance(mail.files, list)
