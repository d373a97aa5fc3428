"""E-mail addresses, links and phone numbers, written or spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import phonenumbers

from acuerdo.assistant.nlu.contract import Entity
from acuerdo.assistant.nlu.entities.numbers import read_numbers, spell_digits

_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+-")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,62})?\.){1,5}[a-z]{2,24}(?![\w-])")
_DOT = r"(?:punto|ponto|dot)"
_ENDING = r"(?:com|es|net|org|co|mx|cl|ar|pe|br|uk|io|edu)"
_SPOKEN = re.compile(
    rf"\b(?P<local>[a-z0-9_-]{{1,40}}(?:\s{_DOT}\s[a-z0-9_-]{{1,40}}){{0,3}}"
    rf"(?:\.[a-z0-9_-]{{1,40}}){{0,3}})\s(?:arroba|at)\s"
    rf"(?P<domain>[a-z0-9-]{{2,30}})\s{_DOT}\s(?P<end>{_ENDING}(?:\s{_DOT}\s{_ENDING})?)\b"
)
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>]{1,2000}")
_PHONE = re.compile(r"(?<![\w.,/$#-])(?:\+|00)?\(?\d(?:[\s().-]{0,3}\d){6,14}(?!\w|[.,]\d)")
_PHONE_WORD = re.compile(
    r"\b(?:tel|tels|telefono|telefone|telephone|fone|phone|cel|celular|celu|movil|mobile|cell"
    r"|whats\w*|wpp|wsp|wasap|watsap|zap|numero|num|nro|number"
    r"|numbr|llam\w+|marc\w+|marqu\w+|ligu?\w*|call|text|ring|reach|contact\w*|fijo|fixo|landline"
    r"|escrib\w+|cambi\w+|mud\w+|troqu\w+"
    r"|changed|anot\w+|line|linea|linha|sms|yape|nequi|bizum|pix|daviplata|zelle|chip)\b"
)
_NOT_A_PHONE = re.compile(
    r"\b(?:contrat\w*|cuenta|conta|account|acct|factura|fatura|invoice|pedido|order|orden|folio"
    r"|ticket|protocolo|protocol|ref\w*|expediente"
    r"|codigo|code|confirmation|case|caso|cbu|clabe|cvu|iban|poliza|tarjeta|card|cartao|guia"
    r"|radicado|comprobante|operacion|transaccion"
    r"|transaction|tracking|nit|serial|placa|boleto|linha\s+digitavel)\W{0,3}(?:(?:no|nro|num"
    r"|numero|number|n|de|is|es|e|\u00ba|#)\W{0,3}){0,2}$"
)


def find_emails(folded: str, original: str) -> Iterator[Entity]:
    """Addresses as written; a spoken one ("ana arroba gmail punto com") as it would be written."""
    position = folded.find("@")
    while position >= 0:
        start = position
        while start > 0 and position - start < 64 and folded[start - 1] in _LOCAL:
            start -= 1
        while start < position and folded[start] in ".-%+":
            start += 1
        domain = _DOMAIN.match(folded, position + 1)
        if start < position and domain:
            text = original[start : domain.end()]
            yield Entity(
                type="email", value=text, start=start, end=domain.end(), text=text, rule="email"
            )
        position = folded.find("@", position + 1)
    for match in _SPOKEN.finditer(folded):
        local = re.sub(rf"\s{_DOT}\s", ".", match["local"])
        end = re.sub(rf"\s{_DOT}\s", ".", match["end"])
        yield Entity(
            type="email",
            value=f"{local}@{match['domain']}.{end}",
            start=match.start(),
            end=match.end(),
            text=original[match.start() : match.end()],
            rule="email.spoken",
            confidence=0.7,
        )


def find_links(folded: str) -> Iterator[tuple[int, int]]:
    """Where addresses of pages stand: nothing in them is a value."""
    for match in _LINK.finditer(folded):
        yield match.span()


def find_phones(
    folded: str, original: str, country: str, taken: Sequence[tuple[int, int]]
) -> Iterator[Entity]:
    """Phone numbers in E.164. One that no network has counts only beside words about phoning."""
    used = bytearray(len(folded) + 1)
    for start, end in taken:
        used[start:end] = b"\x01" * (end - start)
    for match in _PHONE.finditer(folded):
        start, end = match.span()
        if any(used[start:end]) or re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", match[0]):
            continue
        lead = folded[max(0, start - 60) : start]
        if _NOT_A_PHONE.search(lead):
            continue
        alone = len(folded) - (end - start) <= 6
        near = alone or bool(_PHONE_WORD.search(lead + " " + folded[end : end + 30]))
        number = _parse(match[0], country, near)
        if number is not None and (near or _looks_dialled(match[0])):
            yield _phone(original, start, end, number, "phone", 1.0 if near else 0.7)
    yield from _spoken_phones(folded, original, country)


def _looks_dialled(text: str) -> bool:
    return text.startswith(("+", "(", "00")) or sum(map(str.isdigit, text)) >= 8


def _parse(text: str, country: str, near: bool) -> str | None:
    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) and not (
        near
        and phonenumbers.is_possible_number(number)
        and sum(map(str.isdigit, text)) >= 9
        and not text.startswith(("1.", "2."))
    ):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _spoken_phones(folded: str, original: str, country: str) -> Iterator[Entity]:
    """ "tres diez cinco cinco cinco…": number words in a row whose digits make a phone number."""
    if not _PHONE_WORD.search(folded):
        return
    row: list[tuple[int, int]] = []
    numbers = [number for number in read_numbers(folded) if number.words]
    for number in numbers:
        if row and 0 < number.start - row[-1][1] <= 6:
            row.append((number.start, number.end))
            continue
        yield from _spoken_row(folded, original, country, row)
        row = [(number.start, number.end)]
    yield from _spoken_row(folded, original, country, row)


def _spoken_row(
    folded: str, original: str, country: str, row: Sequence[tuple[int, int]]
) -> Iterator[Entity]:
    if len(row) < 4:
        return
    start, end = row[0][0], row[-1][1]
    lead = folded[max(0, start - 60) : start]
    if not _PHONE_WORD.search(lead):
        return
    digits = spell_digits(re.findall(r"[a-z]+", folded[start:end]))
    if digits is None or not 7 <= len(digits) <= 13:
        return
    value = _parse(digits, country, True)
    if value is not None:
        yield _phone(original, start, end, value, "phone.spoken", 0.7)


def _phone(original: str, start: int, end: int, value: str, rule: str, confidence: float) -> Entity:
    return Entity(
        type="phone",
        value=value,
        start=start,
        end=end,
        text=original[start:end],
        rule=rule,
        confidence=confidence,
    )
