"""Who wants to be left alone, and who only sounds like it."""

from __future__ import annotations

import pytest

from acuerdo.compliance.rules import find_stop

STOPS = """
STOP
stop.
Stop!!!
STOP STOP
Stop por favor
stop please
BAJA
Baja, gracias
baja por favor
CANCELAR
SAIR
sair
Sair, obrigado
PARAR
Pare
PAREM
NO MÁS
No mas
no más mensajes
Ya no más
Salir
unsubscribe
Unsubscribe me
opt out
desuscribirme
Darme de baja
Quiero darme de baja
Por favor denme de baja
¿Cómo me doy de baja? denme de baja
no me escriban más
No me escriban
No me vuelvan a escribir
no me llamen más por favor
no me llamen
No me contacten nunca más
No me molesten más
dejen de escribirme
Deje de llamarme!
Dejen ya de mandarme mensajes
paren de llamar
No quiero recibir más mensajes
no quiero más llamadas
no quiero que me escriban
No deseo recibir comunicaciones
no me manden más mensajes
no me envien nada
bórrenme de la lista
Sáquenme de su lista
eliminen mi número
Revoco mi autorización
pare de me mandar mensagem
Parem de ligar
não me mande mais mensagens
nao me liguem mais
Não me ligue
não quero receber mensagens
não quero mais receber ligações
Não quero mais mensagens
me tirem da lista
quero me descadastrar
DESCADASTRAR
Não entre mais em contato
Revogo a autorização
stop texting me
Stop calling
please don't text me again
Do not contact me
don't call me anymore
no more messages
remove me from your list
take me off this list
leave me alone
I want to opt out
quero sair da lista
CHEGA
basta ya
"""

OTHERS = """
quiero cancelar mi deuda
Quiero cancelar
quiero cancelar la deuda hoy mismo
¿Cómo puedo cancelar el total?
ya cancelé
quero cancelar minha dívida
quiero pagar en 3 cuotas
no puedo pagar más de 100.000
no más de 200 mil al mes
no me llamen hoy, estoy en reunión
no me llamen mañana temprano
No me escriban al trabajo
não me ligue hoje
não me ligue agora, estou no trabalho
don't call me at work
don't call me before noon
no quiero darme de baja
quiero dar de baja el servicio
Quiero darme de baja del seguro
Quiero pagar para que dejen de llamarme
no quiero pagar intereses
la tasa es muy alta
el precio está alto
bajar la cuota
me bajan los intereses?
¿Hay una rebaja?
saldré de esto pronto
vou sair de férias
quando posso sair do SPC?
para amanhã
para cuando es la fecha
quiero hablar con una persona
hello
no
sí
gracias
1
no me alcanza
no reconozco esta deuda
No es mi número
stop loss
the bus stop near the bank
parar de pagar juros
Não quero mais parcelas
no quiero más cuotas
¿puedo cancelar con tarjeta?
mi baja laboral
estoy de baja médica
Ya pagué, muchas gracias
"""


def lines(text: str) -> list[str]:
    return [line for line in text.strip().splitlines() if line]


@pytest.mark.parametrize("text", lines(STOPS))
def test_a_stop(text: str) -> None:
    assert find_stop(text) is not None


@pytest.mark.parametrize("text", lines(OTHERS))
def test_no_stop(text: str) -> None:
    assert find_stop(text) is None


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "🙂", "...", ">", "> STOP"])
def test_nothing_said(text: str) -> None:
    assert find_stop(text) is None


def test_a_mail_is_read_without_what_it_quotes() -> None:
    assert find_stop("STOP\n\n> Hola Ana, responda STOP para no recibir más") is not None
    assert find_stop("Quiero pagar\n\n> responda STOP para no recibir más mensajes") is None
    assert find_stop("BAJA\n\nAna Pérez\nContadora") is not None
    assert find_stop("Cancelar\nmi deuda") is None


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("STOP", False),
        ("No me escriban más", False),
        ("No me contacten más por ningún medio", True),
        ("stop all", True),
        ("não me mandem mais nada por nenhum canal", True),
        ("Revoco mi autorización", True),
        ("do not contact me on any channel", True),
    ],
)
def test_how_far_it_reaches(text: str, every: bool) -> None:
    stop = find_stop(text)
    assert stop is not None
    assert stop.every_channel is every


def test_a_very_long_text_is_read_in_time() -> None:
    assert find_stop("no me " * 200_000) is None
