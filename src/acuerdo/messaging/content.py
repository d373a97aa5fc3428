"""What a finished text tells its reader: the message facts that the contact gate asks for.

Two sources, the stricter wins: the facts that the template used (a fact knows whether it
discloses), and the words themselves, by lexicons in es, pt and en. The lexicons are wide on
purpose: a harmless text taken for a disclosing one waits for a verified reader; the opposite
tells a stranger about somebody's debt.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies the creditor to a reader."""

    name: str
    legal_name: str = ""
    tax_id: str = ""
    address: str = ""


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(patterns) + r")\b")


# Folded: lower case, no accents.
_DEBT = _words(
    r"deud\w*",
    r"moros\w*",
    r"en mora",
    r"adeuda\w*",
    r"saldo\w*",
    r"vencid[oa]s?",
    r"atrasad[oa]s?",
    r"cuotas?",
    r"cobranza\w*",
    r"cobro\w*",
    r"credito\w*",
    r"prestamo\w*",
    r"mensualidad\w*",
    r"divida\w*",
    r"debito\w*",
    r"em aberto",
    r"em atraso",
    r"parcela\w*",
    r"cobranca\w*",
    r"emprestimo\w*",
    r"quita\w*",
    r"liquidacion",
    r"debt\w*",
    r"overdue",
    r"arrears",
    r"past due",
    r"you owe",
    r"amount due",
    r"outstanding",
    r"balance",
    r"instal+ments?",
    r"loans?",
)
_AMOUNT = re.compile(
    r"(?:[$€£]|\b(?:r\$|us\$|cop|mxn|brl|eur|usd|clp|pen|ars)\b)\s?\d"
    r"|\d[\d.,]*\s?(?:[$€£]|(?:cop|mxn|brl|eur|usd|clp|pen|ars|pesos|reais|euros|soles)\b)"
)
_OPT_OUT = _words(
    r"baja",
    r"sair",
    r"stop",
    r"parar",
    r"descadastrar",
    r"cancelar (?:la )?suscripcion",
    r"no (?:quiere|quieres|queres|desea) recibir",
    r"nao (?:quer|deseja) receber",
    r"unsubscribe",
)
_THREAT = _words(
    r"ultim[ao] (?:aviso|oportunidad|oportunidade|chance)",
    r"last chance",
    r"final notice",
    r"consecuencias?",
    r"consequencias?",
    r"consequences",
    r"sera reportad[oa]",
    r"negativad[oa]",
    r"reportad[oa] (?:a|en|ante)",
    r"lista negra",
    r"blacklist\w*",
    r"carcel",
    r"prision",
    r"cadeia",
    r"jail",
    r"aten(?:gase|ase)",
    r"o de lo contrario",
    r"caso contrario",
    r"or else",
)
_LEGAL = _words(
    r"demanda\w*",
    r"embarg\w*",
    r"juicio\w*",
    r"proceso (?:judicial|ejecutivo|legal)",
    r"acciones? (?:judicial\w*|legal\w*)",
    r"via judicial",
    r"acao judicial",
    r"acoes judiciais",
    r"penhora\w*",
    r"ajuizar\w*",
    r"lawsuit\w*",
    r"sue",
    r"legal action",
    r"garnish\w*",
)
_COURT = _words(
    r"juzgado\w*",
    r"tribunal\w*",
    r"juez",
    r"sentencia\w*",
    r"citacion judicial",
    r"notificacion judicial",
    r"juiz",
    r"mandado\w*",
    r"intimacao",
    r"citacao",
    r"court\w*",
    r"judge\w*",
    r"subpoena\w*",
    r"summons",
)
_INSTITUTION = _words(
    r"policia\w*",
    r"fiscalia\w*",
    r"ministerio",
    r"superintendencia\w*",
    r"receita federal",
    r"hacienda",
    r"procuraduria\w*",
    r"delegacia\w*",
    r"police",
    r"ministry",
    r"government",
    r"gobierno",
    r"governo",
)
_REASON = _words(
    r"(?:motivo|razon|causa)s? (?:del?|por (?:el|la) (?:que|cual)) (?:\w+ )?"
    r"(?:no pago|impago|incumplimiento|atraso|mora)",
    r"por que (?:\w+ )?no (?:ha |has )?pag\w+",
    r"por que (?:\w+ )?(?:nao|deixou de) pag\w+",
    r"motivo d[oa] (?:atraso|inadimplencia|nao pagamento)",
    r"why (?:have|did|has|haven.t|didn.t)\w* (?:you |not )*(?:pay|paid)",
    r"reason for (?:the )?(?:default|non.?payment|late payment)",
)
_PLAN = _words(
    r"plan(?:es)? de pagos?",
    r"acuerdo de pago",
    r"cuotas",
    r"parcel\w+",
    r"instal+ments?",
    r"payment plan",
    r"en \d+ pagos",
    r"em \d+ vezes",
    r"opciones",
    r"opcoes",
    r"options",
)


def fold(text: str) -> str:
    """Lower case without accents, white space made one blank."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


def collect_message_facts(
    *,
    text: str,
    subject: str = "",
    identity: Identity,
    unsubscribe_url: str = "",
    discloses: bool = False,
) -> dict[str, bool]:
    """The gate's facts about a finished text, by their names in the gate.

    `discloses` is what the used facts say; `unsubscribe_url` the one-click address that travels
    in a header beside the text.
    """
    # Links hold random letters, which are nobody's words.
    words = fold(re.sub(r"https?://\S+", " ", f"{subject}\n{text}"))

    def shows(value: str) -> bool:
        return bool(value) and fold(value) in words

    legal = bool(_LEGAL.search(words))
    named = shows(identity.name) or shows(identity.legal_name)
    rest = words
    for value in (identity.legal_name, identity.name):
        # A creditor called «Créditos del Sur» does not disclose by its own name.
        rest = rest.replace(fold(value), " ") if value else rest
    return {
        "identifies_creditor": named,
        "supplier_name": named,
        "supplier_address": shows(identity.address),
        "supplier_tax_id": shows(identity.tax_id),
        "has_opt_out": bool(unsubscribe_url) or bool(_OPT_OUT.search(words)),
        "discloses_debt": discloses or bool(_DEBT.search(rest) or _AMOUNT.search(rest)),
        "asks_reason_for_default": bool(_REASON.search(words)),
        "offers_payment_plan": bool(_PLAN.search(words)),
        "contains_threat": legal or bool(_THREAT.search(words)),
        "threatens_legal_action": legal,
        "refers_to_judicial_act": bool(_COURT.search(words)),
        "looks_judicial": bool(_COURT.search(fold(subject))),
        "impersonates_public_institution": bool(_INSTITUTION.search(rest)),
        "public_display": False,
    }
