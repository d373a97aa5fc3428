"""More words of the risks, for `lexicon.py`: turns of phrase in which a message means little else.

Each was checked against all training messages: at least 95 % of those that match have the risk.
Patterns are on folded text; the pieces of a language are alternatives between word boundaries.
"""

from __future__ import annotations

# Of each risk, by language: regular expressions of which any one is enough.
_ANY_OF: dict[str, dict[str, tuple[str, ...]]] = {
    "opt_out": {
        "es": (
            r"(?:no|ya\s+no|nunca\s+mas)\s+(?:me|nos|le|les|lo|la)?\s*(?:vuelvan?|volvais|"
            r"vuelvas)\s+a\s+(?:llamar|escribir|contactar|molestar|mandar|buscar)\w*",
            r"(?:no|ya\s+no)\s+(?:quiero|deseo)\s+(?:que\s+me\s+(?:llamen|escriban|contacten)|"
            r"(?:seguir\s+)?recibi(?:r|endo)\s+(?:\w+\s+){0,2}(?:mensajes|llamadas|"
            r"comunicaciones|correos|sms))",
            r"dej(?:en|ad|e|a)\s+(?:ya\s+)?de\s+(?:escribir\w*|llamar\w*|mandar\w*|molestar\w*|"
            r"buscar\w*|fregar|bombardear\w*|acosar\w*|contactar\w*)",
            r"no\s+(?:me\s+)?(?:llamen|llame|llameis|timbren|marquen|escriban|escribais)"
            r"\s+(?:mas|a\s+(?:mi|la)\s+(?:casa|trabajo|oficina|mama|mami|madre|jefe|esposo|"
            r"esposa|familia|hij[oa]))",
            r"(?:elimin|borr|retir|saqu|quit|suprim)\w*\s+(?:mi\s+(?:numero|celular|telefono|"
            r"correo|contacto)|mis\s+datos)\b",
            r"(?:elimin|borr|retir|saqu|quit)(?:en|e|a|ad)me\s+de\s+(?:su|la|sus|esa|el|vuestra)"
            r"\s+\w*",
            r"(?:no\s+autorizo|revoco)\s+(?:\w+\s+){0,4}(?:mensajes|llamadas|contact\w+|"
            r"consentimiento|autorizacion|datos)",
            r"(?:supresion|baja)\s+de\s+mis\s+datos",
        ),
        "pt": (
            r"par[ae]m?\s+(?:ja\s+)?(?:com\s+(?:essas|as)\s+(?:ligac\w+|mensagens)|"
            r"de\s+(?:me\s+)?(?:ligar|mandar|encher|chamar|perturbar|importunar))",
            r"nao\s+(?:me\s+)?(?:liguem|ligue|mandem|mande|procurem|procure|chamem)\s+mais",
            r"nao\s+quero\s+mais\s+(?:ligac\w+|mensage\w+|contato|receber)",
            r"(?:tir[ae]m?|apag(?:a|ue|uem)|remov\w+|exclu\w+|risca)\s+(?:o\s+)?meu\s+(?:numero|"
            r"contato|telefone|nome|zap|celular|cadastro)",
            r"(?:exclusao|remocao)\s+d[eo]s?\s+meus\s+dados",
        ),
        "en": (
            r"(?:stop|quit)\s+(?:\w+ing\s+(?:me|us|my|this)|with\s+(?:the|these)\s+(?:texts?|"
            r"calls?|messages?|emails?|smses))",
            r"(?:no\s+more|stop\s+the)\s+(?:texts?|calls?|messages?|emails?|letters)\b",
            r"(?:take|remove|delete|get)\s+(?:me|my\s+(?:number|mobile|cell|phone|details?|"
            r"info\w*|name))\s+(?:off|out\s+of|from)",
            r"lose\s+my\s+number",
            r"(?:cease|discontinue)\s+(?:all\s+)?(?:further\s+)?(?:communications?|contact|"
            r"messages|calls)",
            r"(?:don'?t|do\s+not|never)\s+(?:\w+\s+)?(?:ring|phone|call|text|contact|message)"
            r"\s+(?:me\s+)?(?:again|any\s*more|ever)",
            r"withdraw\s+(?:my\s+)?consent",
        ),
    },
    "report_deceased": {
        "es": (
            r"(?:nos\s+dejo|se\s+nos\s+(?:murio|adelanto)|dejo\s+de\s+existir|(?:ya\s+)"
            r"?no\s+esta\s+(?:ya\s+)?(?:con|entre)\s+nosotros|(?:lo|la)\s+(?:enterramos|velamos|"
            r"sepultamos)|en\s+paz\s+descanse|(?:que\s+)?en\s+gloria\s+este|"
            r"ya\s+descansa\s+en\s+paz)",
            r"(?:esta|estan)\s+enterrad[oa]s?",
            r"(?:fallecimiento|deceso|defuncion|obito)\s+de\s+(?:mi|su|la|el|minha|meu|da|do)",
            r"(?:acta|certificado|registro\s+civil|certidao)\s+de\s+(?:defuncion|obito)",
        ),
        "pt": (
            r"nao\s+esta\s+mais\s+entre\s+nos",
            r"(?:veio|vir)\s+a\s+(?:falecer|obito)",
            r"(?:enterramos|sepultamos)\s+(?:ele|ela|meu|minha)",
        ),
        "en": (
            r"(?:is|he'?s|she'?s)\s+no\s+longer\s+with\s+us",
            r"passed\s+(?:on|this|last|in)\b",
            r"we\s+(?:buried|lost)\s+(?:him|her)",
            r"(?:my|our)\s+late\s+(?:husband|wife|father|mother|mum|mom|dad|son|brother|sister|"
            r"grand\w+)",
            r"(?:husband|wife|mother|mom|mum|father|dad|brother|sister|son|daughter|nan|gran\w*|"
            r"uncle|aunt)\s+(?:has\s+)?(?:died|passed)",
            r"death\s+certificate",
        ),
    },
    "deny_identity": {
        "es": (
            r"(?:aqui|aca)\s+(?:no\s+hay\s+ningun\w*|no\s+vive\s+ningun\w*|nadie\s+se\s+llama|"
            r"no\s+se\s+encuentra\s+nadie)",
            r"(?:numero|persona)\s+(?:equivocad[oa]|incorrect[oa])",
            r"no\s+soy\s+(?:la\s+persona|el\s+senor|la\s+senora|quien\s+(?:buscan?|usted))",
            r"(?:se\s+)?(?:han\s+|ha\s+)?(?:equivocado|confundido)\s+de\s+(?:numero|persona|"
            r"casa)",
            r"no\s+(?:la|lo)?\s*conozco\s+a\s+(?:es[ea]|ningun\w*|tal)",
            r"ya\s+no\s+(?:vive|trabaja|labora)\s+(?:aqui|aca|con\s+nosotros)",
        ),
        "pt": (
            r"aqui\s+nao\s+(?:tem|mora)\s+(?:nenhum\w*|ninguem)",
            r"nao\s+(?:tem|mora|trabalha)\s+(?:ninguem|nenhum\w*)\s+(?:com\s+esse\s+nome|aqui)",
            r"(?:discou|ligou|mandou)\s+(?:pro\s+(?:numero|lugar)\s+)?errado",
            r"pegou\s+o\s+numero\s+errado",
            r"(?:vc|voce|ce|tu)\s+errou\s+de\s+numero",
            r"nao\s+sou\s+(?:a|o)\s+(?:pessoa|senhora?|dono)",
        ),
        "en": (
            r"(?:wrong|incorrect)\s+(?:number|person|guy|woman|lady|dude|individual|house)",
            r"(?:no\s+(?:one|body)|nobody|noone)\s+(?:here\s+)?(?:named|called|by\s+(?:that|"
            r"this)\s+name|of\s+that\s+name)",
            r"(?:he|she)\s+(?:doesn'?t|does\s+not|no\s+longer)\s+(?:live|work|stay)s?\s+(?:here|"
            r"at\s+this)",
            r"reached\s+the\s+wrong",
        ),
    },
    "dispute": {
        "es": (
            r"nunca\s+(?:firme|pedi|saque|contrate|compre|solicite|recibi|autorice|tuve)\s",
            r"no\s+(?:firme|contrate|solicite|autorice)\s+(?:ese|esa|eso|ningun\w*|nada)",
            r"(?:deuda|cuenta|obligacion)\s+(?:que\s+)?(?:no\s+(?:es\s+mi[ao]|me\s+corresponde|"
            r"reconozco)|ya\s+prescribio|esta\s+prescrita)",
            r"me\s+(?:estan\s+)?cobran(?:do)?\s+(?:de\s+mas|dos\s+veces|doble|algo\s+que\s+no)",
            r"(?:monto|saldo|valor|importe|cobro)\s+(?:\w+\s+){0,2}no\s+(?:coincide|cuadra|"
            r"concuerda|corresponde|es\s+correcto)",
            r"(?:la\s+)?firma\s+no\s+es\s+(?:mia|la\s+mia)",
            r"niego\s+(?:adeudar|la\s+deuda)",
            r"copia\s+del\s+(?:contrato|pagare|titulo)",
            r"(?:falsificaron|clonaron)\s+mi",
        ),
        "pt": (
            r"nunca\s+(?:fiz|assinei|comprei|contratei|abri|pedi|usei)\s",
            r"nao\s+(?:assinei|comprei|contratei|autorizei)\s+(?:isso|nada|essa|esse|nenhum\w*)",
            r"(?:essa|esta)\s+(?:divida|compra|conta)\s+nao\s+(?:e\s+minha|fui\s+eu|e\s+minha)",
            r"(?:valor|juros?|conta)\s+(?:esta|ta|veio)\s+errad[oa]",
            r"cobra(?:ndo|ram)\s+(?:duas\s+vezes|a\s+mais|em\s+dobro)",
            r"assinatura\s+nao\s+e\s+minha",
            r"fizeram\s+(?:um|uma)\s+\w+\s+(?:no|em)\s+meu\s+nome",
        ),
        "en": (
            r"i\s+(?:never|didn'?t|did\s+not)\s+(?:sign(?:ed)?|open(?:ed)?|buy|bought|"
            r"order(?:ed)?|authori[sz]ed?|take\s+out|took\s+out|borrow(?:ed)?)\b",
            r"(?:amount|balance|figure|total|number)\s+(?:is|'?s|looks)\s+(?:wrong|off|"
            r"incorrect|inflated)",
            r"(?:charged|billed|billing)\s+(?:me\s+)?twice",
            r"overcharg\w+",
            r"(?:isn'?t|is\s+not|not)\s+(?:my|mine)\s+debt",
            r"(?:forged|stole)\s+my\s+(?:signature|identity|info\w*)",
            r"copy\s+of\s+the\s+(?:credit\s+agreement|contract|original)",
            r"verification\s+of\s+(?:this|the)\s+debt",
        ),
    },
    "complaint": {
        "es": (
            r"(?:los|les|la|lo|te|os)\s+(?:voy\s+a\s+)?(?:demandar|denunciar|demando|denuncio|"
            r"denunciare|demandare)\b",
            r"(?:pondre|puse|interpondre|interpuse|radi(?:que|care|co)|presente|presentare|"
            r"levantare|hare)\s+(?:\w+\s+){0,2}(?:queja|denuncia|demanda|tutela|reclamo|"
            r"reclamacion|derecho\s+de\s+peticion)",
            r"(?:acciones|accion)\s+(?:legales|legal|penales|judiciales)",
            r"bajo\s+apercibimiento",
            r"hoja\s+de\s+reclamaciones",
            r"libro\s+de\s+reclamaciones",
            r"defensa\s+(?:al|del)\s+consumidor",
            r"(?:voy|ire|vamos)\s+a\s+la\s+(?:policia|fiscalia|superintendencia|comisaria|"
            r"justicia)",
            r"esto\s+es\s+(?:acoso|hostigamiento|ilegal|un\s+delito)",
            r"por\s+acoso",
            r"cobranza\s+ilegal",
            r"danos\s+y\s+perjuicios",
        ),
        "pt": (
            r"vou\s+(?:no\s+procon|na\s+justica|te\s+processar|processar|denunciar|"
            r"entrar\s+(?:na|com)\s+(?:justica|acao|processo)|abrir\s+(?:um\s+)?(?:b\.?o|"
            r"processo|reclamacao)|procurar\s+(?:um\s+advogado|meus\s+direitos)|acionar)",
            r"(?:ajuizar|ingressarei\s+com|mover)\s+(?:uma\s+)?acao",
            r"isso\s+(?:e|da)\s+(?:assedio|processo|crime)",
            r"danos?\s+mora(?:l|is)",
            r"ministerio\s+publico",
            r"juizado\s+especial",
            r"cobranca\s+(?:abusiva|vexatoria)",
        ),
        "en": (
            r"(?:this|that)\s+is\s+harassment",
            r"(?:i'?m|im|i\s+am|will|gonna|going\s+to)\s+(?:suing|sue|report(?:ing)?\s+(?:you|"
            r"this|u|y'?all))",
            r"see\s+you\s+in\s+court",
            r"(?:hear|letter)\s+from\s+my\s+(?:lawyer|attorney|solicitor)",
            r"attorney\s+general",
            r"better\s+business\s+bureau",
            r"legal\s+aid",
            r"formal\s+complaint",
            r"(?:illegal|against\s+the\s+law)\s+(?:and\s+you|to\s+call|to\s+tell)",
            r"trading\s+standards",
            r"financial\s+ombudsman",
            r"citizens\s+advice",
        ),
    },
    "request_human": {
        "es": (
            r"ser\s+humano",
            r"carne\s+y\s+hueso",
            r"carne\s+e\s+osso",
            r"(?:pasame|paseme|ponme|pongame|comunicame|comuniqueme|dame|deme|pasenme)\s+(?:con|"
            r"a)\s+(?:(?:un|una|el|la|tu|su|alguien|otro|otra)\s*)(?:jef[ea]|supervisor\w*|"
            r"encargad[oa]|gerente|responsable|persona|asesor\w*|humano|patron\w*|agente|"
            r"ejecutiv[oa])?",
            r"(?:hay|existe|tienen)\s+(?:algun|alguna)?\s*(?:persona|humano|asesor)\s+(?:real|"
            r"ahi|que\s+(?:me\s+)?atienda)",
            r"atencion\s+humana",
        ),
        "pt": (
            r"(?:me\s+)?(?:passa|passe|transfere|chama|chame|bota|bote|coloca)\s+(?:pra|para|"
            r"com|pro|o|a|um|uma|ao)?\s*(?:o\s+|a\s+|um\s+|uma\s+|seu\s+|tu\s+)?(?:atendente|"
            r"supervisor\w*|gerente|humano|pessoa|responsavel|alguem|operador\w*)",
            r"(?:pessoa|gente|atendente)\s+de\s+(?:verdade|vdd|carne)",
        ),
        "en": (
            r"(?:real|live|actual|proper|human)\s+(?:person|human|being|agent|rep\w*)",
            r"(?:speak|talk|chat)\s+(?:to|with)\s+(?:a|an|some|your|the)\s*(?:one|body|person|"
            r"human|agent|rep\w*|manager|supervisor|advis[eo]r|consultant|member)",
            r"get\s+me\s+(?:a|your|the|some)\s*(?:one|body|manager|supervisor|human|person|"
            r"rep\w*)",
        ),
    },
    "report_fraud_fear": {
        "es": (
            r"(?:esto|eso|esta)\s+(?:me\s+)?(?:huele|suena|parece|canta|tiene\s+pinta)"
            r"\s+(?:\w+\s+){0,2}(?:estafa|fraude|timo|raro|mal|trucho|falso|cuento)",
            r"(?:es|sera|seria)\s+(?:un\s+|una\s+)?(?:timo|engano|estafa|fraude|phishing)\b",
            r"cuento\s+del\s+tio",
            r"mala\s+espina",
            r"como\s+(?:se|puedo\s+saber|compruebo|verifico|valido|cacho)\s+(?:yo\s+)?(?:que|si)"
            r"\s+(?:no\s+)?(?:es|son|eres|ustedes|usted|esto|sois|esta)",
            r"(?:no\s+(?:le\s+)?(?:voy\s+a\s+)?(?:dar|doy|paso|pincho|abro|clic\w*))"
            r"\s+(?:\w+\s+){0,3}(?:datos|clave|cedula|dni|curp|tarjeta|enlaces?|links?|pin|nip|"
            r"token)",
        ),
        "pt": (
            r"(?:isso|ta|parece)\s+(?:\w+\s+){0,3}(?:golpe|fake|fraude|mutreta)\b",
            r"(?:sera|isso)\s+(?:que\s+)?(?:num|nao)?\s*(?:e|eh)\s+golpe",
            r"como\s+(?:eu\s+)?(?:sei|vou\s+saber|confirmo|comprovo|verifico)\s+(?:que|se)",
            r"nao\s+(?:vou\s+)?(?:clico|clicar|passo|passar|mando|mandar)\s+(?:\w+\s+)"
            r"{0,3}(?:link|dados?|documento|cpf|senha|rg)",
            r"central\s+falsa",
        ),
        "en": (
            r"(?:sounds|seems|smells|looks)\s+(?:\w+\s+){0,2}(?:fishy|dodgy|sus|shady|sketchy|"
            r"scammy|fake|phishing|like\s+a\s+(?:scam|con))",
            r"phishing",
            r"(?:is|are)\s+(?:this|you|u|y'?all)\s+(?:\w+\s+)?(?:legit|for\s+real|a\s+con|"
            r"genuine|a\s+real\s+company)",
            r"how\s+(?:do|can|am)\s+i\s+(?:know|verify|supposed\s+to\s+know|be\s+sure)",
            r"not\s+(?:giving|handing|sending|typing)\s+(?:\w+\s+){0,3}(?:ssn|social|card|id|"
            r"date\s+of\s+birth|account|bank|pin|details)",
        ),
    },
    "hardship": {
        "es": (
            r"sin\s+(?:trabajo|empleo|chamba|pega|laburo|camello|curro|ingresos)",
            r"(?:estoy|quede|ando|sigo|en)\s+(?:cesante|en\s+(?:el\s+)?paro|desocupad[oa])",
            r"(?:me|nos)\s+(?:despidieron|echaron|corrieron|botaron|rajaron|pelaron)\s+(?:de|"
            r"del|a\s+todos|a\s+todas)",
            r"cerr(?:o|aron)\s+(?:la|el|mi)\s+(?:fabrica|empresa|negocio|planta|maquila|tienda|"
            r"local|restaurante)",
            r"no\s+(?:tengo|hay)\s+(?:ni\s+)?(?:para|pa|pal)\s+(?:comer|el\s+arriendo|"
            r"la\s+renta|mercado|el\s+mercado)",
            r"(?:pension|jubilacion)\s+minima",
            r"estoy\s+(?:hospitalizad[oa]|con\s+licencia\s+medica)",
        ),
        "pt": (
            r"sem\s+(?:emprego|trabalho|trampo|servico|renda|ganhar)",
            r"(?:seguro\s+desemprego\s+acabou|acabou\s+o\s+seguro\s+desemprego)",
            r"(?:a\s+)?(?:empresa|firma|loja)\s+(?:faliu|fechou)",
            r"(?:fui|foram|me)\s+(?:demitid[oa]s?|mandad[oa]s?\s+embora|mandaram\s+embora)",
            r"nao\s+(?:tenho|sobra)\s+(?:nem\s+)?(?:pra|para)\s+(?:comer|nada)",
            r"afastad[oa]\s+(?:pelo|do)\s+(?:inss|trabalho)",
            r"na\s+lona",
            r"(?:vivendo|vivo)\s+de\s+(?:bico|favor)",
        ),
        "en": (
            r"(?:lost|losing)\s+my\s+(?:job|hours|home|business)",
            r"(?:got|been|was)\s+(?:laid\s+off|let\s+go|fired|furloughed|made\s+redundant|"
            r"retrenched)",
            r"made\s+redundant",
            r"out\s+of\s+work",
            r"on\s+(?:disability|food\s+stamps|sick\s+leave)",
            r"food\s+bank",
            r"(?:hours|overtime|pay)\s+(?:got\s+|were\s+)?(?:cut|slashed)",
            r"(?:barely|can'?t)\s+(?:make\s+ends\s+meet|feed|get(?:ting)?\s+by|scrap\w+)",
            r"paycheck\s+to\s+paycheck",
        ),
    },
    "abuse": {
        "es": (
            r"hij[oa]s?\s+de\s+(?:su\s+)?(?:perra|puta|p\b)",
            r"hdp",
            r"hpta",
            r"hijuep\w+",
            r"conch[ae]\w*(?:sumare|tumare|dumare)",
            r"shuchetumare",
            r"ctm\b",
            r"csm\b",
            r"weon\w*\s+(?:culiao|ql)",
            r"culia[o']?s?\b",
            r"qlia?os?",
            r"pelotud[oa]s?",
            r"forros?\b",
            r"la\s+concha\s+de",
            r"vayan?se\s+a\s+la\s+(?:mierda|chingada|verga)",
            r"v(?:aya|ete|ayan|ayanse|ete)\s+a\s+la\s+(?:mierda|verga)",
            r"vete\s+a\s+(?:cagar|la\s+mierda)",
            r"iros\s+a\s+la\s+mierda",
            r"(?:son|sois|eres|sos|es)\s+(?:un|una|unos|unas)\s+(?:idiota|imbecil|estupid[oa]|"
            r"pelotud[oa]|forro|basura|rata|carroner[oa]|sinverguenza|buitre|inutil|payas[oa])"
            r"(?:s|es)?",
            r"gilipollas",
            r"capullos?",
            r"cojudos?",
            r"huevones?",
        ),
        "pt": (
            r"(?:seus?|sua)\s+(?:lixos?|merda|otari[oa]s?|bostas?|idiotas?|trouxas?|babacas?|"
            r"arrombad[oa]s?|safad[oa]s?)",
            r"vai\s+(?:pro\s+inferno|se\s+lascar|te\s+catar|pra\s+puta)",
            r"fdp\b",
            r"vsf\b",
            r"tnc\b",
            r"bando\s+de\s+(?:ladr\w+|urubus?|vagabund\w+|safad\w+|cabra\s+safado)",
        ),
        "en": (
            r"(?:you'?re|you|ur|u)\s+(?:\w+\s+){0,3}(?:scum\w*|bellend|moron|idiot|leech\w*|"
            r"vermin|muppets?|lowli\w+|pathetic|trash|clowns?)\b",
            r"(?:kiss|suck)\s+my",
            r"piss\s+off",
            r"eat\s+shit",
            r"bunch\s+of\s+(?:thieves|crooks|lowlifes|clowns|idiots|vultures)",
            r"voetsek",
            r"dickheads?",
            r"wankers?",
            r"cunts?",
        ),
    },
    "claim_paid": {
        "es": (
            r"ya\s+(?:lo|la|les|le|se|te|os)\s*(?:lo|la)?\s*(?:pague|deposite|transferi|"
            r"consigne|abone|cancele|yapee|yapie|ingrese|mande|gire)",
            r"ya\s+(?:deposite|consigne|transferi|abone|quedo\s+(?:pago|pagado|cancelado|listo|"
            r"saldado)|esta\s+(?:pago|pagado|cancelad[oa]|liquidad[oa]|saldad[oa]))",
            r"(?:adjunto|anexo|envio|remito|comparto)\s+(?:el\s+|la\s+|mi\s+)?(?:comprobante|"
            r"soporte|voucher|justificante|constancia|recibo)\b",
            r"(?:pague|deposite|consigne|transferi|abone)\s+(?:el\s+(?:lunes|martes|miercoles|"
            r"jueves|viernes|sabado|domingo|dia)|ayer|anteayer|anoche|la\s+semana\s+pasada|hace)",
            r"me\s+lo\s+(?:descontaron|debitaron|cobraron)",
            r"(?:fue|esta)\s+(?:pagad[oa]|cancelad[oa]|liquidad[oa])\s+(?:en|desde|hace|el)",
        ),
        "pt": (
            r"ja\s+(?:acertei|caiu|esta\s+quitad[oa]|ta\s+quitad[oa]|fiz|depositei|"
            r"foi\s+(?:pago|quitad[oa]|descontad[oa]))\b",
            r"(?:segue|envio|mandei|anexo)\s+(?:em\s+anexo\s+|anexo\s+)?(?:o\s+)?comprovante",
            r"quitei\b",
            r"(?:fiz|mandei|fizemos)\s+o\s+(?:pix|pagamento|deposito|dinheiro)",
            r"ta\s+quitad[oa]\b",
            r"(?:foi|ja\s+foi)\s+(?:quitad[oa]|debitad[oa]|compensad[oa])",
        ),
        "en": (
            r"(?:already|just)\s+(?:paid|settled|cleared|sent\s+(?:it|the\s+(?:money|payment)))",
            r"(?:it'?s|its|that'?s|been|was|account\s+was)\s+(?:been\s+)?(?:paid|settled)"
            r"\b(?!\s+(?:off\s+)?(?:by|when|on\s+the\s+\d+\w*\s+of\s+(?:next|each)))",
            r"(?:payment|transfer|check|cheque|debit\s+order|direct\s+debit)\s+(?:has\s+)"
            r"?(?:went|cleared|posted|gone\s+(?:through|out|off)|left\s+my)",
            r"you\s+(?:guys\s+)?(?:already\s+)?took\s+(?:it|the\s+(?:money|payment))",
            r"proof\s+of\s+payment\s+(?:was|is|attached)",
        ),
    },
}

# The same as one pattern for each risk and language, by the name of its rule.
PHRASES: dict[str, dict[str, str]] = {
    risk: {
        f"phrases_{language}": rf"\b(?:{'|'.join(any_of)})\b"
        for language, any_of in by_language.items()
    }
    for risk, by_language in _ANY_OF.items()
}
