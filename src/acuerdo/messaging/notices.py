"""What the law of a place asks of every message, also of an answer without a template.

Templates say it themselves: the lint asks them to.
"""

from __future__ import annotations

from collections.abc import Mapping

# 12 CFR 1006.18(e)(2) and 1006.6(e): each communication says that it comes from a debt collector,
# and each electronic one how to stop them.
_NOTICES: Mapping[str, Mapping[str, str]] = {
    "US": {
        "es": "Este mensaje es de un cobrador de deudas. Responda BAJA para no recibir más.",
        "pt": "Esta mensagem é de um cobrador de dívidas. Responda SAIR para não receber mais.",
        "en": "This message is from a debt collector. Reply STOP to get no more.",
    },
}


def with_notice(text: str, *, country: str, language: str) -> str:
    """`text` with the lines that the law of `country` (ISO 3166) asks for, once."""
    notices = _NOTICES.get(country)
    if notices is None or not text.strip():
        return text
    notice = notices.get(language[:2], notices["en"])
    return text if notice in text else f"{text.rstrip()}\n\n{notice}"
