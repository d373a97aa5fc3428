"""Which way a day word looks: "pagué el 15" is behind us, "pago el 15" is to come.

Every verb that tells of the past or of an intention is a signpost; the nearest one before a day
in the same sentence decides, else the nearest one after it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Literal

Tense = Literal["past", "future", "unsaid"]

_PAST = re.compile(
    r"\b(?:"
    r"se\s(?:realizo|hizo|pago|efectuo|abono|ingreso)|(?:foi|fue|ja|ya|esta|ta|ja\sfoi|ya\sfue)\spag(?:[oa]|ad[oa])"
    # Spanish
    r"|pagado|pagamos|(?:efectu|realiz|abon|cancel|consign|deposit|liquid|transfer|ingres|envi"
    r"|remit|emit|program)[ai]d[oa]s?"
    r"|hech[oa]|pagaron|pagaba|hice|hicimos|hicieron|hizo|dije|dijeron|dijiste|fui|fue|fueron"
    r"|fuimos|era|eran|estaba|habia"
    r"|hablaron|llamaron|cobraron|descontaron|debitaron|quitaron|mandaron|enviaron|pasaron|robaron"
    r"|clonaron|sacaron"
    r"|recibi|vencia|velamos|enterramos|sepultamos|perdimos|perdi|murio|fallecio|fallecido"
    r"|fallecida|nacio|naci"
    r"|acaecid[oa]|ocurrid[oa]"
    r"|(?:ya|yo\sya|les|te|los|las|lo|la|me|yo|se)\s(?:lo\s|la\s|les?\s|te\s)?(?:mande|envie|llame"
    r"|gire|yapee|deje|di|escribi"
    r"|avise|page|hable|puse|tire|kncele|garpe)|ya\s(?:lo\s|la\s|les?\s|te\s|los\s|las\s)?(?:pague"
    r"|cancele|abone|deposite|consigne|liquide|transferi)|bizumee|plinee"
    # Portuguese
    r"|\w{2,}(?<![aei]r)(?<!\bs)ei|\w{3,}(?<!est)(?<!mus)(?<!fic)(?:ou|eu|iu)|fiz|fez|fizemos|foi"
    r"|foram|pag(?:amos|aram)|mandaram|mandamos"
    r"|ligaram|cobraram|disseram|disse|falaram|veio|vieram|obito|falecimento|fallecimiento|recebi"
    r"|caiu|cairam|debitad[oa]|quitad[oa]|estava|tava|tinha|debitaram"
    # English
    r"|paid|sent|made|spoke|told|said|was|were|gave|did|took|went|sold|bought|came|withdrew|drew"
    r"|ran|lost|left|began|rang|rung"
    r"|app'd|venmo'd|zelle'd|cashapp'd|paypal'd|buried|died|gone"
    r"|(?:has|have|had|'ve|ive)\s(?:already\s)?(?:been|gone)"
    r"|(?!need|indeed|exceed|proceed|speed|feed|supposed|agreed|interested|married|scheduled"
    r"|worried|scared|unemployed"
    r"|confused|hundred|disabled|retired|limited|expected|tired|embarrassed|pissed|overdrawn|naked"
    r"|wicked|sacred)[a-z]{2,}ed"
    r")\b"
)
# Told without an accent these are past ("pague ayer"); in a text with accents they are wishes.
_PLAIN_PAST = re.compile(
    r"(?<!que )(?<!se )(?<!me )(?<!cuando )(?<!usted )(?<!no )\b(?:pague|cancele|abone|consigne"
    r"|deposite|liquide|transferi|page)\b"
)
_ACCENT = re.compile(r"[\u00e1\u00e9\u00ed\u00f3\u00fa]", re.I)
_NOT_PAST = re.compile(
    r"\b(?:get|gets|getting|got|be|being|been|am|im|i'm|is|are|not|til|until)\s(?:me\s)?$"
)
_FUTURE = re.compile(
    r"\b(?:"
    # Spanish
    r"pago|pagas|paga|pagan|pagar(?:e|ia|iamos|emos|as|an|lo|la|le|les|te)?|voy|vamos|va|van|vas"
    r"|puedo|podria|podre|podemos|podra|puede|pueden|podes"
    r"|deposito|depositar\w*|transfiero|transferir\w*|consigno|consignar\w*|abono|abonar\w*"
    r"|cancelo|cancelar\w*|liquido|liquidar\w*|giro|doy|dare|mando|paso|pasare|hago|hare|pongo"
    r"|yapeo"
    r"|cobro|cobrare|cobre|recibo|recibire|reciba|quiero|quisiera|tendre|tengo|espero|esperen?"
    r"|esperame|esperenme|llam[ae](?:me|nme)|llame|llamen|marqu?e(?:me|nme)|marcame|escriba(?:me)?"
    r"|escribame|escribime|seria|sera|cae|caen|llega|entra|vence|mejor|arreglo|cumplo|completo"
    r"|termino|dej[ae]me|aguant\w+|deme|dame|necesito|te\s\w+o|le\s\w+o|les\s\w+o"
    # Portuguese
    r"|vou|vai|posso|pode|podia|poderia|consigo|conseguiria|pagarei|recebo|receber|receberei"
    r"|quero|queria|faco|farei|transfiro|acerto|quito|quitar|deposita|liga|ligue|chama|chame"
    r"|cai|cair|sai|daria|melhor|preciso|espera|resolvo|aceito"
    # English
    r"|will|'ll|ill|i'll|gonna|going\sto|can|could|pay|pays|send|let\sme|want|would|need|should"
    r"|i'd|able|get\spaid|gets\spaid|getting\spaid|call|when|until|till|til|wait|promise|be|works?"
    r"|transfer|settle|clear|sort|due|next|is|it's"
    r")\b"
)
# A sentence, or what a "but" sets against it.
_SENTENCE = re.compile(
    r"[.!?;](?=\s|$)|\b(?:pero|but)\b|\bmas\s(?=(?:eu|dia|hoje|amanha|segunda|terca|quarta|quinta"
    r"|sexta|sabado|domingo|vou|no|na)\b)"
)
# "quedaría abonada", "una vez depositada": not yet.
_NOT_YET = re.compile(r"\b(?:quedar\w*|sera|serao|seran|seria|estar\w*|ser|vez|sea|quede|be)\s$")
# Written accents tell "pagó" (he paid) from "pago" (I pay) and "llamé" from "llame".
_ACCENTED = re.compile(
    r"\b(?:\w{3,}(?<![aei]r)\u00e9|\w{3,}\u00f3"
    r"|(?:recib|ped|sal|perd|sub|transfer|conoc|vend|escrib|deb|insist|acud|cumpl|viv|abr|met|volv"
    r"|devolv|part)\u00ed)\b",
    re.I,
)
_NOT_PRETERITE = frozenset(
    "café bebé porqué josé rené andré sumercé usté boné mulé cliché chalé olé esté atré mamé aló"
    " bolé boló vovó cipó metró tricó".split()
)


class Tenses:
    """The signposts of one text. Built once, asked for every day word."""

    def __init__(self, folded: str, original: str) -> None:
        self._breaks = [match.start() for match in _SENTENCE.finditer(folded)]
        found: dict[int, tuple[int, bool]] = {}
        for match in _FUTURE.finditer(folded):
            found[match.start()] = (match.end(), False)
        for match in _PAST.finditer(folded):
            lead = folded[max(0, match.start() - 12) : match.start()]
            found[match.start()] = (
                match.end(),
                not (match[0] == "paid" and _NOT_PAST.search(lead)) and not _NOT_YET.search(lead),
            )
        if not _ACCENT.search(original):
            for match in _PLAIN_PAST.finditer(folded):
                found[match.start()] = (match.end(), True)
        for match in _ACCENTED.finditer(original):
            if match[0].lower() not in _NOT_PRETERITE:
                found[match.start()] = (match.end(), True)
        # "foi pago": the verb inside belongs to the one around it.
        reach = 0
        for start in sorted(found):
            end, past = found[start]
            if start < reach:
                del found[start]
            elif past:
                reach = end
        self._starts = sorted(found)
        self._past = [found[start][1] for start in self._starts]

    def at(self, start: int, end: int) -> Tense:
        """The tense in which a day at `start`-`end` stands."""
        place = bisect_left(self._breaks, start)
        lower = self._breaks[place - 1] if place else -1
        upper = self._breaks[place] if place < len(self._breaks) else 1 << 40
        before = bisect_left(self._starts, start) - 1
        if before >= 0 and self._starts[before] > lower:
            return "past" if self._past[before] else "future"
        after = bisect_left(self._starts, end)
        if after < len(self._starts) and self._starts[after] < upper:
            return "past" if self._past[after] else "future"
        return "unsaid"
