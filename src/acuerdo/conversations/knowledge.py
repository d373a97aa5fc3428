"""What is asked of a debtor once, how long an answer stays good, and what an agent asks. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

Kind = Literal[
    "identity",
    "name",
    "phone",
    "email",
    "address",
    "language",
    "channel",
    "hour",
    "pay_day",
    "income",
    "employment",
    "reason",
    "payment_date",
    "payment_amount",
    "callback",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

# What a person may write down; the rest comes from what is proved, read or agreed. Why somebody
# cannot pay is noted where they say it, and never asked: in Colombia the law forbids the question.
WRITTEN: Final[tuple[Kind, ...]] = (
    "pay_day",
    "employment",
    "reason",
    "hour",
    "channel",
    "payment_date",
    "payment_amount",
)
NEVER_ASKED: Final = frozenset({"reason"})

_DAY = timedelta(days=1)
# For how long an answer need not be asked again; a kind that is not named stays good.
_GOOD_FOR: Final[dict[str, timedelta]] = {
    "identity": timedelta(hours=12),
    "phone": 365 * _DAY,
    "email": 365 * _DAY,
    "address": 365 * _DAY,
    "channel": 180 * _DAY,
    "hour": 180 * _DAY,
    "pay_day": 120 * _DAY,
    "income": 90 * _DAY,
    "employment": 180 * _DAY,
    "reason": 90 * _DAY,
    "payment_date": 14 * _DAY,
    "payment_amount": 14 * _DAY,
    "callback": 7 * _DAY,
}

_SENTENCE = re.compile(r"[^.!?¿\n]*\?")
_ASKED: Final[dict[Kind, re.Pattern[str]]] = {
    "identity": re.compile(r"document|cedula|\bcpf\b|\bdni\b|\bcurp\b|\bid number"),
    "name": re.compile(r"su nombre|se llama|tu nombre|te llamas|seu nome|se chama|your name"),
    "email": re.compile(r"correo|e-?mail"),
    "phone": re.compile(r"telefono|celular|telefone|phone|\bnumero\b(?! de (?:cuotas|parcelas))"),
    "address": re.compile(r"direccion|endereco|domicilio|your address|donde vive|onde mora"),
    "pay_day": re.compile(
        r"le pagan|te pagan|cobra(?:s|n)?\b|dia de pago|recebe|dia do pagamento|pay ?day|get paid"
    ),
    "income": re.compile(r"ingresos?|cuanto gana|renda|quanto ganha|income|earn"),
    "employment": re.compile(r"trabaja|empleo|trabalha|emprego|your job|do you work"),
    "payment_date": re.compile(
        r"(?:cuando|que dia|que fecha|quando|que data|when|which day|what day).{0,30}"
        r"(?:pag|abon|transfer|pay)"
    ),
    "payment_amount": re.compile(r"(?:cuanto|quanto|how much).{0,30}(?:pag|abon|pay)"),
    "hour": re.compile(r"a que hora|que horario|qual horario|what time|best time"),
    "reason": re.compile(r"por que no (?:ha |pag)|por que nao|motivo|why (?:have|did)n"),
}


def is_good(kind: str, at: datetime | None, now: datetime) -> bool:
    """Whether what was learned at `at` (None: it stands on file) need not be asked again."""
    lasts = _GOOD_FOR.get(kind)
    return at is None or lasts is None or now - at < lasts


def questions_in(text: str) -> list[Kind]:
    """What a person's text asks for, by its questions."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = re.sub(r"[\u0300-\u036f]", "", plain)
    asked = " ".join(_SENTENCE.findall(plain))
    found = [kind for kind, pattern in _ASKED.items() if pattern.search(asked)]
    # "When are you paid?" is not "when do you pay?".
    return [kind for kind in found if kind != "payment_date" or "pay_day" not in found]
