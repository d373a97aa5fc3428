"""Which way a day word looks: "pagué el 15" is behind us, "pago el 15" is to come.

Every verb that tells of the past or of an intention is a signpost; the nearest one before a day
in the same sentence decides, else the nearest one after it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Literal

Tense = Literal["past", "future", "unsaid"]

# First persons that are an imperative or a wish without their accent ("pague", "llame").
_PAST = re.compile(
    r"\b(?:"
    # Spanish
    r"(?<!que )(?:pague|cancele|abone|consigne|deposite|liquide|transferi|page)\b|pagado|pagamos"
    r"|abonado|cancelado|consignado|depositado|liquidado|transferido|pagaron|pagaba"
    r"|hice|hicimos|hicieron|hizo|dije|dijo|dijeron|dijiste|fui|fue|fueron|era|eran|estaba"
    r"|habia|hable|hablaron|llamaron|cobraron|descontaron|debitaron|quitaron|mandaron|enviaron"
    r"|realice|efectue|compre|firme|recibi|llego|vencio|vencia|quede|quedamos|salio"
    r"|(?:ya|les?|te|los|la|lo|me|yo|se)\s(?:lo\s|la\s|les?\s|te\s)?(?:mande|envie|llame|gire|yapee"
    r"|deje|di|escribi|avise|page|hable|puse|tire)|bizumee|plinee"
    # Portuguese
    r"|\w{2,}(?<![aei]r)(?<!\bs)ei|fiz|fez|fizemos|foi|foram|paga(?:do|mos)|pagou|pagaram|mandou"
    r"|mandaram|mandamos|ligaram|ligou|cobraram|disse|disseram|falou|falaram|recebi|recebeu"
    r"|(?:foi|fue|ja|ya|esta|ta)\spag(?:[oa]|ad[oa])|caiu|venceu|estava|tava|tinha|comprovante|cai(?:u|ram)|debitou|debitaram|transferiu"
    # English
    r"|paid|sent|made|mailed|transferred|transfered|deposited|wired|zelled|venmoed|called|texted"
    r"|emailed|told|spoke|talked|said|charged|was|were|received|settled|dropped|gave|did|took|went"
    r"|signed|started|closed|sold|bought|cleared|posted|cashed|bounced|came|happened|contacted"
    r"|(?:has|have|had|'ve|ive)\s(?:already\s)?(?:been|gone)"
    r")\b"
)
_NOT_PAST = re.compile(
    r"\b(?:get|gets|getting|got|be|being|been|am|im|i'm|is|are|not|til|until)\s(?:me\s)?$"
)
_FUTURE = re.compile(
    r"\b(?:"
    # Spanish
    r"pago|pagas|paga|pagan|pagar(?:e|ia|iamos|emos|as|an|lo|la|le|les|te)?|voy|vamos|va|van|vas"
    r"|puedo|podria|podre|podemos|podra|puede|pueden|podes"
    r"|deposito|depositar\w*|transfiero|transferir\w*|consigno|consignar\w*|abono|abonar\w*"
    r"|cancelo|cancelar\w*|liquido|liquidar\w*|giro|doy|dare|mando|paso|pasare|hago|hare|pongo|yapeo"
    r"|cobro|cobrare|cobre|recibo|recibire|reciba|quiero|quisiera|tendre|tengo|espero|esperen?"
    r"|esperame|esperenme|llam[ae](?:me|nme)|llame|llamen|marqu?e(?:me|nme)|marcame|escriba(?:me)?"
    r"|escribame|escribime|seria|sera|cae|caen|llega|entra|vence|mejor|arreglo|cumplo|completo"
    r"|termino|dej[ae]me|aguant\w+|deme|dame|necesito|te\s\w+o|le\s\w+o|les\s\w+o"
    # Portuguese
    r"|vou|vai|vamos|posso|pode|podia|poderia|consigo|conseguiria|pagarei|recebo|receber|receberei"
    r"|quero|queria|faco|farei|transfiro|acerto|quito|quitar|deposita|liga|ligue|chama|chame"
    r"|cai|entra|cair|sai|vence|da|daria|melhor|preciso|espera|resolvo|depois"
    # English
    r"|will|'ll|ill|i'll|gonna|going\sto|can|could|pay|pays|send|let\sme|want|would|need|should"
    r"|i'd|id|able|get\spaid|gets\spaid|getting\spaid|call|when|until|till|til|wait|promise|be|works?"
    r"|transfer|settle|clear|sort|do|due|next|works"
    r")\b"
)
_SENTENCE = re.compile(r"[.!?;](?=\s|$)")
# Written accents tell "pagó" (he paid) from "pago" (I pay) and "llamé" from "llame".
_ACCENTED = re.compile(r"\b\w{3,}[\u00f3\u00e9]\b")
_NOT_PRETERITE = re.compile(
    r"(?:[aei]r\u00e9|(?:^|\s)(?:caf\u00e9|jos\u00e9|at\u00e9|voc\u00e9|beb\u00e9|qu\u00e9|est\u00e9"
    r"|porqu\u00e9|ren\u00e9|andr\u00e9|tom\u00e9|chul\u00e9|rol\u00e9|bol\u00f3|cop\u00f3|av\u00f3"
    r"|vov\u00f3|m\u00e3\u00e9|ol\u00e9|al\u00f3|beb\u00f3))$"
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
                not (match[0] == "paid" and _NOT_PAST.search(lead)),
            )
        for match in _ACCENTED.finditer(original):
            if not _NOT_PRETERITE.search(match[0].lower()):
                found[match.start()] = (match.end(), True)
        # "foi pago": the verb inside belongs to the one around it.
        reach = 0
        for start in sorted(found):
            if start < reach:
                del found[start]
            else:
                reach = found[start][0] if found[start][1] else start
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

    @property
    def past(self) -> bool:
        """Whether any verb of the text looks back."""
        return any(self._past)
