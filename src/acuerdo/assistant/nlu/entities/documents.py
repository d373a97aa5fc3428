"""Identity documents: named, by their shape, or as the answer to the question for one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stdnum.ar import cuit
from stdnum.ar import dni as argentine_dni
from stdnum.br import cnpj, cpf
from stdnum.cl import rut
from stdnum.co import nit
from stdnum.es import cif, dni, nie
from stdnum.mx import curp, rfc
from stdnum.pe import cui, ruc
from stdnum.us import ssn
from stdnum.za import idnr

from acuerdo.assistant.nlu.contract import Entity
from acuerdo.assistant.nlu.entities.marked import Marked

_Valid = Callable[[str], bool]
# Documents with check digits, and those that have only a form.
_CHECKED: dict[str, tuple[_Valid, ...]] = {
    "BR": (cpf.is_valid, cnpj.is_valid),
    "CL": (rut.is_valid,),
    "ES": (dni.is_valid, nie.is_valid, cif.is_valid),
    "MX": (rfc.is_valid, curp.is_valid),
    "AR": (cuit.is_valid,),
    "PE": (ruc.is_valid,),
    "CO": (nit.is_valid,),
    "ZA": (idnr.is_valid,),
}
_FORMED: dict[str, tuple[_Valid, ...]] = {
    "AR": (argentine_dni.is_valid,),
    "PE": (cui.is_valid,),
    "US": (ssn.is_valid,),
}
_WORDS = (
    r"(?:cedula|cc|c\.c\.?|ced|documento|docto|doc|dni|nie|nif|rut|run|rfc|curp|cpf|cnpj|rg|cuit"
    r"|cuil|nit|ruc|c\.?i|passport"
    r"|pasaporte|passaporte|id|identidad|identidade|identification|identificacion|ine|ssn|social"
    r"(?:\s+security)?(?:\s+number)?"
    r"|national\s+insurance|ni\s+number|sa\s+id|id\s+number|ultimos\s+\w+(?:\s+(?:digitos"
    r"|numeros))?"
    r"|last\s+\w+(?:\s+(?:digits|of\s+(?:my\s+)?(?:social|ssn)))?)"
)
_LINK_WORDS = (
    "es e eh is are nro no num numero number de ciudadania extranjeria del da do dela dele titular"
    " mi meu mio my its it's the el la o of termina terminam en em end ends in ending with con com"
    " son sao para for aqui va vai ahi segue"
).split()
# Longest first: what is matched is not given back.
_LINKS = "|".join(sorted(_LINK_WORDS, key=len, reverse=True))
_LINK = rf"(?:[\s:#.,()=\u00ba\u00b0-]{{1,4}}|{_LINKS})"
_NAMED = re.compile(
    rf"\b{_WORDS}(?![a-z])(?:{_LINK}){{0,8}}+"
    r"(?P<id>[a-z]?-?\d(?:[.\s/-]{0,2}\d){2,17}(?:-?[a-z]\b)?(?![a-z])"
    r"|[a-z]{4}\s?\d{6}[a-z0-9]{0,8}\b"
    r"|[a-z]{2}\s?(?:\d\d\s?){3}[a-d]\b)"
)
_NAMED_BEFORE = re.compile(rf"\b{_WORDS}(?![a-z])(?:{_LINK}){{0,8}}$")
_SHAPE = re.compile(
    r"(?<![\w.,/-])(?:\d{3}\.\d{3}\.\d{3}-\d{2}|\d{9}-\d{2}|\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}"
    r"|\d{1,2}\.\d{3}\.\d{3}-[\dk]"
    r"|\d{7,8}-[\dk]|\d{2}-\d{8}-\d|\d{3}-\d{2}-\d{4}|[xyz]-?\d{7}-?[a-z]|\d{8}-?[a-z]"
    r"|[a-z]{4}\d{6}[a-z0-9]{3}"
    r"|[a-z]{4}\d{6}[hm][a-z]{5}[a-z0-9]\d)(?![\w-])"
)
_PLAIN = re.compile(r"(?<![\w.,/$+#-])\d{10,14}(?![\w-]|[.,]\d)")
_ALONE = re.compile(
    r"[\s.,:#*-]{0,4}(?:(?:si|sim|yes|es|e|is)[\s.,:]{1,3})?"
    r"(?P<id>\d{1,3}(?:\.\d{3}){2,3}|\d{7,11}|\d{13})[\s.!*]{0,4}"
)
_ANSWER = re.compile(
    r"(?<![\w$.,])[a-z]{0,4}\d(?:[.\s-]?\d){0,30}-?[a-z0-9]{0,8}\b(?!\s*(?:mil|k|x|%)\b|[/%])"
)
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
_DIGIT = "|".join(_DIGITS)
_SPELLED = re.compile(rf"\b(?:{_DIGIT})(?:[\s,-]{{1,3}}(?:{_DIGIT})){{2,11}}\b")


def find_documents(folded: str, original: str, country: str) -> Iterator[Entity]:
    """Documents that are named or have the shape of one; check digits raise the confidence."""
    for match in _NAMED.finditer(folded):
        start, end = match.span("id")
        end = start + len(_best(match["id"], country))
        yield from _document(folded, original, country, start, end, "document.named")
    for match in _SHAPE.finditer(folded):
        checked = _is_checked(_plain(match[0]), country)
        american = re.fullmatch(r"\d{3}-\d{2}-\d{4}", match[0])
        if checked or (
            country == "US" if american else not match[0].isalnum() or len(match[0]) > 9
        ):
            yield from _document(
                folded, original, country, match.start(), match.end(), "document.shape"
            )
    for match in _PLAIN.finditer(folded):
        if country in ("BR", "AR", "ZA") and _is_checked(match[0], country):
            yield from _document(
                folded, original, country, match.start(), match.end(), "document.checked"
            )
    alone = _ALONE.fullmatch(folded) if len(folded) <= 40 else None
    if alone and not alone["id"].endswith("000"):
        start, end = alone.span("id")
        yield from _document(folded, original, country, start, end, "document.alone")


def find_spoken_documents(marked: Marked) -> Iterator[Entity]:
    """ "mi cédula es diecinueve millones doscientos cuarenta mil seis"."""
    for number in marked.numbers.values():
        if not number.words or number.value < 1_000_000 or number.whole is None:
            continue
        if _NAMED_BEFORE.search(marked.folded[max(0, number.start - 40) : number.start]):
            yield Entity(
                type="document",
                value=str(number.whole),
                start=number.start,
                end=number.end,
                text=marked.original[number.start : number.end],
                rule="document.spoken",
                confidence=0.7,
            )


def find_document_answers(folded: str, original: str) -> Iterator[Entity]:
    """What may answer the question for a document: any code, or digits spelled out."""
    for match in _SPELLED.finditer(folded):
        yield Entity(
            type="document",
            value="".join(_DIGITS[word] for word in re.split(r"[\s,-]+", match[0])),
            start=match.start(),
            end=match.end(),
            text=original[match.start() : match.end()],
            rule="document.spelled",
        )
    for match in _ANSWER.finditer(folded):
        value = _plain(match[0]).upper()
        if len(value) >= 4 and any(map(str.isdigit, value)):
            yield Entity(
                type="document",
                value=value[:32],
                start=match.start(),
                end=match.end(),
                text=original[match.start() : match.end()],
                rule="document.answer",
            )


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text)


def _best(text: str, country: str) -> str:
    """The part of `text` that is the document: digits behind a space may belong to other words."""
    ends = [match.end() for match in re.finditer(r"\S+", text)]
    for end in reversed(ends):
        if _is_checked(_plain(text[:end]), country):
            return text[:end]
    grouped = re.fullmatch(r"\d{1,3}(?: \d{3}){2,3}", text)
    if grouped or len(ends) == 1 or len(re.sub(r"\D", "", text)) <= 11:
        return text
    return text[: ends[0]]


def _is_checked(value: str, country: str) -> bool:
    return any(valid(value.upper()) for valid in _CHECKED.get(country, ()))


def _document(
    folded: str, original: str, country: str, start: int, end: int, rule: str
) -> Iterator[Entity]:
    value = _plain(folded[start:end]).upper()
    if not 4 <= len(value) <= 20 or not any(map(str.isdigit, value)):
        return
    formed = any(valid(value) for valid in _FORMED.get(country, ()))
    confidence = 1.0 if _is_checked(value, country) else 0.9 if formed else 0.8
    yield Entity(
        type="document",
        value=value,
        start=start,
        end=end,
        text=original[start:end],
        rule=rule,
        confidence=min(confidence, 0.7) if rule == "document.alone" else confidence,
    )
