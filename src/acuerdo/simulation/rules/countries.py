"""What invented people of each country are called, where they live and which phones they have.

No number here may ring at somebody's: where a country keeps numbers for fiction or never gives out
a form, those are used; where it does not, blocks of zeros (`docs/synthetic-portfolios.md`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """`heads`: what phones there begin with, without the country code."""

    subdivision: str
    city: str
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one country. `tail` is how many digits follow a phone's head; `level` what one
    unit of a balance is worth in its currency; `step` the smallest amount in hundredths."""

    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    places: tuple[Place, ...]
    street: str
    dial: str
    tail: int
    currency: str
    level: float
    step: int
    language: str
    has_two_surnames: bool


_FIRST = {
    "CO": "Luisa Andrés Camila Santiago Valentina Julián Marcela Diego Paola Sebastián Natalia"
    " Óscar Adriana Mauricio Liliana Hernán Yolanda Wilson Ximena Fabián",
    "MX": "Guadalupe José María Fernando Alejandra Miguel Verónica Raúl Leticia Arturo Brenda"
    " Héctor Rocío Iván Patricia Gerardo Lorena Saúl Araceli Jorge",
    "BR": "João Mariana Lucas Beatriz Rafael Juliana Thiago Fernanda Gabriel Aline Bruno Patrícia"
    " Felipe Vanessa Rodrigo Larissa Marcelo Simone Otávio Débora",
    "ES": "Lucía Hugo Carmen Pablo Marta Álvaro Elena Sergio Nuria Iñaki Rosa Adrián Pilar Rubén"
    " Montserrat Javier Ainhoa Íñigo Laura Manuel",
    "CL": "Constanza Cristóbal Javiera Matías Francisca Ignacio Catalina Benjamín Macarena Claudio"
    " Carolina Rodrigo Daniela Gonzalo",
    "PE": "Rosa Luis Flor César Milagros Percy Maribel Jhon Yesenia Walter Katherine Edwin Nelly"
    " Renzo",
    "AR": "Florencia Facundo Agustina Gastón Rocío Nahuel Micaela Ezequiel Soledad Hernán Romina"
    " Leandro Mariela Damián",
    "PT": "Inês Tiago Beatriz Nuno Catarina Gonçalo Sofia Rui Joana Duarte Margarida Vasco Leonor"
    " Afonso",
    "EC": "Gabriela Byron Mayra Stalin Verónica Fausto Jessenia Marlon Tatiana Freddy Narcisa"
    " Galo Ximena Darwin",
    "CR": "Karla Esteban Melissa Randall Adriana Minor Silvia Allan Xinia Gerardo Priscilla Keylor"
    " Ana Warner",
    "US": "Jennifer Michael Ashley James Jessica Robert Emily David Latoya Anthony Maria Kevin"
    " Brittany Tyrone Megan Carlos",
    "GB": "Emma Oliver Chloe Harry Sophie Callum Amelia George Priya Mohammed Charlotte Gareth"
    " Niamh Ewan Zara Liam",
    "ZA": "Thandi Sipho Nomvula Johan Lerato Thabo Anika Pieter Zanele Bongani Fatima Mpho Naledi"
    " Riaan Ayanda Kagiso",
}
_LAST = {
    "CO": "Gómez Rodríguez Martínez López Castaño Restrepo Ospina Cárdenas Zapata Londoño Quintero"
    " Beltrán Acosta Peña Arango Muñoz Salazar Vargas",
    "MX": "Hernández García Pérez González Sánchez Ramírez Torres Flores Rivera Mendoza Chávez"
    " Ortiz Núñez Juárez Cervantes Ibarra Lozano Téllez",
    "BR": "Silva Santos Oliveira Souza Lima Pereira Ferreira Costa Rodrigues Almeida Nascimento"
    " Araújo Ribeiro Carvalho Gonçalves Barbosa Teixeira Moraes",
    "ES": "García Fernández Álvarez Moreno Jiménez Ruiz Navarro Domínguez Gil Serrano Blanco Molina"
    " Castro Ortega Rubio Marín Ibáñez Etxeberria",
    "CL": "González Muñoz Rojas Díaz Soto Contreras Silva Sepúlveda Morales Fuentes Araya Tapia"
    " Espinoza Valenzuela",
    "PE": "Quispe Flores Huamán Mamani Rojas Chávez Vásquez Ramos Mendoza Condori Castillo Espinoza"
    " Salazar Cárdenas",
    "AR": "González Fernández Gómez Díaz Romero Sosa Álvarez Benítez Acosta Medina Aguirre Ledesma"
    " Ferreyra Bianchi",
    "PT": "Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Sousa Fernandes Marques"
    " Almeida Pinto Carvalho",
    "EC": "Zambrano Sánchez Cedeño García Mendoza Vera Rodríguez Guamán Andrade Paredes Toapanta"
    " Moreira Chicaiza Vélez",
    "CR": "Rodríguez Vargas Jiménez Mora Rojas Ramírez Solano Quesada Chaves Araya Alfaro"
    " Villalobos Brenes Calderón",
    "US": "Smith Johnson Williams Brown Garcia Miller Davis Martinez Wilson Anderson Nguyen Taylor"
    " Moore Robinson Walker Hall",
    "GB": "Jones Taylor Davies Evans Thomas Roberts Walker Wright Patel Khan Hughes Campbell"
    " Stewart Murphy Begum Edwards",
    "ZA": "Dlamini Nkosi Naidoo Botha Mokoena Khumalo Pillay Mahlangu Jacobs Mthembu Venter Ndlovu"
    " Sithole Adams Molefe Pretorius",
}
# subdivision | city | what phones there begin with (nothing: the heads of the country)
_PLACES = {
    "CO": "Antioquia|Medellín Bogotá|Bogotá Valle_del_Cauca|Cali Atlántico|Barranquilla"
    " Santander|Bucaramanga Cundinamarca|Soacha",
    "MX": "Ciudad_de_México|Ciudad_de_México|5500 Jalisco|Guadalajara|3300"
    " Nuevo_León|Monterrey|8100 Puebla|Puebla|2220 Baja_California|Tijuana|6640"
    " Sonora|Hermosillo|6620 Quintana_Roo|Cancún|9980",
    "BR": "SP|São_Paulo|1190000,1290000,1990000 RJ|Rio_de_Janeiro|2190000,2290000"
    " MG|Belo_Horizonte|3190000,3490000 BA|Salvador|7190000,7590000 AM|Manaus|9290000"
    " RS|Porto_Alegre|5190000,5490000 PE|Recife|8190000,8790000",
    "ES": "Madrid|Madrid Cataluña|Barcelona Andalucía|Sevilla Comunidad_Valenciana|Valencia"
    " Canarias|Las_Palmas País_Vasco|Bilbao",
    "CL": "Metropolitana|Santiago Valparaíso|Viña_del_Mar Biobío|Concepción"
    " Antofagasta|Antofagasta Magallanes|Punta_Arenas",
    "PE": "Lima|Lima Arequipa|Arequipa La_Libertad|Trujillo Piura|Piura Cusco|Cusco",
    "AR": "Buenos_Aires|La_Plata Córdoba|Córdoba Santa_Fe|Rosario Mendoza|Mendoza"
    " Tucumán|San_Miguel_de_Tucumán",
    "PT": "Lisboa|Lisboa Porto|Porto Braga|Braga Setúbal|Almada Faro|Faro",
    "EC": "Pichincha|Quito Guayas|Guayaquil Azuay|Cuenca Manabí|Manta",
    "CR": "San_José|San_José Alajuela|Alajuela Cartago|Cartago Heredia|Heredia Limón|Limón",
    "US": "Texas|Houston|71355501,21455501,51255501,21055501,91555501"
    " California|Los_Angeles|21355501,41555501,61955501,91655501"
    " Florida|Miami|30555501,40755501,81355501 New_York|New_York|21255501,71855501,91755501"
    " Illinois|Chicago|31255501 Georgia|Atlanta|40455501 Ohio|Columbus|61455501,21655501"
    " Arizona|Phoenix|60255501,48055501 Colorado|Denver|30355501 Washington|Seattle|20655501",
    "GB": "England|Leeds|1134960 England|Sheffield|1144960 England|Birmingham|1214960"
    " England|Liverpool|1514960 England|Manchester|1614960 England|London|2079460"
    " England|Newcastle|1914980 Scotland|Edinburgh|1314960 Scotland|Glasgow|1414960"
    " Wales|Cardiff|2920180 Northern_Ireland|Belfast|2896496",
    "ZA": "Gauteng|Johannesburg Western_Cape|Cape_Town KwaZulu-Natal|Durban"
    " Eastern_Cape|Gqeberha Free_State|Bloemfontein",
}
# country | dialling code | heads | digits that follow | currency | level | step | language | street
_ROWS = """
CO|57|300000 301000 302000 304000 305000 310000 311000 312000 313000 314000 320000|4|COP|1000|10000|es|Calle Ejemplo # {}
MX|52||6|MXN|5|1|es|Av. Ejemplo {}
BR|55||4|BRL|1.24|1|pt|Rua Exemplo, {}
ES|34|7300|5|EUR|.6|1|es|Calle Ejemplo, {}
CL|56|95000 94000 93000 99000 98000|4|CLP|220|100|es|Pasaje Ejemplo {}
PE|51|9000|5|PEN|.95|1|es|Jr. Ejemplo {}
AR|54|9110|7|ARS|320|100|es|Calle Ejemplo {}
PT|351|9200|5|EUR|.5|1|pt|Rua Exemplo, {}
EC|593|9800|5|USD|.3|1|es|Calle Ejemplo {}
CR|506|6000 7000 8300|4|CRC|150|100|es|Avenida Ejemplo {}
US|1||2|USD|1.2|1|en|{} Example St
GB|44||3|GBP|.8|1|en|{} Example Road
ZA|27|6000 6100 7100 8100|5|ZAR|4|1|en|{} Example Street
"""  # noqa: E501
_ONE_SURNAME = ("US", "GB", "ZA", "AR")


def _read(row: str) -> tuple[str, Facts]:
    code, dial, heads, tail, currency, level, step, language, street = row.split("|")
    places = []
    for item in _PLACES[code].split():
        subdivision, city, own = (item + "|").split("|")[:3]
        places.append(
            Place(
                subdivision.replace("_", " "),
                city.replace("_", " "),
                tuple(own.split(",")) if own else tuple(heads.split()),
            )
        )
    return code, Facts(
        first_names=tuple(_FIRST[code].split()),
        last_names=tuple(_LAST[code].split()),
        places=tuple(places),
        street=street,
        dial=dial,
        tail=int(tail),
        currency=currency,
        level=float(level),
        step=int(step),
        language=language,
        has_two_surnames=code not in _ONE_SURNAME,
    )


COUNTRIES = dict(map(_read, _ROWS.strip().splitlines()))
"""ISO 3166-1 code → its facts."""
