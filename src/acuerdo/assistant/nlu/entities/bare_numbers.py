"""When a bare number is an amount: "paid 150", "120 dia 10", "25 every two weeks", "no, 250".

Amount against count against nothing is decided by the words around the number: what is paid or
owed before it, how the sentence goes on behind it, and never by a noun that it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from acuerdo.assistant.nlu.contract import Entity, QuestionKind
from acuerdo.assistant.nlu.entities.clauses import Clauses
from acuerdo.assistant.nlu.entities.days import day_of_month
from acuerdo.assistant.nlu.entities.marked import Marked
from acuerdo.assistant.nlu.entities.nouns import COUNTED
from acuerdo.assistant.nlu.entities.numbers import ONE, Number

# Verbs and nouns whose number is money, whatever follows.
_STRONG = (
    r"(?:dando|peguei|pegar|der|desse|dermos|gana|pon(?:en|er|go)|pusieron|app'?d|cashapp'd|venmo'd"
    r"|took|taken|drafted|withdrew|debited|say|diga|pag(?:o|a|as|ar\w*|ue|uei|ue[sn]|amos|an|ando"
    r"|ou|amento\w*|aron|aran|amo)|abon\w+|deposit\w+|consign\w+|transf\w+|yape\w+|plin\w*"
    r"|bizum\w*|gir(?:o|e|ar|are)|mand(?:o|e|ar|are|ei|aron|amos|ou|as)|envi(?:o|e|ar|are|ei)|doy"
    r"|dar|dare|dou|dei|di|dieron|deu|daria|demos"
    r"|tir(?:o|ar)|pong\w+|poner|ofre[czs]\w+|junt\w+|consig\w+|conseg\w+|acept\w+|aceit\w+"
    r"|adelant\w+|entreg\w+|liquid\w+|quit(?:ar|o|ei)"
    r"|sac(?:o|ar)|saqu\w+|invert\w+|gast\w+|prest\w+|emprest\w+|deb(?:o|ia|iamos|en|e|emos)|dev"
    r"(?:o|ia|endo|em|e)|adeud\w+|cobr\w+|descont\w+|debit\w+"
    r"|gan(?:o|aba|amos)|ganh\w+|cuest\w+|custa\w*|sobr\w+|falt\w+|rest\w+|alcanz\w+|monto|montante"
    r"|valor|valores|saldo|cuotas?\s+de|cuota|cuotita|parcelas?\s+de"
    r"|parcela|parcelinha|prestac\w+\s+de|mensualidad(?:es)?(?:\s+de)?|pagos?\s+de|plazos\s+de"
    r"|letras?\s+de|essa\s+de|aquella\s+de|la\s+de|esa\s+de|entrada|enganche|anticipo|pie|abono"
    r"|sinal|multa|total|deuda"
    r"|divida|bajar\w*|baj(?:a|en|o)|subi\w*|aument\w+|combin\w+|acord\w+|negoci\w+|quedamos|quede"
    r"|redond\w+|pag[aou]va|pix\s+de|limite|minimo|maximo|sueldo|salario|renta|aluguel|arriendo"
    r"|pay(?:s|ing|ment|ments)?|paid|give|gave|giving|send|sent|sending|offer(?:ed|ing)?|swing"
    r"|manage|afford|spare|scrape|drop(?:ped)?|throw|venmo\w*|zelle\w*|cashapp"
    r"|wire[d]?|mail(?:ed)?|settle|accept|take|owe[ds]?|owing|borrow(?:ed)?|charg\w+|balance|bill"
    r"|amount|deposit|down\s+payment|instal?lments?\s+of|payments?\s+of|earn|make|making|made"
    r"|cost[s]?|costou|costo|worth|fee|rent|transfer(?:red)?|put|chip\s+in|cough\s+up"
    r"|come\s+up\s+with|have\s+you\s+down\s+for|knock|minimum|limit|debt|scraped)"
)
# Words between the verb and its number.
_FILLER = (
    r"(?:te|le|les|lhe|lo|la|los|las|os|as|o|a|me|nos|se|un|unos|unas|uns|umas|um|como|cm|solo"
    r"|solamente|so|apenas|nomas|nada|mas|que|q|just|only|like|about|around|maybe"
    r"|another|those|the|hasta|ate|up|to|mais|otros|otras|outros|outras|por|de|com|con|of|for|in|en"
    r"|em|casi|quase|almost|at|least|most|you|u|ya|ja|hoy|hoje|ahora|agora|now|today"
    r"|ahorita|era|es|e|is|was|were|are|eran|son|sao|eram|foi|fue|fueron|foram|esta|ta|tava|ser"
    r"|seria|dos|das|del|da|do|it|them|a|ur|your|my|mi|meu|exact\w+|aprox\w*"
    r"|tipo|ni|nem|cada|fixo|fijo|fijos|unos|mes|ontem|ayer|vcs|voces|aqui|ahi|ai|entre|some|his"
    r"|her|y'all|ya'll|guys|extra|otro|outro|primeiro|primero|menos|maximo|max|min|tops|logo|mesmo"
    r"|pues|pos|say)"
)
_STRONG_BEFORE = re.compile(rf"(?<!\w){_STRONG}(?:[\s:,]+{_FILLER}){{0,4}}[\s:,]+$")
# Verbs that take money or anything else: the number must not run into a noun.
_MEDIUM_BEFORE = re.compile(
    r"(?<!\w)(?:tengo|tenho|tem|tiene|tienen|ten(?:es|emos)|traigo|have|has|had|got|get|es|e|era"
    r"|eran|is|it's|its|was|were|are|son|sao|eram|fue|fueron|foi|foram|puedo|puede|pueden"
    r"|podria|posso|pode|poderia|can|could|do|sera|seria|ser|sea|fuera|fosse|dice|dizem|diz|dijeron"
    r"|disseram|dijo|says?|said|told|sale|sai|quedo|fico|ficou|ficava|qued\w+|fic\w+|quero|queria"
    r"|quiero|quisiera|want|need"
    r"|precis\w+|necesit\w+|mejor|melhor|better|instead|not|no|nao|y|and|e|o|ou|or|plus|mais|mas"
    r"|com|con|with|for|por|x|pra|para|paso|passo|hago|hacer|haria|faco|fazer|faz|fecho|fecha"
    r"|fechado|fechamos|fechou|cerr\w+|cierr\w+|dejo|deja\w*|deixa|from|de|a|hasta|ate|to|if|si|se"
    r"|ok|okay|entre|between|that's"
    r"|thats|solo|so|apenas|only|just|max|maximo|minimo|unos|uns|unas|umas|like|about|around|under"
    r"|over|until|tipo|aguento|alcanza|rola|arrumo|arranjo|levanto|separo|guardei|aparto|hold|find"
    r"|work|at|than|nomas|i'm|best|alla|vale|on|cai\w*|cay\w*|cae|vien\w*|llega\w*|llego|esta|ta"
    r"|tava|estava|estaba|aparec\w+|figura\w*|mostra|shows?|going|up|down|then|now|ahora|agora|hoy"
    r"|hoje|today|te|le|os|les|lhe|saying|w|owing|eu|yo|i|pero|mas|but|cuotas|parcelas|juros|plata"
    r"|reais|pesos|ya|dale|bueno|bom|entao|entonces|pues|dejame|dejenme|acima|abaixo|ni|nem|each"
    r"|every|lo|acredit\w*|ingres\w*|el\s+resto|o\s+resto|the\s+rest|otros|another|other|outros"
    r"|first|primero|primeiro|por\s+ahora|the|los|las|as|os|those)[\s:,]+(?:(?:unos|uns|unas|umas"
    r"|como|cm|so|solo|like|about|around|just|only|another|otros|outros|the|los|os|as|las|to|de|por"
    r"|te|le|you|u|him|up|up\s+to|que|q|maybe|mais|mas|pra|a|o|ate|hasta)[\s:,]+){0,3}$"
)
# How a sentence goes on behind an amount.
_FOLLOWS = re.compile(
    r"\s*(?:$|[.,;:!?)/+&-]|(?:\s(?:por|x|de|del|do|da|el|la|o|a|hoy|hoje|hj|ahora|ahorita|agora"
    r"|agr|y|e|and|with|con|com|para|pra|pro|on|this|now|today|tomorrow|tmrw|every|per|in|until"
    r"|till|for|off|no|not|nao|na|em|en|ou|or|que|q|ya|ja|but|pero|mas|is|es|ok|okay|cada|al|ao"
    r"|max\w*|minimo|nada|nomas|only|solo|so|dia|mensual\w*|mensal|mensais|semanal\w*|quincenal\w*"
    r"|quinzenal|weekly|monthly|biweekly"
    r"|if|si|se|then|entonces|entao|pues|cuando|quando|when|porque|because|pq|xq|amanha|manana|sexta|segunda|terca"
    r"|quarta|quinta|lunes|martes|miercoles|jueves|viernes|sabado|domingo|monday|tuesday|wednesday"
    r"|thursday|friday|fri|saturday|sunday|next|each|at|by|til|after|antes|before|depois|despues"
    r"|luego|right|rn|just|please|pls|plz|porfa\w*|pfv|pf|por\s+favor|faz|serve|sirve|works?|down"
    r"|upfront|into|after|went|cleared|bounced|total|tops|left|more|mas|mais|better|instead|sin|sem"
    r"|without|te|le|les|me|lo|se|aqui|ahi|ai|up|front|to|as|como|like|wey|bro|man|mate|mano|jefe"
    r"|parce|po|cara|amigo|amiga|senor|senora|moca|moco|senhor|senhora|tio|che|puede|pode|da|dá"
    r"|aceita|aceptan?|fechado|fecha|fechou|ta|esta|e|era|foi|fue|seria|son|sao|was|it's|its|i|eu"
    r"|yo|u|you|can|could|would|will|would|and|extra|juntos|juros|iniciales?|inicial|redondos"
    r"|cerrados|listo|dale|va|vale|tudo|todo|right|though|tho|atm|max|min|ate|hasta|from|instead"
    r"|flat|even|cash|efectivo|en\s+efectivo|pix|nequi|yape|transfer\w*|between|which|either|twice"
    r"|cuota|entrada|restantes?|faltantes?|remaining|mensalmente|fortnightly|fixo|fixos|fijos?|pelo"
    r"|pela|pelos|q|xfa|mensualmente|semanalmente|junto|a\s+month|only|there|already|today's|so"
    r"|haha\w*|jaja\w*|kk+|rs|lol|n|sera|seria|quincena|extra|tirando|ahorita|neste|nesse|este|esse"
    r"|esta|essa|nesta|todo|todos|todas|toda)(?!\w)))"
)
_COUNTED_NEXT = re.compile(
    rf"[\s-]*(?:mas\s+|more\s+|lindos\s+|pequenos\s+|small\s+|little\s+|other\s+|different\s+"
    rf"|business\s+|missed\s+)?{COUNTED}(?!\w)"
)
_MONEY_NEXT = re.compile(
    r"\s*(?:de\s+(?:entrada|enganche|inicial|anticipo|sinal|pie|abono|cuota|multa)|down(?!\w)"
    r"|upfront|(?:each|cada\s+un[oa]|c/u)(?!\w)|(?:por|x|al|ao|a|per|each|every|cada|todo)\s+(?:mes"
    r"|semana|month|week|quincena|quinzena|fortnight|uno|una|wk|mo|dos|two|N)(?!\w)"
    r"|mensual\w*|mensal\w*|mensais|semanal\w*|quincenal\w*|quinzenal|weekly|monthly|biweekly"
    r"|bi-weekly|fortnightly|(?:en|em|no|na|por|via|by|on|through)\s+(?:pix|nequi|yape|oxxo|spei"
    r"|zelle|venmo|bizum|pse)"
    r"|(?:no|con|y)\s+mas|off(?!\w)|a\s+month|a\s+week|de\s+contado|a\s+vista)"
)
_NOT_MONEY_BEFORE = re.compile(
    r"(?:\b(?:calle|carrera|cra|cr|cl|kra|av|avenida|avda|diagonal|transversal|jr|jiron|pasaje|psje"
    r"|rua|travessa|alameda|street|road|apt|apto|apartamento|apartment|depto|dpto|dto|departamento"
    r"|casa|numero|nro|num|no\.|n\.|piso|bloque|bloco|torre|manzana|mz|lote|km|kilometro|flat|unit"
    r"|room|suite|quadra|lt|qd|barrio|cep|cp|zip|codigo\s+postal|postcode|colonia"
    r"|contrato|cuenta|conta|account|acct|case|caso|factura|fatura|invoice|folio|ticket|orden"
    r"|pedido|order|ref|referencia|reference|expediente|protocolo|protocol|confirmation"
    r"|confirmacion"
    r"|codigo|code|terminad[ao]s?\s+(?:en|em)|terminacion|ending(?:\s+in)?|ends\s+in|final|iphone"
    r"|samsung|galaxy|redmi|xiaomi|note|moto|motorola|ps|playstation|xbox|windows|covid(?:-|\s)?"
    r"|ley|lei|law|articulo|artigo|art"
    r"|section|title|chapter|capitulo|linea|linha|placa|serie|modelo|model|edad|idade|age|aged|turn"
    r"(?:ed|ing)?|cumpl\w+|canal|channel|version|tarjeta|cartao|card|ruta|bus|linha|sala|aula"
    r"|oficina|local|agencia|sucursal|ventanilla"
    r"|mesa|turno|poliza|radicado|extension|ext|ramal|interno|opcion|opcao|option|numero\s+de"
    r"|nascid[ao]|nasci|nac[ií]|born|tenia|tinha|vuelo|flight|radio|fm|am|route|interstate|highway"
    r"|hwy|i-|size|talla|talle|tamanho|nivel|level|pag|pagina|page|parte|part|episodio|lesson|grado"
    r"|calificacion|nota"
    r"|ley\s+numero|decreto|resolucion|norma|agente|agent|operador|asesor|id|pin|clave|senha"
    r"|password|token|otp|sms|cuota\s+numero|parcela\s+numero|cuota\s+n|los\s+ultimos|last\s+N|rs"
    r"|gta|fifa|f|g|vitamin\w*|canal|cedula|dni|documento|cpf|rut|nit|rg|matricula|cheiro\s+de|"
    r"(?:codigo|code|clave)(?:\s+\w+){0,3}\s+(?:es|e|is)|verificacao\s+e)|#|\u00ba|\u00b0|n\u00ba"
    r"|\bno)\s*[:#.]?\s*(?:n|no|nro|numero|number|num)?\s*[:#.\u00ba\u00b0]?\s*$"
)
_NOT_MONEY_AFTER = re.compile(
    r"\s?[%x\u00ba\u00aa\u00b0](?!\w)|[a-z_]|\s?:|-N|\s+(?:de\s+)?(?:fiebre|febre|grados|graus"
    r"|degrees|celsius|pulgadas|polegadas|inch\w*|form)\b"
)
# "me pagan los 30": days of the month.
_PAY_DAYS_BEFORE = re.compile(r"\b(?:pagan|cobro|depositan|dias)\s+los\s+$")
_YEAR_BEFORE = re.compile(
    r"\b(?:en|em|in|since|desde|del?|from|ano|year|of|back|circa|around|by|until|hasta|ate"
    r"|em\s+meados\s+de|late|early|durante|during|before|after|antes\s+de|depois\s+de|was|is"
    r"|for)\s+$"
)
_JOINED = re.compile(
    r"\s?(?:y|e|and|o|ou|or|u|a|to|-|\u2013|hasta|ate|al|/|\+|vs|plus|mas|mais|entre|,|not|no|nao"
    r"|it's|its|es|son|sao|but|pero|sino)\s?"
)
# "640 for what??", "470 de quê"
_ASKED = re.compile(
    r"\s+(?:for\s+what|de\s+que|da\s+onde|de\s+donde|por\s+que|pra\s+que|de\s+onde)\b"
)
_ASKING = ("offer_confirm", "offer_choice", "payment_date", "payment_amount", "proposal")
_ALONE = re.compile(
    r"^\W*(?:(?:si|sim|yes|ok|okay|dale|no|nao|mejor|melhor|maybe|solo|so|just|only|unos|uns|con"
    r"|com|like|about|puedo|posso|can|i\s+can\s+do|tal\s+vez|quizas|talvez|max|maximo|hasta"
    r"|ate)\W+)*$"
)
_ALONE_AFTER = re.compile(
    r"^\W*(?:(?:entonces|entao|then|pues|max\w*|nomas|solo|only|pls|please|porfa\w*|por\s+favor|si|ok|tops|no\s+mas"
    r"|nada\s+mas)\W*)*$"
)


def settle_numbers(
    marked: Marked,
    clauses: Clauses,
    entities: Sequence[Entity],
    pending: QuestionKind | None,
    ref: date,
) -> tuple[Entity, ...]:
    """Turn the bare numbers among `entities` into what they are: an answer, or an amount."""
    if pending is not None:
        entities = [_answer(marked, entity, pending, ref) for entity in entities]
    scene = _Surroundings(
        marked=marked,
        pending=pending,
        paying=clauses.about_paying
        or pending in _ASKING
        or bool(_OFFERING.search(marked.marked))
        or any(entity.type in _TERMS for entity in entities),
        starts=frozenset(entity.start for entity in entities if entity.type in _WHEN),
        ends=frozenset(entity.end for entity in entities if entity.type in _WHEN),
        parts=frozenset(entity.end for entity in entities if entity.type == "installments"),
    )
    settled = _settled(scene, entities)
    if not scene.paying and any(entity.type == "amount" for entity in settled):
        # One amount makes the message one about money, and the other numbers with it.
        settled = _settled(replace(scene, paying=True), settled)
    settled = _joined(marked, settled)
    return tuple(_elliptic(marked, settled))


def _answer(marked: Marked, entity: Entity, pending: QuestionKind, ref: date) -> Entity:
    """What a number says that is the whole answer to the question asked."""
    number = marked.numbers.get(entity.start) if entity.type == "number" else None
    if number is None or number.ordinal or not _is_alone(marked, number):
        return entity
    whole = number.whole or 0
    update: dict[str, object] = {}
    if pending in ("offer_choice", "account_choice") and 1 <= whole <= 9:
        update = {"type": "ordinal", "value": whole}
    elif pending == "payment_date" and (day := day_of_month(whole, ref, past=False)):
        update = {"type": "date", "value": day}
    elif pending in ("proposal", "offer_confirm") and 2 <= whole <= 60:
        update = {"type": "installments", "value": whole}
    elif pending == "payment_amount" and number.value > 0:
        update = {"type": "amount"}
    return (
        entity.model_copy(update={**update, "rule": f"answer.{pending}", "confidence": 0.9})
        if update
        else entity
    )


def _settled(scene: _Surroundings, entities: Sequence[Entity]) -> list[Entity]:
    return [
        _as_amount(entity)
        if entity.type == "number" and _is_money(scene, scene.marked.numbers[entity.start])
        else entity
        for entity in entities
    ]


_OFFERING = re.compile(
    r"\b(?:i\s+can|i\s+could|can\s+(?:i|we)|could\s+(?:i|we)|puedo|posso|consigo|how\s+about"
    r"|what\s+about|ofrezco|ofereco|i'll\s+do"
    r"|ill\s+do|would\s+you\s+take|i\s+got\s+u|aceita|aceptan?|de\s+entrada|upfront)\b"
)
_OF = re.compile(r"\s(?:de|of|at|a|por|x)\s$|\sx\s?$")
_TERMS = ("date", "date_range", "installments", "frequency", "relative_amount", "amount", "percent")
_WHEN = ("date", "date_range", "frequency", "installments")


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What a number is judged by, beside its own words."""

    marked: Marked
    pending: QuestionKind | None
    paying: bool
    starts: frozenset[int]
    ends: frozenset[int]
    parts: frozenset[int]

    def follows_parts(self, start: int) -> bool:
        """Whether "… parts of" comes right before."""
        lead = _OF.search(self.marked.before(start, 6))
        return lead is not None and start - len(lead[0]) in self.parts

    def leads_to_when(self, end: int) -> bool:
        """Whether a day, a frequency or a number of parts comes right behind."""
        return any(end + gap in self.starts for gap in range(1, 5))

    def follows_when(self, start: int) -> bool:
        """Whether one comes right before."""
        return any(start - gap in self.ends for gap in range(1, 3))


def _as_amount(entity: Entity) -> Entity:
    return entity.model_copy(
        update={"type": "amount", "rule": "amount.context", "confidence": 0.85}
    )


def _is_money(scene: _Surroundings, number: Number) -> bool:
    marked = scene.marked
    before = marked.before(number.start, 70)
    after = marked.after(number.end, 40)
    cents = bool(re.search(r"[.,]\d\d$", number.text)) and not number.words
    if number.value < 5 or (number.value < 10 and not cents and not _MONEY_NEXT.match(after)):
        return False
    if number.words and number.scale == ONE and number.value < 10:
        return False
    if not number.words and number.text.startswith("0") and not cents:
        return False
    if _COUNTED_NEXT.match(after) or _NOT_MONEY_AFTER.match(after):
        return False
    if _NOT_MONEY_BEFORE.search(before):
        return False
    strong = bool(_STRONG_BEFORE.search(before))
    if _is_year(number) and not cents and (_YEAR_BEFORE.search(before) or not strong):
        return False
    if _PAY_DAYS_BEFORE.search(before) and number.value <= 31:
        return False
    grouped = scene.paying and bool(re.search(r"\d[.,']\d{3}", number.text))
    if strong or grouped or _MONEY_NEXT.match(after) or scene.follows_parts(number.start):
        return True
    if _is_alone(marked, number):
        return _alone_is_money(number, scene.pending)
    if not (_FOLLOWS.match(after) or scene.leads_to_when(number.end)):
        return False
    if _MEDIUM_BEFORE.search(before):
        return scene.paying or number.value >= 100 or cents
    if scene.follows_when(number.start):
        return True
    if not before.strip() or before.rstrip()[-1:] in ".,;:!?-":
        return scene.paying or scene.leads_to_when(number.end) or _ASKED.match(after) is not None
    return cents


def _is_alone(marked: Marked, number: Number) -> bool:
    """Whether the message says nothing but this number."""
    behind = len(marked.marked) - number.end
    return (
        number.start <= 60
        and behind <= 60
        and bool(_ALONE.match(marked.marked[: number.start]))
        and bool(_ALONE_AFTER.match(marked.marked[number.end :]))
    )


def _alone_is_money(number: Number, pending: QuestionKind | None) -> bool:
    if pending in ("verification", "offer_choice", "account_choice", "payment_date"):
        return False
    if pending in ("proposal", "offer_confirm") and number.value <= 60:
        return False
    if len(number.text) == 4 and number.text.isdigit() and number.value % 10:
        return False  # more likely the last four of something
    return number.value >= 40 and len(number.text) <= 9


def _is_year(number: Number) -> bool:
    return (
        number.whole is not None
        and 1_940 <= number.whole <= 2_040
        and number.scale == ONE
        and len(number.text) == 4
    )


def _joined(marked: Marked, entities: Sequence[Entity]) -> list[Entity]:
    """ "300 o 400", "not 300 its 250": beside an amount a bare number is one too."""
    result = list(entities)
    for order in (range(1, len(result)), range(len(result) - 2, -1, -1)):
        for place in order:
            step = -1 if order.step > 0 else 1
            one, other = result[place], result[place + step]
            if one.type != "number" or other.type != "amount":
                continue
            first, second = (other, one) if step < 0 else (one, other)
            between = marked.marked[first.end : second.start]
            if len(between) > 6 or not _JOINED.fullmatch(between):
                continue
            number = marked.numbers[one.start]
            if (
                number.value >= 10
                and not _is_year(number)
                and not _COUNTED_NEXT.match(marked.after(one.end, 24))
            ):
                result[place] = _as_amount(one)
    return result


def _elliptic(marked: Marked, entities: Sequence[Entity]) -> Iterator[Entity]:
    """ "entre 100 y 150 mil", "50 o 60 lucas": the scale counts for both."""
    for place, entity in enumerate(entities):
        following = entities[place + 1] if place + 1 < len(entities) else None
        number = marked.numbers.get(entity.start)
        if (
            entity.type != "amount"
            or entity.rule != "amount.context"
            or number is None
            or following is None
            or following.type != "amount"
            or not isinstance(following.value, Decimal)
            or not isinstance(entity.value, Decimal)
            or not re.fullmatch(
                r"\s?(?:y|e|and|o|ou|or|a|to|-)\s?", marked.marked[entity.end : following.start]
            )
        ):
            yield entity
            continue
        other = marked.numbers.get(following.start)
        figure = _coefficient(other, following.value) if other else None
        if (
            figure
            and number.scale == ONE
            and number.value < 1_000
            and figure / 10 <= number.value <= figure * 10
        ):
            factor = following.value / figure
            yield entity.model_copy(
                update={"value": entity.value * factor, "currency": following.currency}
            )
        else:
            yield entity


def _coefficient(number: Number, value: Decimal) -> Decimal | None:
    """What stands before the scale in "150 mil" (150), None without one."""
    if number.scale in (Decimal(1_000), Decimal(1_000_000)) and number.value % number.scale == 0:
        return number.value / number.scale
    return number.value if value > number.value else None
