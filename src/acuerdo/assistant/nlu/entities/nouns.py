"""What people count that is neither money nor days: a number before one of these is no amount."""

from __future__ import annotations

_SPANISH = """
veces vez gracias disculpas perdones perdon hijos hijas hijo hija ninos ninas chamacos chamos
chicos criaturas crios nietos nietas bocas personas persona gente familiares hermanos hermanas
anos anitos meses mesecitos semanas semanitas dias diitas horas hora minutos minuto segundos
llamadas llamada mensajes mensaje correos mails cartas notificaciones intentos numeros numero
telefonos celulares tarjetas tarjeta creditos credito prestamos deudas deuda cuentas contratos
bancos locos trabajos empleos carros motos casas perros gatos cuadras pisos piso grados kilos
metros km litros cuotas cuota pagos pago plazos mensualidades quincenas letras boletas facturas
recibos recibo abonos partes opciones opcion razones cosas preguntas palabras digitos cifras
pacientes abogados compadres ordenes familias trabajadores empleados compras vueltas pasos
minutitos ratos gigas megas sedes sucursales empresas usuarios goles puntos uf udis utm
tipos boletos entradas gb mb mil_gracias mudanzas domicilios direcciones ventas sesiones
operaciones cirugias terapias pastillas medicinas
"""
_PORTUGUESE = """
vezes filhos filhas filho filha criancas netos pessoas pessoa irmaos irmas anos meses semanas
dias horas hora minutos minutinhos segundos ligacoes ligacao mensagens mensagem emails cartas
cobrancas cartoes cartao creditos emprestimos dividas contas contrato contratos bancos empregos
carros motos casas cachorros gatos andares andar graus quilos metros km litros parcelas parcela
prestacoes prestacao boletos boleto faturas fatura vias via opcoes opcao coisas perguntas
palavras digitos numeros telefones celulares advogados protocolos obrigados obrigadas beijos
abracos reclamacoes processos gols pontos megas gigas remedios cirurgias sessoes compras lojas
partes
"""
_ENGLISH = """
times time kids kid children child boys girls sons daughters people persons folks years year yrs
yr months month weeks week wks days day hours hour hrs minutes minute mins min seconds calls
call texts text messages message emails letters letter voicemails notices reminders numbers
number phones accounts account cards card loans loan debts debt jobs job cars houses dogs cats
miles blocks floors bedrooms degrees pounds_of lbs payments payment installments instalments
installment instalment parts bills options option offers offer things questions words digits
lawyers attorneys agencies companies reasons ways thanks apologies mouths roommates brothers
sisters parents siblings shifts paychecks checks pay_periods points goals feet inches percent
pages strikes attempts surgeries bedroom bathroom of_us of_them mg
"""
_ORDERED = """
option opcion opcao one offer oferta payment pago time vez call letter notice party street st
ave avenue floor piso andar grade half amendment person message email reminder loan account
check chance installment instalment cuota parcela attempt thing rule step choice digit
generation degree birthday anniversary place quarter
"""


def _alternation(*lists: str) -> str:
    words = {word.replace("_", r"\s+") for words in lists for word in words.split()}
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


# "3 hijos", "7 times": what is counted.
COUNTED = _alternation(_SPANISH, _PORTUGUESE, _ENGLISH)
# "the second offer": what has a place in a row.
ORDERED = _alternation(_ORDERED)
# Whose ordinals go beyond ten: "the 12th floor", "21st century".
PLACES = _alternation("street st ave avenue floor grade century birthday anniversary amendment")
# Not days of a month: what is counted, what has a place, what is paid.
NEVER_A_DAY = _alternation(
    _SPANISH,
    _PORTUGUESE,
    _ENGLISH,
    _ORDERED,
    """pesos reais real euros soles sol dolares dollars bucks quid pounds rand lucas luca palos
    barras conto contos pila pilas pau paus varos pavos grand hundred thousand hundo am pm mangos
    gambas""",
)
