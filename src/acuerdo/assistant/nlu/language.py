"""Which of the three languages a message is in.

Short messages carry little: the conversation's language is the prior, and only words that belong
to another language alone may move away from it.
"""

from __future__ import annotations

import re

from acuerdo.assistant.nlu.contract import LANGUAGES, Language

# Words that tell one language from the other two, folded. Words that two of them share
# (como, que, para, no, me) say nothing and are left out.
_MARKERS: dict[Language, frozenset[str]] = {
    "es": frozenset(
        """el los las una unos del al pero por con sin muy mi su usted ustedes yo hoy manana ayer
        quiero quisiera puedo puede pueden tengo debo deuda cuanto cuanta cuando donde cuotas cuota
        pagar pago pagare pague hola buenas buenos dias gracias si viernes lunes martes miercoles
        jueves sabado domingo saldo enlace hacer hay estoy es soy persona alguien hablar deje
        dejen basta numero equivocado reconozco ya plata dinero ahora mismo bueno dale listo claro
        vale ok acepto plazos pesos necesito quiere digame envieme mandeme mande pasame cedula
        trabajo sueldo quincena fui entiendo repita conozco acuerdo vos tenes podes
        pagos mensualidades abonar abono ese esa eso fallecio""".split()
    ),
    "pt": frozenset(
        """o os as um uma uns do da das ao e com sem muito meu minha seu sua voce voces eu
        hoje amanha ontem quero queria posso pode tenho devo divida quanto quando onde parcelas
        parcela parcelar pagar pago pagarei paguei oi ola bom boa noite obrigado obrigada
        sim nao sexta segunda terca quarta quinta feira sabado domingo fazer tem estou sou
        pessoa alguem falar atendente pare parem sair chega numero errado reconheco ja dinheiro
        agora mesmo beleza aceito combinado reais preciso manda mande envia envie cpf trabalho
        salario fui entendi repete repita conheco acordo vezes boleto ate mes pix
        desempregado vou pra entrada moca quitar faleceu""".split()
    ),
    "en": frozenset(
        """the an and but with without very my your you i am is are was today tomorrow yesterday
        want would can could have owe debt how much when where what instalments installments
        payments pay paying paid hello hi hey good morning thanks thank yes yeah friday monday
        tuesday wednesday thursday saturday sunday balance link there this that person someone
        speak talk human agent stop wrong number recognise recognize already money now right sure
        deal agree accept plan need send give work job salary never nothing understand repeat
        don't dont not it's its of to for in on it please so if we they them who why call
        lost died""".split()
    ),
}
_ONLY = (
    (re.compile(r"[\u00f1\u00bf\u00a1]", re.I), "es"),
    (re.compile(r"[\u00e3\u00f5\u00e7\u00ea\u00f4\u00e2]", re.I), "pt"),
)
_WORD = re.compile(r"[a-z']+")
_PRIOR = 1.2


def detect(original: str, folded: str, hint: str) -> tuple[Language, float]:
    """The language and how sure (0–1). `hint` is the conversation's language, or ""."""
    scores: dict[Language, float] = dict.fromkeys(LANGUAGES, 0.0)
    words = _WORD.findall(folded)
    for language, markers in _MARKERS.items():
        scores[language] += sum(1.0 for word in words if word in markers)
    for pattern, language_name in _ONLY:
        for language in LANGUAGES:
            if language == language_name:
                scores[language] += 2.0 * min(2, len(pattern.findall(original)))
    for language in LANGUAGES:
        if language == hint:
            scores[language] += _PRIOR
    if not any(scores.values()):
        return "es", 0.34
    best = max(LANGUAGES, key=lambda name: scores[name])
    rest = sorted((scores[name] for name in LANGUAGES if name != best), reverse=True)
    margin = scores[best] - rest[0]
    return best, round(min(1.0, 0.4 + margin / (scores[best] + 1.0)), 3)
