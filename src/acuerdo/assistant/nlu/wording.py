"""How people talk while they negotiate: words that the rules read beside the lexicon.

The lexicon is also a set of signs that the trained reader weighs, so it changes only together with
the model. What is said in the middle of a negotiation ("no puedo", "sale", "la más larga", "y el
resto en dos") is read here, by the rules alone.
"""

from __future__ import annotations

import re
from typing import Final

from acuerdo.assistant.nlu.contract import QuestionKind
from acuerdo.assistant.nlu.matching import Hit

_CANNOT_PAY: Final = re.compile(
    r"\b(?:no\s+(?:lo\s+|la\s+|les?\s+)?(?:puedo|podria|podre|alcanzo)\b"
    r"(?!\s+(?:hablar|atender|contestar|entrar|abrir|ver|ingresar|escribir|responder|ahora\s+hablar))"
    r"|no\s+tengo\s+(?:todo|eso|es[ae]|tanto|tanta|como|con\s+que|plata|dinero|lana|guita|biyuya"
    r"|efectivo|fondos|nada|suficiente|la\s+plata|el\s+dinero|ahora|ahorita)"
    r"|no\s+llego\b(?!\s+a\s+(?:tiempo|la\s+hora))|(?:me\s+)?qued[eo]\s+cort[oa]|se\s+me\s+complica|(?:esta|ta)\s+"
    r"(?:dificil|complicado|apertado|brabo)|no\s+(?:me|nos)\s+(?:da|alcanza)\b|no\s+cuento\s+con|(?:ando|estoy)\s+(?:corto|corta|apretad\w+|sin"
    r"\s+(?:plata|dinero|un\s+peso|lana|guita|blanca|efectivo|fondos))"
    r"|nao\s+(?:posso|consigo|da|tenho\s+(?:tudo|isso|esse|como|dinheiro|grana|nada|agora))\b"
    r"(?!\s+(?:falar|atender|abrir|entrar|ver|responder))"
    r"|(?:to|estou|tou|ando)\s+(?:sem\s+(?:grana|dinheiro|um\s+tostao)|apertad[oa]|dur[oa])"
    r"|(?:can'?t|cannot|cant|can\s+not|couldn'?t|unable\s+to)\s+(?:pay|afford|do|manage)\b"
    r"|(?:haven'?t|have\s+not)\s+got\s+(?:it|that|a\s+penny|a\s+bean|the\s+(?:money|cash)|any|enough|much)"
    r"|(?:don'?t|do\s+not|dont)\s+have\s+(?:it|that|this|the\s+(?:money|cash)|all|any|enough|much)"
    r"|i\s+(?:just\s+|really\s+)?can'?t\W*$|(?:i'?m|im|i\s+am)\s+(?:short|skint|broke|tight)|money\s+is\s+tight)"
)
# What somebody goes through, beyond being short of money: that is for a person to look at.
_IN_TROUBLE: Final = re.compile(
    r"\b(?:(?:sin|sem|perdi\s+(?:mi|el|o|meu)|sem\s+nenhum)\s+(?:empleo|trabajo|pega|laburo|chamba|camello"
    r"|ingresos?|emprego|trabalho|renda)|desemple\w+|desempreg\w+|despid\w+|despedid\w+|echaron|corrieron"
    r"|demitid\w+|mandad[oa]\s+embora|enferm\w+|doente|internad\w+|encostad\w+|hospital\w*|incapacitad\w+"
    r"|embarg\w+|comer|situacion|situacao|fin\s+de\s+mes|fim\s+do\s+mes|ayudas|bolsa\s+familia|auxilio"
    r"|job|unemployed|out\s+of\s+work|laid\s+off|sick|ill|benefits|universal\s+credit|income|eat|survive"
    r"|struggling|viud\w+|cancer|accidente|acidente|separ\w+|divorci\w+)\b"
)
# Of those what no smaller part will mend, when somebody is short of money.
_NO_INCOME: Final = re.compile(
    r"\b(?:(?:sin|sem|no)\s+(?:empleo|trabajo|ingresos?|emprego|trabalho|renda|income|job)|desemple\w+|desempreg\w+"
    r"|(?:no\s+cuento\s+con|no\s+tengo|nao\s+tenho)\s+(?:ningun\s+|nenhuma?\s+)?(?:ingresos?|renda|sueldo)"
    r"|enfermedad|enferm[oa]|doenca|doente|hospital\w*|cancer|accidente|acidente|unemployed|redundant|sacked|laid\s+off)\b"
)
# Thoughts of ending one's life. "This debt kills me" is none.
_CRISIS: Final = re.compile(
    r"\b(?:(?:me\s+(?:quiero|voy\s+a|quisiera)|quiero|prefiero|voy\s+a|pienso(?:\s+en)?|ganas\s+de)\s+(?:morir(?:me)?|matarme|suicidarme"
    r"|quitarme\s+la\s+vida|acabar\s+con\s+mi\s+vida)\b|(?:no|ya\s+no)\s+quiero\s+(?:seguir\s+)?(?:viviendo|vivir)\b|me\s+(?:quiero|voy\s+a)\s+matar\b"
    r"|(?:vou|quero|queria|penso\s+em)\s+(?:me\s+matar|morrer|me\s+suicidar|tirar\s+(?:a\s+)?minha\s+vida"
    r"|acabar\s+com\s+(?:a\s+)?minha\s+vida)\b|nao\s+quero\s+mais\s+viver|kill(?:ing)?\s+myself|(?:end|ending|take|taking)\s+my\s+(?:own\s+)?life"
    r"|(?:want|going|rather|wanna|gonna)\s+(?:to\s+)?(?:die|be\s+dead)\b(?!\s+(?:of|laughing))|don'?t\s+want\s+to\s+(?:live|be\s+alive|be\s+here\s+any\s*more)\b|suicid\w+)"
)
_LESS: Final = re.compile(
    r"\b(?:(?:puede[ns]?|podrian?|podes)\s+(?:bajar|rebajar|descontar|quitar)(?:me|le|nos)?\s+(?:algo|un\s+poco|la\s+deuda|el\s+(?:monto|valor))"
    r"|(?:cuanto|quanto)\s+(?:me\s+)?(?:descuent\w+|rebaj\w+|descont\w+)"
    r"|(?:abaixa\w*|baixa\w*|diminu\w+)\s+(?:um\s+pouco|o\s+valor|a\s+divida)|how\s+much\s+(?:off|less)\b|(?:take|knock)\s+\w+\s+off)"
)
_WHEN_AGREED: Final = re.compile(
    r"\b(?:(?:que|q)\s+(?:(?:dia|fecha)\s+)?(?:quedamos|acordamos|habiamos\s+(?:dicho|quedado))|cuando\s+(?:quedamos|quedo\s+que|me\s+toca)"
    r"|(?:que|qual)\s+(?:dia|data)\s+(?:ficou|combinamos|acertamos|ficamos)|(?:when|what\s+(?:day|date))\s+(?:did\s+(?:we|i)\s+(?:say|agree)|was\s+it\s+again))"
)
_WHAT_IS_POSSIBLE: Final = re.compile(
    r"\b(?:(?:que|q)\s+(?:me\s+|nos\s+)?(?:ofrecen?|pueden\s+(?:hacer|ofrecer)|proponen?)"
    r"|que\s+(?:voces?\s+|vcs?\s+)?(?:oferecem?|podem?\s+(?:fazer|oferecer))|what\s+(?:can|could|do)\s+you\s+(?:do|offer|suggest)"
    r"|(?:en|a|em)\s+(?:cuantos|quantos)\s+(?:meses|pagos|pagamentos)|(?:over|in)\s+how\s+many\s+(?:months|payments))\b"
)
_HOW_TO_CHECK: Final = re.compile(
    r"\b(?:como\s+(?:lo\s+|la\s+|eu\s+|posso\s+|puedo\s+)*(?:compruebo|comprobar(?:lo)?|verifico|verificar(?:lo)?|confiro|conferir)\b"
    r"|how\s+(?:can|do)\s+i\s+(?:check|verify))"
)
_MORE_TIME: Final = re.compile(
    r"\b(?:(?:dar|dan|den|da|das|dame|denme|deme|esperan?|esperar|aguantan?)(?:me)?\s+(?:(?:mas|un\s+poco\s+mas\s+de|un)\s+)?(?:chance|plazo|tiempo|tiempito|chancita|prorroga|hasta)"
    r"|(?:dar|dao|da|me\s+de)\s+(?:mais\s+)?(?:prazo|tempo)|(?:espera\w*|aguarda\w*)\s+ate|(?:give|allow)\s+me\s+(?:(?:a\s+bit\s+)?more\s+time|until|till))\b"
)
_THINKS_IT_OVER: Final = re.compile(
    r"^\W*(?:(?:bueno|ok|vale|listo|gracias|entao|bom|well)\W+)*(?:(?:lo|la|dejame|dejeme)\s+(?:voy\s+a\s+)?(?:pienso|pensar(?:lo)?|pensare|consulto|consultar)"
    r"|(?:voy\s+a|vou|tengo\s+que|tenho\s+que|preciso)\s+pensar(?:lo)?|(?:i'?ll|i\s+will|let\s+me|need\s+to)\s+think(?:\s+(?:about\s+it|it\s+over))?)\b[^?]*$"
)
# A sum that is to close the debt asks to be let off the rest.
_CLOSES: Final = re.compile(
    r"\d.*\b(?:(?:en|a)\s+paz(?:\s+y\s+salvo)?|a\s+mano|paz\s+y\s+salvo|y\s+(?:cerramos|cierro|listo\s+el\s+pollo)"
    r"|pago\s+(?:definitivo|final)|se\s+(?:acaba|cierra|termina)\s+(?:la\s+deuda|esto|todo)"
    r"|(?:con\s+eso|con\s+esto)\s+(?:queda|cierra|termina|liquido|saldo|salda)\w*"
    r"|(?:fica|ta|esta|e)\s+(?:tudo\s+)?quitad[oa]|encerr(?:a|ar|amos)\b|pagamento\s+final|acab(?:a|ou)\s+a\s+divida"
    r"|and\s+(?:we'?re|we\s+are|were)\s+(?:done|quits|square|even)|clos(?:e|es)\s+(?:it|this|the)"
    r"|settl(?:es?|ing)\s+(?:it|the\s+debt|this)|(?:final|full\s+and\s+final)\s+(?:payment|settlement)"
    r"|debt\s+is\s+(?:gone|closed|settled))"
)
# "Un engaño" typed without its tilde is a fear of fraud; "engano", in Portuguese, a wrong number.
_DECEIT: Final = re.compile(r"\b(?:un|algun|puro)\s+engano\b")
_WHO: Final = re.compile(
    r"\b(?:de\s+(?:que|cual|qual)\s+(?:banco|empresa|entidad|compania|lugar)|(?:que|qual|cual)\s+(?:banco|empresa)"
    r"|quem\s+(?:e\s+)?(?:vc|voce|ta\s+falando|fala)|(?:what|which)\s+(?:bank|company)|who\s+(?:dis|r\s+u|u)\b"
    r"|y\s+(?:usted|vos|tu)\s+quien)"
)
_YES: Final = re.compile(
    r"^\W*(?:este\W+)?(?:(?:sale(?:\s+y\s+vale)?|orale|arre|simon|jalo|andale(?:\s+pues)?|va\s+que\s+va|joya|buenisimo|genial"
    r"|barbaro|de\s+una|venga|perfecto|excelente|super|hecho|eso|esa|ese|me\s+late|hagale|listo|bien|bueno"
    r"|fechado|top|tranquilo|otimo|isso\s+ai|manda\s+ver|manda\s+bala|pode\s+mandar|pode\s+fazer|vamos|vamo"
    r"|si\s+senor[a]?|(?:si\s+)?(?:esta|ta)\s+bien|yeah?|ye|go\s+on(?:\s+then)?|ya|kk|cool|great|lovely|that\s+works|go\s+for\s+it|ok\s+then|si\s+dale|si\s+esa|dale\s+si|sí"
    r"|si|sim|yes|ok|okey|okay|vale|dale)[\s,.!]*(?:pues|por\s+favor|please|gracias|obrigad[oa]|thanks)?[\s,.!]*)+\W*$"
)
_ENDS_MEET: Final = re.compile(r"fin\s+de\s+mes|fim\s+do\s+mes")
# "Couldn't it be the 20th?" asks for something, and is no want of money.
_POLITE: Final = re.compile(
    r"\b(?:no\s+(?:se\s+)?(?:podria|podrian|puede|podriamos)(?:\s+este)?\s+(?:ser|hacer(?:se)?|pasar|mover|correr"
    r"|cambiar|dejar)|nao\s+(?:da|daria|podia|poderia|pode)\s+(?:pra|para)?\s*(?:ser|mudar|passar|fazer|jogar|deixar)"
    r"|(?:couldn'?t|can'?t)\s+(?:it|we|you|i)\s+(?:be|move|make|do\s+it))\b"
)
_HOW_MUCH_LESS: Final = re.compile(
    r"\b(?:cuanto\s+(?:me\s+|nos\s+)?(?:rebajan?|descuentan?|bajan?|quitan?|perdonan?)"
    r"|quanto\s+(?:voces\s+|vcs\s+|me\s+)?(?:abatem?|descontam?|tiram?|baixam?)"
    r"|how\s+much\s+(?:off|less|(?:can|could|would)\s+you\s+(?:knock|take)\s+off))\b"
)
LAST_WORD: Final = "repeat.last_word"
_LAST_WORD: Final = re.compile(
    r"\b(?:(?:es|eso\s+es|seria|esa\s+es)\s+(?:lo|su|la|tu)\s+(?:ultim[oa]|mejor)(?:\s+(?:oferta|palabra))?\s*\?"
    r"|(?:e|isso\s+e)\s+(?:o\s+(?:ultimo|melhor)|a\s+(?:ultima|melhor))(?:\s+(?:oferta|proposta))?\s*\?"
    r"|(?:is\s+that|that'?s)\s+(?:your|the)\s+(?:best|last|final)(?:\s+offer)?\s*\?)"
)
_MOVE: Final = re.compile(
    r"\b(?:(?:pas|mov|mud|corr|cambi|aplaz|adia|troc|jog|joga|mand|empurr)\w*\s+(?:\w+\s+){0,4}?(?:para|pa|pra|pro|al?|hasta"
    r"|ate)\b|move\s+(?:\w+'?s?\s+){0,5}?to\b|push\s+(?:\w+\s+){0,4}?(?:back\s+)?to\b)"
)
# To "how much?": nothing at all.
_NOTHING: Final = re.compile(
    r"^\W*(?:(?:no|nao|yo|eu|i)\W+)?(?:(?:pago|gasto|tengo|tenho|pay|spend|have)\W+)?"
    r"(?:nada|cero|zero|0|ningun[ao]?|nenhum[a]?|none|nothing|nil)\b[\s\w]{0,20}\W*$"
)
_LOWEST: Final = re.compile(
    r"\b(?:(?:lo|el|o|the|valor|monto|abono|pago|minimo\s+que)\s+(?:minimo|menos|minimum|least)|(?:cuota|pago|parcela|payment)\s+(?:minim[ao]|mas\s+baj[ao]"
    r"|menor))\b"
)
_ABOUT_PARTS: Final = re.compile(
    r"\b(?:(?:cuanto|quanto)\s+(?:seria|sale|saldria|pagaria|es|fica|ficaria)\s+(?:\w+\s+)?(?:en|a|em)\s+\d|de\s+(?:a\s+)?cuanto\s+(?:seria|serian|queda|quedan|quedaria|quedarian|es|son|me\s+queda\w*)"
    r"|(?:como|cuanto)\s+(?:me\s+)?qued(?:a|an|aria|arian)\s+(?:la|las|cada)|(?:quanto|como)\s+fica(?:ria)?\b"
    r"|how\s+much\s+(?:would|will)\s+(?:each|it|they)\s+be)"
)
_REST: Final = re.compile(
    r"\b(?:resto|restante|rest|remaining|remainder|(?:lo|o)\s+que\s+(?:falta|falte|queda|quede|sobra|sobrar)"
    r"|lo\s+demas|la\s+diferencia|a\s+diferenca|la\s+otra\s+(?:mitad|parte)|a\s+outra\s+(?:metade|parte)"
    r"|(?:the\s+)?other\s+half)\b"
)
_NOT_MY_DEBT: Final = re.compile(
    r"\b(?:not|isn'?t|ain'?t)\s+(?:my|mine)\b\s*(?:debt|account|loan|bill|card)?\W*$"
)
# "I accept for free" accepts nothing that was offered.
_ON_OTHER_TERMS: Final = re.compile(
    r"\b(?:gratis|de\s+graca|sin\s+pagar(?:\s+nada)?|por\s+nada|sem\s+pagar|for\s+free|without\s+paying)\b"
)
# "Accept" or "confirmed" says yes where it is the speaker's own: near the beginning, to nobody
# else, and not as the name of something.
_BARE_YES: Final = re.compile(r"(?:accept|agree|confirm)(?:ed)?|deal")
_OWN_YES: Final = re.compile(
    r"\W*(?:(?!(?:you|they|he|she|may|can|could|would|will|to|not|no)\b)[\w']+\W+){0,4}"
)
# "When I have paid, do I get a paper?": nothing is paid yet.
_NOT_PAID_YET: Final = re.compile(
    r"\b(?:(?:cuando|una\s+vez\s+que|apenas|en\s+cuanto)\s+(?:yo\s+)?(?:ya\s+)?(?:lo\s+|la\s+)?(?:pague|haya\s+pagado|termine\s+de\s+pagar)"
    r"|(?:quando|assim\s+que|se)\s+(?:eu\s+)?(?:pagar|tiver\s+pago|quitar)|(?:when|once|after)\s+i(?:'ve|\s+have)?\s+(?:pay|paid))\b"
)
_KNOWS: Final = re.compile(
    r"\b(?:(?:soy|sou|i'?m|i\s+am|habla|le\s+habla|aqui)\s+(?:(?:la|el|su|o|a|his|her|the)\s+)?(?:espos[oa]|mujer|marido"
    r"|mama|papa|madre|padre|hij[oa]|herman[oa]|prim[oa]|suegr[oa]|cunad[oa]|ti[oa]|vecin[oa]|secretari[oa]|mae|pai|filh[oa]"
    r"|irma|irmao|vizinh[oa]|namorad[oa]|novi[oa]|wife|husband|mother|mum|mom|father|dad|son|daughter|sister|brother"
    r"|partner|neighbou?r)\b|(?:el|ella|ele|ela)\s+(?:no|nao)\s+(?:esta|ta|se\s+encuentra)\b|no\s+se\s+encuentra\b"
    r"|(?:he|she)(?:'s|\s+is)\s+not\s+(?:here|in|home|available))"
)
_OTHER_DATE: Final = re.compile(
    r"\b(?:cambiar|mover|correr|aplazar\w*|posponer|atrasar|adelantar|mudar|trocar|adiar|change|move|postpone|delay)\s+"
    r"(?:(?:la|el|de|a|o|the|my|una?)\s+)*(?:fecha|dia|data|date|day|pago|cuota|parcela|payment)\b"
)
_METHOD: Final = re.compile(
    r"^\W*(?:(?:y|e|and|con|com|por|with|via|acepta\w*|aceita\w*|puedo|posso|pagar|can|i|pay|by)\s+)*(?:bizum|pse|nequi"
    r"|daviplata|pix|boleto|oxxo|spei|tarjeta|efectivo|transferencia|mercado\s*pago|cartao|card|cash|bank\s+transfer"
    r"|efecty|baloto)\W*$"
)
_OF_SO_MUCH: Final = re.compile(
    r"\b(?:cuotas?|cuotitas?|pagos|mensualidades|parcelas?|instal?ments?|payments)\s+(?:de|of)\s+(?:a\s+)?[$\d]"
)
_PUT_OFF: Final = re.compile(
    r"\b(?:aplazar\w*|prorrog\w*|posponer\w*)\b(?!\s+(?:la\s+)?(?:fecha|llamada))"
)
_WHY_PROVE: Final = re.compile(
    r"\b(?:(?:por\s*que|para\s+que|xq|pra\s+que)\s+(?:me\s+|la\s+|lo\s+|los\s+|o\s+|a\s+|vc\s+|voces?\s+)*"
    r"(?:pid\w+|necesit\w+|quier\w+|precis\w+|querem|ped\w+)"
    r"|(?:no|nao)\s+(?:le\s+|te\s+|les\s+|voy\s+a\s+|vou\s+|quiero\s+|quero\s+)*"
    r"(?:doy|dar(?:le)?|paso|passo|passar|digo|dire|informar|compartir|compartilhar)\s+"
    r"(?:mis?|meus?|o|la|los|esos?|es[ae])\s*(?:cedula|documento|datos|dni|cpf|numero|dados|info\w*|curp)"
    r"|why\s+do\s+you\s+need"
    r"|(?:not|won'?t|don'?t\s+want\s+to)\s+(?:giving|give|share|sharing)\s+(?:you\s+)?(?:my|that|it))"
)
_RELATION: Final = r"(?:vecin|herman|amig|prim|jef|vizinh|irma|chef|ex)"
_OF_OTHERS: Final = re.compile(
    r"\b(?:(?:cuanto|quanto)\s+(?:debe|deve)\s+[a-z]+"
    r"|(?:datos|informacion|deuda|saldo|cuenta|dados|divida|conta|numero|telefono)\s+(?:de|do|da)\s+"
    r"(?!mi[as]?\b|la\b|el\b|otra\s+persona\b|outra\s+pessoa\b|esta?\b|los?\b|las?\b|contacto|cuenta|pago|pagamento|minha|meu|a\b|o\b|que\b"
    r"|quien|ustedes|tarjeta|credito|cartao)[a-z]+\s+[a-z]+"
    r"|(?:deuda|saldo|datos|divida|dados)\s+de\s+(?:otra\s+persona|outra\s+pessoa)\b"
    r"|lista\s+de\s+(?:clientes|deudores|devedores)|otr[oa]s?\s+(?:clientes?|deudor\w*)"
    rf"|outros?\s+(?:clientes?|devedor\w*)|(?:mi|meu|minha)\s+{_RELATION}\w*\b.{{0,40}}\b"
    r"(?:debe|deve|deuda|divida|cedula|saldo|documento)"
    r"|(?:his|her|their|my\s+(?:neighbou?r|brother|sister|friend|boss|ex)(?:'?s)?)\s+(?:\w+\s+)?"
    r"(?:debt|balance|account|details)"
    r"|(?:other|all)\s+(?:customers?|debtors?|accounts)|list\s+of\s+(?:customers|debtors))"
)
_PAPERS: Final = re.compile(
    r"\b(?:(?:ver|envi\w*|mand\w*|copia|quiero|necesito|mostrar|muestr\w+|quero|preciso|see|send|show"
    r"|want|copy)\b.{0,30}\b(?:contrato|pagare|soportes?|extracto|estado\s+de\s+cuenta|detalle|desglose"
    r"|extrato|detalhe\w*|contract|statement|breakdown|paperwork)|proof\s+of\s+(?:the\s+|this\s+)?debt"
    r"|prueba\s+de\s+la\s+deuda)\b"
)
_LONGEST: Final = re.compile(
    r"\b(?:(?:la|el|a|o|the)\s+(?:(?:mas|mais)\s+)?(?:larg[ao]|barat[ao]|comod[ao]|baj[ao]|chic[ao]|peque\w+|long[ao]"
    r"|baix[ao]|suave|longest|cheapest|smallest|lowest)|(?:con|de|com)\s+(?:mas|mais)\s+(?:cuotas|parcelas|plazos)"
    r"|(?:la|a)\s+de\s+menor\s+(?:cuota|valor|parcela)|most\s+(?:payments|instalments))\b"
)
_SHORTEST: Final = re.compile(
    r"\b(?:(?:la|el|a|o|the)\s+(?:(?:mas|mais)\s+)?(?:cort[ao]|rapid[ao]|curt[ao]|shortest|quickest)"
    r"|(?:con|de|com)\s+(?:menos)\s+(?:cuotas|parcelas|plazos)|fewest\s+(?:payments|instalments))\b"
)
DECEIT: Final = "report_fraud_fear.deceit"
# What the same words seemed to mean before they were read as a whole.
_CROWDED_OUT: Final = {
    "ask_plan": ("ask_balance",),
    "ask_discount": ("negate", "reject_offer", "request_link", "propose_payment"),
    "ask_others": ("ask_balance", "ask_why", "request_human"),
    "ask_proof": ("ask_why", "negate", "refuse_to_pay", "report_fraud_fear"),
}
_OF_A_CLOSE: Final = (
    *("propose_payment", "request_link", "ask_methods", "dispute"),
    *("accept_offer", "reject_offer", "affirm", "negate", "ask_balance"),
)


def find_wording(folded: str, hits: dict[str, Hit], pending: QuestionKind | None) -> dict[str, Hit]:
    """`hits` of the lexicon with what negotiating people mean beside them."""
    found = dict(hits)
    short_of_money = _CANNOT_PAY.search(_POLITE.sub(_blank, folded))
    trouble = found.get("hardship")
    troubles = [match[0] for match in _IN_TROUBLE.finditer(folded)]
    if "ask_plan" in found and all(_ENDS_MEET.match(words) for words in troubles):
        troubles = []  # short of money each month, and asks to pay in parts
    if trouble and not (".phrases_" in trouble.rule or troubles):
        hit = found.pop("hardship")
        found["cannot_pay"] = Hit("cannot_pay", "cannot_pay.short", hit.start, hit.end, 0.9)
    elif short_of_money and not found.keys() & {"hardship", "refuse_to_pay", "callback", "dispute"}:
        found["cannot_pay"] = _hit("cannot_pay", "cannot_pay.words", short_of_money)
        if no_income := _NO_INCOME.search(folded):
            del found["cannot_pay"]
            found["hardship"] = _hit("hardship", "hardship.no_income", no_income)
    if "cannot_pay" in found:
        found.pop("propose_payment", None) if _denied(folded, found) else None
        for intent in ("negate", "request_link"):
            found.pop(intent, None)
    if "deny_identity" in found and _NOT_MY_DEBT.search(folded):
        hit = found.pop("deny_identity")
        found["dispute"] = Hit("dispute", "dispute.not_my_debt", hit.start, hit.end, 0.9)
    if _NOT_PAID_YET.search(folded):
        found.pop("claim_paid", None)
    closes = None if "claim_paid" in found else _CLOSES.search(folded)
    if closes:
        found["ask_discount"] = _hit("ask_discount", "ask_discount.closes", closes)
        for crowded in _OF_A_CLOSE:
            found.pop(crowded, None)
    if deceit := _DECEIT.search(folded):
        found.pop("deny_identity", None)
        found["report_fraud_fear"] = _hit("report_fraud_fear", DECEIT, deceit)
    if "callback" in found:
        # "me liga depois" asks for a call, not for a link.
        found.pop("request_link", None)
    if _ON_OTHER_TERMS.search(folded):
        for intent in ("accept_offer", "affirm"):
            found.pop(intent, None)
    if "accept_offer" in found and not _is_own_yes(folded, found["accept_offer"]):
        del found["accept_offer"]
    if "report_deceased" not in found and (knows := _KNOWS.search(folded)):
        found["deny_identity"] = _hit("deny_identity", "deny_identity.knows", knows)
    for intent, rule, pattern in (
        ("crisis", "crisis.words", _CRISIS),
        ("report_fraud_fear", "report_fraud_fear.how", _HOW_TO_CHECK),
        ("ask_discount", "ask_discount.less", _LESS),
        ("ask_due", "ask_due.agreed", _WHEN_AGREED),
        ("propose_payment", "propose_payment.more_time", _MORE_TIME),
        ("reject_offer", "reject_offer.thinks", _THINKS_IT_OVER),
        ("who_are_you", "who_are_you.company", _WHO),
        ("ask_others", "ask_others.words", _OF_OTHERS),
        ("ask_proof", "ask_proof.words", _WHY_PROVE),
        ("ask_papers", "ask_papers.words", _PAPERS),
        ("ask_methods", "ask_methods.named", _METHOD),
        ("ask_plan", "ask_plan.what_is_possible", _WHAT_IS_POSSIBLE),
        ("ask_plan", "ask_plan.later", _PUT_OFF),
        ("ask_plan", "ask_plan.of_so_much", _OF_SO_MUCH),
        ("ask_plan", "ask_plan.lowest", _LOWEST),
        ("ask_plan", "ask_plan.parts", _ABOUT_PARTS),
    ):
        match = pattern.search(folded)
        if match and intent not in found and "ask_discount" not in found:
            found[intent] = _hit(intent, rule, match)
            for crowded in _CROWDED_OUT.get(intent, ()):
                found.pop(crowded, None)
    if pending == "payment_amount" and (nothing := _NOTHING.match(folded)):
        found.setdefault("negate", _hit("negate", "negate.nothing", nothing))
    if how_much_less := _HOW_MUCH_LESS.search(folded):
        found.pop("propose_payment", None)
        found["ask_discount"] = _hit("ask_discount", "ask_discount.how_much", how_much_less)
    if last := _LAST_WORD.search(folded):
        found["repeat"] = _hit("repeat", LAST_WORD, last)
    yes = _YES.match(folded)
    if yes and "?" not in folded and "affirm" not in found:
        found["affirm"] = _hit("affirm", "affirm.colloquial", yes)
    return found


def wants_the_rest(folded: str) -> re.Match[str] | None:
    """Where "the rest" of the debt is spoken of, beside a part that was named."""
    return _REST.search(folded)


def wants_the_least(folded: str) -> bool:
    """Whether the smallest part that is possible is asked for."""
    return bool(_LOWEST.search(folded))


def moves_at(folded: str) -> int | None:
    """Where a date is told to move to another ("joga a primeira pro dia 14"): what is named after
    it is the new one."""
    match = _MOVE.search(folded)
    return None if match is None else match.start()


def asks_kindly(folded: str) -> bool:
    """Whether something is asked for in the form of a no ("couldn't it be the 20th?")."""
    return bool(_POLITE.search(folded))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def wants_another_day(folded: str) -> bool:
    """Whether a date that was spoken of should move, without a new one."""
    return bool(_OTHER_DATE.search(folded))


def pick_of(folded: str) -> str:
    """ "longest" or "shortest" where a plan is picked by what it is like, else ""."""
    if _LONGEST.search(folded):
        return "longest"
    return "shortest" if _SHORTEST.search(folded) else ""


def _is_own_yes(folded: str, hit: Hit) -> bool:
    if not _BARE_YES.fullmatch(folded[hit.start : hit.end]):
        return True
    named = folded[hit.end : hit.end + 1] in (":", "_", "=")
    return not named and _OWN_YES.fullmatch(folded[: hit.start]) is not None


def _denied(folded: str, found: dict[str, Hit]) -> bool:
    """Whether the promise that was found stands inside "I cannot"."""
    promise, cannot = found.get("propose_payment"), found["cannot_pay"]
    return promise is not None and cannot.start <= promise.start <= cannot.end + 8


def _hit(intent: str, rule: str, match: re.Match[str]) -> Hit:
    return Hit(intent, rule, match.start(), match.end(), 0.9)
