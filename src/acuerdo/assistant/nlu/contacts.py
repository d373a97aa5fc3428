"""E-mail addresses, phone numbers and identity documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import phonenumbers
from stdnum.ar import cuit, dni as ar_dni
from stdnum.br import cnpj, cpf
from stdnum.cl import rut
from stdnum.co import nit
from stdnum.es import cif, dni, nie
from stdnum.mx import curp, rfc
from stdnum.pe import cui, ruc
from stdnum.us import ssn
from stdnum.za import idnr

from acuerdo.assistant.nlu.contract import Entity
from acuerdo.assistant.nlu.numbers import read_numbers

_LOCAL = set("abcdefghijklmnopqrstuvwxyz0123456789._%+-")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,62})?\.){1,5}[a-z]{2,24}(?![\w-])")
_SPOKEN_EMAIL = re.compile(
    r"\b(?P<local>[a-z0-9](?:[a-z0-9_-]|\s?(?:punto|ponto|dot|guion\s+bajo|underscore|underline)\s)?[a-z0-9_.-]{1,40})\s+(?:arroba|at)\s+"
    r"(?P<domain>[a-z0-9-]{2,30})\s+(?:punto|ponto|dot)\s+(?P<end>(?:com|es|net|org|co|mx|cl|ar|pe|br|uk|io|edu)"
    r"(?:\s+(?:punto|ponto|dot)\s+(?:com|co|mx|cl|ar|pe|br|uk))?)\b"
)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>]{1,2000}")

# Validators of the documents that have check digits, by country. First the ones that people give.
_CHECKED: dict[str, tuple[Callable[[str], bool], ...]] = {
    "BR": (cpf.is_valid, cnpj.is_valid),
    "CL": (rut.is_valid,),
    "ES": (dni.is_valid, nie.is_valid, cif.is_valid),
    "MX": (rfc.is_valid, curp.is_valid),
    "AR": (cuit.is_valid,),
    "PE": (ruc.is_valid,),
    "CO": (nit.is_valid,),
    "US": (),
    "GB": (),
    "ZA": (idnr.is_valid,),
}
_UNCHECKED: dict[str, tuple[Callable[[str], bool], ...]] = {
    "AR": (ar_dni.is_valid,),
    "PE": (cui.is_valid,),
    "US": (ssn.is_valid,),
}
_DOCUMENT_WORDS = (
    r"(?:cedula|cc|c\.c\.?|ced|documento|docto|doc|dni|nie|nif|rut|run|rfc|curp|cpf|cnpj|rg|cuit|cuil|nit|ruc|c\.?i|passport|pasaporte"
    r"|passaporte|id|identidad|identidade|identification|identificacion|ine|ssn|social(?:\s+security)?(?:\s+number)?|national\s+insurance"
    r"|ni\s+number|sa\s+id|id\s+number|ultimos\s+\w+(?:\s+(?:digitos|numeros))?|last\s+\w+(?:\s+(?:digits|of\s+(?:my\s+)?(?:social|ssn)))?)"
)
_LINK = (
    r"(?:[\s:#.,()=\u00ba\u00b0-]{1,4}|es|e|eh|is|are|nro|no|num|numero|number|de|ciudadania|extranjeria|del|da|do|dela|dele|titular|mi|meu"
    r"|mio|my|its|it's|the|el|la|o|of|termina|terminam|en|em|ends?|in|ending|with|con|com|son|sao|para|for|aqui|va|vai|ahi|segue)"
)
_DOCUMENT_NEAR = re.compile(
    rf"\b{_DOCUMENT_WORDS}(?![a-z])(?:{_LINK}){{0,8}}+"
    r"(?P<id>[a-z]?-?\d(?:[.\s/-]{0,2}\d){2,17}(?:-?[a-z]\b)?(?![a-z])|[a-z]{4}\s?\d{6}[a-z0-9]{3,8}\b|[a-z]{2}\s?(?:\d\d\s?){3}[a-d]\b)"
)
_DOCUMENT_SHAPE = re.compile(
    r"(?<![\w.,/-])(?:\d{3}\.\d{3}\.\d{3}-\d{2}|\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}|\d{1,2}\.\d{3}\.\d{3}-[\dk]|\d{7,8}-[\dk]|\d{2}-\d{8}-\d|\d{3}-\d{2}-\d{4}|[xyz]-?\d{7}-?[a-z]"
    r"|\d{8}-?[a-z]|[a-z]{4}\d{6}[a-z0-9]{3}|[a-z]{4}\d{6}[hm][a-z]{5}[a-z0-9]\d)(?![\w-])"
)
_PLAIN_DIGITS = re.compile(r"(?<![\w.,/$+#-])\d{10,14}(?![\w.,-]\d|\w)")
_DOCUMENT_ANSWER = re.compile(
    r"(?<![\w$.,])[a-z]{0,4}\d(?:[.\s-]?\d){0,30}-?[a-z0-9]{0,8}\b(?!\s*(?:mil|k|x|%)\b|[/%])"
)
_SPELLED_ZERO = {"oh", "o", "meia"}
_DIGIT_WORD = (
    "cero|zero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|um|dois|duas|quatro|sete|oito|nove|meia"
    "|one|two|three|four|five|six|seven|eight|nine|oh"
)
_SPELLED = re.compile(rf"\b(?:{_DIGIT_WORD})(?:[\s,-]{{1,3}}(?:{_DIGIT_WORD})){{2,11}}\b")
_DIGITS: dict[str, str] = {
    word: str(value)
    for value, words in enumerate(
        (
            "cero zero oh",
            "uno um one",
            "dos dois duas two",
            "tres three",
            "cuatro quatro four",
            "cinco five",
            "seis meia six",
            "siete sete seven",
            "ocho oito eight",
            "nueve nove nine",
        )
    )
    for word in words.split()
}

_PHONE = re.compile(
    r"(?<![\w.,/$#-])(?:\+|00)?\(?\d(?:[\s().-]{0,3}\d){6,14}(?!\w|[.,]\d)"
)
_PHONE_WORD = re.compile(
    r"\b(?:tel|tels|telefono|telefone|fone|phone|cel|celular|celu|movil|mobile|cell|whats\w*|wpp|wsp|wasap|watsap|zap|numero|num|nro|number|numbr"
    r"|llam\w+|marc\w+|marqu\w+|ligu?\w*|call|text|ring|reach|contact\w*|fijo|fixo|landline|escrib\w+|cambi\w+|mud\w+|troqu\w+|changed|anot\w+"
    r"|line|linea|linha|sms|yape|nequi|bizum|pix|daviplata)\b"
)
_NOT_A_PHONE = re.compile(
    r"\b(?:contrat\w*|cuenta|conta|account|acct|factura|fatura|invoice|pedido|order|orden|folio|ticket|protocolo|protocol|ref\w*|expediente"
    r"|codigo|code|confirmation|case|caso|cbu|clabe|cvu|iban|poliza|tarjeta|card|cartao|guia|radicado|comprobante|operacion|transaccion"
    r"|transaction|tracking|nit|serial|placa|boleto|linha\s+digitavel)\W{0,3}(?:(?:no|nro|num|numero|number|n|de|is|es|e|\u00ba|#)\W{0,3}){0,2}$"
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
            yield Entity(
                type="email",
                value=original[start : domain.end()],
                start=start,
                end=domain.end(),
                text=original[start : domain.end()],
                rule="email",
            )
        position = folded.find("@", position + 1)
    for match in _SPOKEN_EMAIL.finditer(folded):
        local = re.sub(r"\s?(?:punto|ponto|dot)\s", ".", match["local"])
        end = re.sub(r"\s+(?:punto|ponto|dot)\s+", ".", match["end"])
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
    for match in _URL.finditer(folded):
        yield match.span()


def find_phones(
    folded: str, original: str, country: str, taken: Sequence[tuple[int, int]]
) -> Iterator[Entity]:
    """Phone numbers in E.164. One that no network has counts only beside words about phoning."""
    for match in _PHONE.finditer(folded):
        start, end = match.span()
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        lead = folded[max(0, start - 60) : start]
        if _NOT_A_PHONE.search(lead) or re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", match[0]):
            continue
        near = bool(_PHONE_WORD.search(lead + " " + folded[end : end + 30]))
        number = _parse_phone(match[0], country, near)
        if number is None or not (near or _looks_dialled(match[0])):
            continue
        yield Entity(
            type="phone",
            value=number,
            start=start,
            end=end,
            text=original[start:end],
            rule="phone",
            confidence=1.0 if near else 0.7,
        )
    yield from _spoken_phones(folded, original, country)


def _looks_dialled(text: str) -> bool:
    return text.startswith(("+", "(", "00")) or sum(map(str.isdigit, text)) >= 8


def _parse_phone(text: str, country: str, near: bool) -> str | None:
    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) and not (
        near and phonenumbers.is_possible_number(number) and sum(map(str.isdigit, text)) >= 9
    ):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _spoken_phones(folded: str, original: str, country: str) -> Iterator[Entity]:
    """ "tres diez cinco cinco cinco…": number words in a row whose digits make a phone number."""
    row: list[tuple[int, int, str]] = []
    numbers = [number for number in read_numbers(folded) if number.words and number.text.isdigit()]
    for number in [*numbers, None]:
        if number is not None and row and 0 < number.start - row[-1][1] <= 3:
            row.append((number.start, number.end, number.text))
            continue
        if len(row) >= 4:
            digits = "".join(text for _, _, text in row)
            start, end = row[0][0], row[-1][1]
            lead = folded[max(0, start - 60) : start]
            if 8 <= len(digits) <= 13 and _PHONE_WORD.search(lead):
                value = _parse_phone(digits, country, True)
                if value is not None:
                    yield Entity(
                        type="phone",
                        value=value,
                        start=start,
                        end=end,
                        text=original[start:end],
                        rule="phone.spoken",
                        confidence=0.7,
                    )
        row = [] if number is None else [(number.start, number.end, number.text)]


def find_documents(folded: str, original: str, country: str) -> Iterator[Entity]:
    """Identity documents that are named or have the shape of one; check digits raise confidence."""
    for match in _DOCUMENT_NEAR.finditer(folded):
        start, end = match.span("id")
        end = start + len(_best_document(match["id"], country))
        yield from _document(folded, original, country, start, end, "document.named")
    for match in _DOCUMENT_SHAPE.finditer(folded):
        value = re.sub(r"[^a-z0-9]", "", match[0])
        known = _is_checked(value, country)
        if known or "." in match[0] or "-" in match[0] or len(value) > 9:
            if known or not re.fullmatch(r"\d{3}-\d{2}-\d{4}", match[0]) or country == "US":
                yield from _document(
                    folded, original, country, match.start(), match.end(), "document.shape"
                )
    for match in _PLAIN_DIGITS.finditer(folded):
        if country in ("BR", "AR", "ZA") and _is_checked(match[0], country):
            if not _PHONE_WORD.search(folded[max(0, match.start() - 40) : match.start()]):
                yield from _document(
                    folded, original, country, match.start(), match.end(), "document.checked"
                )


def _best_document(text: str, country: str) -> str:
    """The part of `text` that is the document: digits behind a space may belong to the next words."""
    groups = [match.end() for match in re.finditer(r"[^\s]+", text)]
    for end in reversed(groups):
        if _is_checked(re.sub(r"[^a-z0-9]", "", text[:end]), country):
            return text[:end]
    spaced = re.fullmatch(r"\d{1,3}(?: \d{3}){2,3}", text)
    if spaced or len(groups) == 1 or len(re.sub(r"\D", "", text)) <= 11:
        return text
    return text[: groups[0]]


def _is_checked(value: str, country: str) -> bool:
    return any(valid(value.upper()) for valid in _CHECKED.get(country, ()))


def _document(
    folded: str, original: str, country: str, start: int, end: int, rule: str
) -> Iterator[Entity]:
    value = re.sub(r"[^a-z0-9]", "", folded[start:end]).upper()
    if not 4 <= len(value) <= 20 or not any(character.isdigit() for character in value):
        return
    plausible = any(valid(value) for valid in _UNCHECKED.get(country, ()))
    yield Entity(
        type="document",
        value=value,
        start=start,
        end=end,
        text=original[start:end],
        rule=rule,
        confidence=1.0 if _is_checked(value, country) else 0.9 if plausible else 0.8,
    )


def find_document_answers(folded: str, original: str) -> Iterator[Entity]:
    """What may answer the question for a document: any code, or digits spelled out."""
    for match in _SPELLED.finditer(folded):
        value = "".join(_DIGITS[word] for word in re.split(r"[\s,-]+", match[0]))
        yield Entity(
            type="document",
            value=value,
            start=match.start(),
            end=match.end(),
            text=original[match.start() : match.end()],
            rule="document.spelled",
        )
    for match in _DOCUMENT_ANSWER.finditer(folded):
        value = re.sub(r"[^a-z0-9]", "", match[0]).upper()
        if len(value) >= 4 and any(character.isdigit() for character in value):
            yield Entity(
                type="document",
                value=value[:32],
                start=match.start(),
                end=match.end(),
                text=original[match.start() : match.end()],
                rule="document.answer",
            )
