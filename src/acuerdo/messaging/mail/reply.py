"""What somebody wrote in a reply, without what their mail program put around it.

Gone: quotes and the line that announces them, copied headers, signatures behind `-- `, lines such
as "Enviado desde mi iPhone", legal notices. Where it is not clear whether a person wrote a line,
it stays: a quote too many is read by somebody, a word too few is lost. The whole mail is kept
besides, by whoever asks here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_LENGTH = 200_000

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
_QUOTED = re.compile(r"\s{0,3}[>|]")
_RULED = re.compile(r"[_\-=*\s]{5,}")
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")

# "El sáb, 21 nov 2026 a las 10:12, Banco Ejemplo (<a@b>) escribió:", and what Yahoo's programs
# write on the same line behind it.
_WROTE = r"(?:escribi[óo]|escreveu|wrote)"
_ATTRIBUTION = re.compile(
    rf"(?:El|En|Em|No|On)\s(?=.{{0,80}}\d)[^\n]{{6,300}}?\b{_WROTE}\s?:(?:\s*$|\s{{2,}}\S)",
    re.IGNORECASE,
)
_NAME_WROTE = re.compile(rf"[^\n<]{{0,80}}<[^\s<>@]+@[^\s<>@]+>\s?{_WROTE}\s?(?:\([^)]*\))?:\s*$")
_STAMP_WROTE = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d[^\n<]{0,100}<[^\s<>@]+@[^\s<>@]+>:\s*$")
_OPENING = re.compile(r"(?:El|En|Em|No|On|\d{4}-\d\d-\d\d)\s", re.IGNORECASE)
_ATTRIBUTION_LINES = 4

_ORIGINAL = re.compile(
    r"\s*[-_]{2,}\s*(?:mensaje original|mensaje reenviado|mensagem original|mensagem encaminhada"
    r"|original message|forwarded message|original appointment)\s*[-_]{2,}\s*",
    re.IGNORECASE,
)
_FROM = re.compile(r"\W{0,3}(?:De|From)\W{0,3}:", re.IGNORECASE)
_SUBJECT = re.compile(r"\W{0,3}(?:Asunto|Assunto|Subject)\W{0,3}:", re.IGNORECASE)
_HEADER = re.compile(
    r"\W{0,3}(?:Para|To|C[Cc]|Fecha|Data|Date|Enviad[oa]s?(?: el| em| a)?|Sent|Responder a"
    r"|Reply-To|Asunto|Assunto|Subject)\W{0,3}:",
    re.IGNORECASE,
)
_HEADER_LINES = 9

_DASHES = re.compile(r"--\s?")
_SIGNATURE_LINES = 10

# What a program signs with: a first word, then nothing but words of this list and model numbers.
# "Enviado desde mi celular el comprobante" is a sentence, and stays.
_STAMP_OPENINGS = frozenset(
    "baixe descarga descargar enviada enviado get obtener obtenga obtenha obter obtén sent".split()
)
_STAMP_NAMES = frozenset(
    "android aquamail blackberry bluemail bol celular correo device dispositivo email fairemail"
    " galaxy gmail gmx hotmail honor huawei ios ipad iphone ipod k-9 lg mail mobile moto motorola"
    " móvil nokia oppo outlook phone pixel proton protonmail realme redmi samsung smartphone sony"
    " spark tablet teléfono telefone thunderbird uol windows xiaomi xperia yahoo zoho".split()
)
_STAMP_WORDS = _STAMP_NAMES | frozenset(
    "a app aplicación aplicativo apple com con de desde do el electrónico en for from google lite"
    " lte mac max meu mi mini my na no note o on para pelo phone plus pro secure seguro the un una"
    " um using vía via web with".split()
)
_BREVITY = re.compile(
    r"(?:por favor,? |please )?(?:disculp\w+|desculp\w+|excuse) (?:mi|a|minha|my)"
    r" (?:brevedad|brevidade|brevity)",
    re.IGNORECASE,
)
_LINK = re.compile(r"<?https?://[^\s>]*>?")
_SCANNED = re.compile(
    r"(?:libre de virus|livre de v[íi]rus|virus-free)\W{0,3}(?:www\.)?(?:avast|avg)\.com.{0,80}"
    r"|<https?://www\.(?:avast|avg)\.com/[^>]*>|<#[0-9A-F-]{36}>",
    re.IGNORECASE,
)

_NOTICE = re.compile(
    r"\W{0,3}(?:aviso|nota|cl[áa]usula|confidenciali|legal notice|disclaimer|este|esta|el presente"
    r"|a presente|this|la informaci[óo]n|as informações)",
    re.IGNORECASE,
)
_SECRET = re.compile(r"confidencia|confidential|privilegiad|privileged|legal", re.IGNORECASE)
_MISTAKE = re.compile(
    r"destinat[áa]ri|recipient|por error|por erro|por engano|in error|prohibid|proibid|prohibited"
    r"|uso exclusivo",
    re.IGNORECASE,
)
_TREES = re.compile(
    r"\W{0,3}(?:p )?(?:antes de imprimir|(?:please )?consider the environment)", re.IGNORECASE
)


def strip_reply(text: str) -> str:
    """The person's own words in `text`, the plain form of a mail; empty where there are none."""
    lines = _INVISIBLE.sub("", text[:MAX_LENGTH]).replace("\xa0", " ").splitlines()
    own = _drop_quotes(lines)
    without = _drop_notices(_paragraphs(_drop_stamps(_drop_signatures(own))))
    return "\n\n".join(without or _paragraphs(own))


def _drop_quotes(lines: Sequence[str]) -> list[list[str]]:
    """The lines that are nobody's quote, in the pieces between quotes."""
    pieces: list[list[str]] = [[]]
    announced = any(_attribution(lines, at)[0] for at in range(len(lines)))
    marks = announced or sum(_is_quoted(line) for line in lines) > 2
    at = 0
    while at < len(lines):
        line = lines[at]
        if marks and _is_quoted(line):
            pieces.append([])
            at += 1
            continue
        if _is_copied_header(lines, at) or _ORIGINAL.fullmatch(line):
            while pieces[-1] and (not pieces[-1][-1].strip() or _RULED.fullmatch(pieces[-1][-1])):
                pieces[-1].pop()
            break
        length, is_sure = _attribution(lines, at)
        if not length:
            pieces[-1].append(line)
            at += 1
            continue
        at += length
        if not _quote_follows(lines, at):
            if is_sure:
                break
            continue
        pieces.append([])
    return pieces


def _is_quoted(line: str) -> bool:
    return _QUOTED.match(line) is not None


def _quote_follows(lines: Sequence[str], at: int) -> bool:
    following = next((line for line in lines[at : at + 4] if line.strip()), "")
    return _is_quoted(following)


def _attribution(lines: Sequence[str], at: int) -> tuple[int, bool]:
    """How many lines from `at` on announce a quote (0: they do not), and whether they name an
    address, which people do not write in a sentence of their own."""
    first = lines[at].strip()
    if not (_OPENING.match(first) or "@" in first or first.endswith(":")):
        return 0, False
    joined = ""
    for length, line in enumerate(lines[at : at + _ATTRIBUTION_LINES], start=1):
        if _is_quoted(line) or not line.strip():
            break
        joined = f"{joined} {line.strip()}".strip()[:500]
        if ":" in line and any(
            form.match(joined) for form in (_ATTRIBUTION, _NAME_WROTE, _STAMP_WROTE)
        ):
            if _ADDRESS.search(joined):
                return length, True
            if _quote_follows(lines, at + length):
                return length, False
    return 0, False


def _is_copied_header(lines: Sequence[str], at: int) -> bool:
    """Whether the headers of another mail begin here: from whom, and at least two more, one of
    them the subject or an address, for a slip of a bank too says "De: … Para: …"."""
    if not _FROM.match(lines[at]):
        return False
    block = []
    for line in lines[at : at + _HEADER_LINES]:
        if not line.strip():
            break
        block.append(line)
    if sum(_HEADER.match(line) is not None for line in block) < 2:
        return False
    return any(_SUBJECT.match(line) for line in block)


def _drop_signatures(pieces: Sequence[Sequence[str]]) -> list[list[str]]:
    """Each piece up to its `-- `, where what follows is short enough for a signature."""
    left = []
    for piece in pieces:
        cut = len(piece)
        for at, line in enumerate(piece):
            if _DASHES.fullmatch(line):
                after = [below for below in piece[at + 1 :] if below.strip()]
                if len(after) <= _SIGNATURE_LINES:
                    cut = at
                break
        left.append(list(piece[:cut]))
    return left


def _drop_stamps(pieces: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[line for line in piece if not _is_stamp(line.strip())] for piece in pieces]


def _is_stamp(line: str) -> bool:
    """Whether a mail program or a virus scanner signs with this line."""
    if len(line) > 250:
        return False
    if _SCANNED.fullmatch(line):
        return True
    plain = _BREVITY.sub("", _LINK.sub(" ", line)).lower()
    words = [word.strip(".,;:!()<>") for word in plain.split()]
    words = [word for word in words if word]
    return (
        bool(words)
        and words[0] in _STAMP_OPENINGS
        and any(word in _STAMP_NAMES for word in words)
        and all(word in _STAMP_WORDS or re.search(r"\d", word) for word in words[1:])
    )


def _drop_notices(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs that no lawyer wrote."""
    return [paragraph for paragraph in paragraphs if not _is_notice(" ".join(paragraph.split()))]


def _is_notice(paragraph: str) -> bool:
    return _TREES.match(paragraph) is not None or all(
        sign is not None
        for sign in (
            _NOTICE.match(paragraph), _SECRET.search(paragraph), _MISTAKE.search(paragraph)
        )
    )  # fmt: skip


def _paragraphs(pieces: Sequence[Sequence[str]]) -> list[str]:
    """The pieces in paragraphs, trimmed, without empty lines."""
    text = "\n\n".join("\n".join(line.strip() for line in piece) for piece in pieces)
    return [paragraph.strip("\n") for paragraph in re.split(r"\n{2,}", text) if paragraph.strip()]
