"""Stop words in Spanish, Portuguese and English.

A wrong yes silences somebody who wants to pay, a wrong no breaks the law. So a single word counts
only where it is the whole message ("cancelar" also means to pay), and a sentence only where it
says clearly that the person does not want to be contacted. "Do not call me today" is a wish about
an hour, not a stop.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WORDS = frozenset(
    {
        "stop", "stopall", "stop all", "stop it", "unsubscribe", "end", "quit", "cancel", "remove",
        "opt out", "optout", "revoke", "no more",
        "baja", "bajas", "la baja", "baja total", "quiero baja", "dar de baja", "salir",
        "quiero salir", "parar", "paren", "alto", "detener", "cancelar", "cancelar suscripcion",
        "cancelar la suscripcion", "desuscribir", "desuscribirme", "eliminar", "remover", "no mas",
        "ya no mas", "basta", "basta ya", "no molestar",
        "sair", "quero sair", "pare", "parem", "chega", "nao mais", "descadastrar", "descadastre",
        "cancelar inscricao", "remova", "nao perturbe",
    }
)  # fmt: skip

# The first line of a mail decides only with a word that means nothing else.
_STRONG = frozenset({"stop", "baja", "sair", "unsubscribe", "descadastrar", "parar"})

# Courtesy and repetition around a stop word.
_FILLERS = re.compile(
    r"\b(?:por favor|porfavor|porfa|please|pls|plz|(?:muchas |muito )?(?:gracias|obrigad[oa])"
    r"|thanks|thank you|hola|ola|oi|hello|hi|buenos dias|buenas tardes|buenas noches|buenas"
    r"|bom dia|boa tarde|boa noite|sms|ya mismo|agora|now|mensajes|los mensajes|mensagens"
    r"|as mensagens|messages|todo|tudo)\b"
)

_REACH_ES = r"(?:escrib|llam|contact|mand|envi|molest|jod|acos|fastidi|hostig|busc)"
_TIMES = (
    r"(?! (?:hoy|manana|ahora|ahorita|antes|despues|a esta|a estas|tan|por la|por las|en la manana"
    r"|en la noche|al trabajo|en el trabajo|hasta|esta|este|los|las|el |todavia|aun"
    r"|hoje|amanha|agora|antes|depois|ate|de manha|de noite|no trabalho|nesse|neste|nesta"
    r"|today|tomorrow|now|before|after|until|at work|at this|so early|this"
    r"|on (?:mon|tues|wednes|thurs|fri|satur|sun)days?|on weekends))"
)

_PHRASES = tuple(
    re.compile(pattern)
    for pattern in (
        # Spanish
        rf"\bno (?:me |nos )?vuelv(?:an|as|a) a {_REACH_ES}\w*",
        rf"\bno (?:me|nos) (?:escrib|llam|contact|molest|jod|fastidi|busqu|hostigu|acos)"
        rf"(?:an|en|as|es|a|e)\b{_TIMES}",
        r"\bno (?:me|nos) (?:mand|envi)(?:en|es|e) (?:mas|nada)\b",
        r"\bno (?:me|nos) (?:mand|envi)(?:en|es|e) (?:mas )?"
        r"(?:mensajes?|correos?|sms|whatsapps?)\b",
        rf"(?<!para que )(?<!que )\b(?:dejen|deje|deja|dejad|paren|pare) (?:ya )?de "
        rf"{_REACH_ES}\w*",
        r"\bno (?:quiero|deseo) (?:recibir )?(?:mas )?(?:mensajes?|llamadas?|correos?|sms"
        r"|whatsapps?|notificaciones|comunicaciones)\b",
        rf"\bno (?:quiero|deseo) que (?:me|nos) {_REACH_ES}\w*{_TIMES}",
        r"\b(?<!no quiero )(?<!no deseo )(?:darme|denme|dame|deme|me den|desme) de baja\b"
        r"(?! (?:de |del |de la |de mi |en |el |la |mi |de el )*(?:seguro|servicio|plan|tarjeta"
        r"|cuenta|linea|contrato|producto|credito|prestamo|internet|telefono))",
        r"\b(?:borr|elimin|quit|saqu)(?:en|e|a|enme|eme|ame)\s?"
        r"(?:me de|de (?:la|su|esta|las|sus) (?:lista|base)|mi numero|mis datos|mi telefono"
        r"|mi correo)",
        r"\b(?:ya )?no mas (?:mensajes?|llamadas?|correos?|sms|whatsapps?|contactos?)\b",
        r"\b(?:revoco|retiro) (?:mi|la) autorizacion\b",
        # Portuguese
        r"\b(?:pare|parem|para|parar) de (?:me )?(?:mandar|enviar|ligar|escrever|contatar"
        r"|contactar|incomodar|perturbar|encher|cobrar por)",
        rf"\bnao (?:me |nos )?(?:mande|mandem|envie|enviem|ligue|liguem|escreva|escrevam"
        rf"|contate|contatem|incomode|incomodem|perturbe|perturbem) mais\b{_TIMES}",
        rf"\bnao (?:me|nos) (?:ligue|liguem|escreva|escrevam|contate|contatem|incomode|incomodem"
        rf"|perturbe|perturbem)\b{_TIMES}",
        r"\bnao (?:quero|desejo) (?:mais )?(?:receber )?(?:mais )?(?:mensagens|mensagem|ligacoes"
        r"|ligacao|emails?|sms|contatos?|notificacoes)\b",
        r"\bnao entr(?:e|em) mais em contato\b",
        r"\b(?:me )?(?:tir|remov|retir|exclu)(?:e|em|a|am)(?:-me| me)? (?:me )?(?:da|desta|dessa"
        r"|de sua|meu numero|meus dados)",
        r"\bquero (?:me descadastrar|sair da lista|sair desta lista|cancelar a inscricao)\b",
        r"\b(?:revogo|retiro) (?:a |minha |a minha )?autorizacao\b",
        # English
        r"\bstop (?:texting|messaging|calling|contacting|emailing|writing|sending|bothering"
        r"|harassing)\b",
        rf"\b(?:do not|don t|dont|never) (?:text|call|contact|message|email|write|write to|bother)"
        rf" (?:me|us)\b{_TIMES}",
        r"\bno more (?:messages|texts|calls|emails|sms|contact)\b",
        r"\b(?:remove|unsubscribe) me\b",
        r"\btake me off\b",
        r"\bleave me alone\b",
        r"\b(?:i )?(?:want to |wish to )?opt out\b",
    )
)

_EVERY_CHANNEL = re.compile(
    r"\b(?:ningun (?:canal|medio)|todos los (?:canales|medios)|baja total|stop ?all"
    r"|nenhum (?:canal|meio)|todos os (?:canais|meios)|any channel|all channels|any way"
    r"|(?:revoco|retiro|revogo) (?:a )?(?:mi|la|minha)? ?autoriza\w+)"
)


@dataclass(frozen=True, slots=True)
class Stop:
    """What somebody said to be left alone. `every_channel` where they named all of them."""

    every_channel: bool = False


def fold(text: str) -> str:
    """Lower case without accents, punctuation and symbols; one space between words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", kept).split())


def find_stop(text: str) -> Stop | None:
    """What `text` asks for, where it is a stop; else None."""
    own = _own_lines(text)
    folded = fold(" ".join(own))
    if not folded:
        return None
    stopped = _is_word(folded)
    if not stopped and own:
        stopped = _bare(fold(own[0])) in _STRONG
    if not stopped:
        stopped = any(pattern.search(folded) for pattern in _PHRASES)
    return Stop(bool(_EVERY_CHANNEL.search(folded))) if stopped else None


def _own_lines(text: str) -> list[str]:
    """The writer's own lines: without what they quote of our message."""
    lines = [line.strip() for line in text[:4000].splitlines()]
    return [line for line in lines if line and not line.startswith(">")]


def _bare(folded: str) -> str:
    return " ".join(_FILLERS.sub(" ", folded).split())


def _is_word(folded: str) -> bool:
    if folded in _WORDS:
        return True
    words = _bare(folded).split()
    if not words:
        return False
    bare = " ".join(words)
    repeated = words[0] if len(set(words)) == 1 else bare
    return bare in _WORDS or repeated in _WORDS
