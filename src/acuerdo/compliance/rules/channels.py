"""Reading the names of channels as people write them in files."""

from __future__ import annotations

import re

from acuerdo.compliance.rules.stopwords import fold
from acuerdo.core.vocabulary import Channel

_NAMES: dict[str, str] = {
    Channel.CALL: "call calls phone telephone llamada llamadas telefono voz voice ligacao ligacoes"
    " telefonema telefone celular",
    Channel.PRERECORDED_CALL: "prerecorded_call robocall llamada_grabada llamada_pregrabada ivr"
    " ligacao_gravada",
    Channel.VOICEMAIL: "voicemail buzon buzon_de_voz correo_de_voz caixa_postal recado",
    Channel.SMS: "sms mensaje_de_texto mensajes_de_texto mensaje_texto texto text torpedo"
    " mensagem_de_texto",
    Channel.WHATSAPP: "whatsapp whats_app wa wsp whats zap",
    Channel.TELEGRAM: "telegram",
    Channel.MESSENGER: "messenger facebook facebook_messenger",
    Channel.INSTAGRAM: "instagram",
    Channel.CHAT: "chat web_chat chat_web",
    Channel.PUSH: "push notificacion_push app notificacao_push",
    Channel.EMAIL: "email e_mail mail correo correo_electronico correos correo_e",
    Channel.LETTER: "letter carta correo_postal correo_fisico post mail_letter correspondencia",
    Channel.VISIT: "visit visita visitas visita_domiciliaria",
}
_CHANNELS = {name: str(channel) for channel, names in _NAMES.items() for name in names.split()}
_NONE = frozenset({"ninguno", "ninguna", "nenhum", "nenhuma", "none", "no", "nao", "n_a", "na"})
_SEPARATORS = re.compile(r"[,;|/+&\n]|\s+y\s+|\s+e\s+|\s+and\s+")


def parse_channels(text: str) -> frozenset[str]:
    """The channels named in a cell such as `SMS, correo y WhatsApp`; an empty set for "none".

    Raises ValueError on a name that is not known: what was authorised must not be guessed.
    """
    found: set[str] = set()
    for part in _SEPARATORS.split(text.casefold()):
        name = fold(part).replace(" ", "_")
        if not name or name in _NONE:
            continue
        channel = _CHANNELS.get(name)
        if channel is None:
            # "sms email": only blanks between names.
            words = [_CHANNELS.get(word) for word in name.split("_")]
            if not all(words):
                raise ValueError(part.strip())
            found.update(word for word in words if word)
            continue
        found.add(channel)
    return frozenset(found)
