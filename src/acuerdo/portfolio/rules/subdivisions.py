"""The parts of thirteen countries: ISO 3166-2 codes, the names that lenders write, and their time.

One line each: `code name / other name = zone zone`, going on in lines that begin with `/` or `=`.
Without `=` it has the country's main zone.
Where a part has several zones all are listed, the one of most people first, and no address or
phone of there tells which. Zones that have kept the same time as another one of the list since
2010, and are no name that people use (`America/Indiana/Vevay`), stand under the other's name.

Sources: the time zone database's zone.tab with its notes on which parts a zone covers; for the
United States 49 CFR part 71; for Mexico the Ley de los Husos Horarios of 2022-10-28, whose border
municipalities keep the time of their neighbours; for Brazil Lei 12.876/2013 (west of Amazonas).
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

MAIN_ZONES = {
    "AR": "America/Argentina/Buenos_Aires",
    "BR": "America/Sao_Paulo",
    "CL": "America/Santiago",
    "CO": "America/Bogota",
    "CR": "America/Costa_Rica",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "GB": "Europe/London",
    "MX": "America/Mexico_City",
    "PE": "America/Lima",
    "PT": "Europe/Lisbon",
    "US": "America/New_York",
    "ZA": "Africa/Johannesburg",
}

_SUBDIVISIONS = {
    "AR": """
        A Salta = America/Argentina/Salta
        B Buenos Aires / Bs As / Provincia de Buenos Aires / PBA / GBA / Gran Buenos Aires
        C Ciudad Autónoma de Buenos Aires / CABA / Ciudad de Buenos Aires / Capital Federal
        D San Luis = America/Argentina/San_Luis
        E Entre Ríos = America/Argentina/Cordoba
        F La Rioja = America/Argentina/La_Rioja
        G Santiago del Estero / Sgo del Estero = America/Argentina/Cordoba
        H Chaco = America/Argentina/Cordoba
        J San Juan = America/Argentina/San_Juan
        K Catamarca = America/Argentina/Catamarca
        L La Pampa = America/Argentina/Salta
        M Mendoza = America/Argentina/Mendoza
        N Misiones = America/Argentina/Cordoba
        P Formosa = America/Argentina/Cordoba
        Q Neuquén = America/Argentina/Salta
        R Río Negro = America/Argentina/Salta
        S Santa Fe = America/Argentina/Cordoba
        T Tucumán = America/Argentina/Tucuman
        U Chubut = America/Argentina/Catamarca
        V Tierra del Fuego / Tierra del Fuego, Antártida e Islas del Atlántico Sur / TDF
          = America/Argentina/Ushuaia
        W Corrientes = America/Argentina/Cordoba
        X Córdoba / Cba = America/Argentina/Cordoba
        Y Jujuy = America/Argentina/Jujuy
        Z Santa Cruz = America/Argentina/Rio_Gallegos
    """,
    "BR": """
        AC Acre = America/Rio_Branco
        AL Alagoas = America/Maceio
        AM Amazonas = America/Manaus America/Eirunepe
        AP Amapá = America/Belem
        BA Bahia = America/Bahia
        CE Ceará = America/Fortaleza
        DF Distrito Federal / Brasília
        ES Espírito Santo
        GO Goiás
        MA Maranhão = America/Fortaleza
        MG Minas Gerais
        MS Mato Grosso do Sul = America/Campo_Grande
        MT Mato Grosso = America/Cuiaba
        PA Pará = America/Belem America/Santarem
        PB Paraíba = America/Fortaleza
        PE Pernambuco = America/Recife America/Noronha
        PI Piauí = America/Fortaleza
        PR Paraná
        RJ Rio de Janeiro
        RN Rio Grande do Norte = America/Fortaleza
        RO Rondônia = America/Porto_Velho
        RR Roraima = America/Boa_Vista
        RS Rio Grande do Sul
        SC Santa Catarina
        SE Sergipe = America/Maceio
        SP São Paulo
        TO Tocantins = America/Araguaina
    """,
    "CL": """
        AI Aysén / Aisén / Aysén del General Carlos Ibáñez del Campo
          / Aisén del General Carlos Ibáñez del Campo / XI = America/Coyhaique
        AN Antofagasta / II
        AP Arica y Parinacota / Arica / XV
        AR La Araucanía / Araucanía / IX
        AT Atacama / III
        BI Biobío / Bío-Bío / VIII
        CO Coquimbo / IV
        LI Libertador General Bernardo O'Higgins / O'Higgins / Libertador Bernardo O'Higgins / VI
        LL Los Lagos / X
        LR Los Ríos / XIV
        MA Magallanes / Magallanes y de la Antártica Chilena / Magallanes y Antártica / XII
          = America/Punta_Arenas
        ML Maule / VII
        NB Ñuble / XVI
        RM Metropolitana / Región Metropolitana de Santiago / Santiago / XIII
        TA Tarapacá / I
        VS Valparaíso / V / Isla de Pascua / Rapa Nui = America/Santiago Pacific/Easter
    """,
    "CO": """
        AMA Amazonas
        ANT Antioquia
        ARA Arauca
        ATL Atlántico
        BOL Bolívar
        BOY Boyacá
        CAL Caldas
        CAQ Caquetá
        CAS Casanare
        CAU Cauca
        CES Cesar
        CHO Chocó
        COR Córdoba
        CUN Cundinamarca
        DC Bogotá / Bogotá D.C. / Distrito Capital / Distrito Capital de Bogotá
          / Santa Fe de Bogotá / Santafé de Bogotá D.C.
        GUA Guainía
        GUV Guaviare
        HUI Huila
        LAG La Guajira / Guajira
        MAG Magdalena
        MET Meta
        NAR Nariño
        NSA Norte de Santander / N. de Santander
        PUT Putumayo
        QUI Quindío
        RIS Risaralda
        SAN Santander
        SAP San Andrés / San Andrés y Providencia / San Andrés, Providencia y Santa Catalina
          / Archipiélago de San Andrés, Providencia y Santa Catalina
        SUC Sucre
        TOL Tolima
        VAC Valle del Cauca / Valle
        VAU Vaupés
        VID Vichada
    """,
    "CR": """
        A Alajuela
        C Cartago
        G Guanacaste
        H Heredia
        L Limón
        P Puntarenas
        SJ San José
    """,
    "EC": """
        A Azuay
        B Bolívar
        C Carchi
        D Orellana / Francisco de Orellana
        E Esmeraldas
        F Cañar
        G Guayas
        H Chimborazo
        I Imbabura
        L Loja
        M Manabí
        N Napo
        O El Oro
        P Pichincha
        R Los Ríos
        S Morona Santiago
        SD Santo Domingo de los Tsáchilas / Santo Domingo
        SE Santa Elena
        T Tungurahua
        U Sucumbíos
        W Galápagos / Islas Galápagos = Pacific/Galapagos
        X Cotopaxi
        Y Pastaza
        Z Zamora Chinchipe
    """,
    "ES": """
        AN Andalucía / Andalusia / Almería / Cádiz / Córdoba / Granada / Huelva / Jaén
          / Málaga / Sevilla
        AR Aragón / Huesca / Teruel / Zaragoza
        AS Asturias / Principado de Asturias / Oviedo
        CB Cantabria / Santander
        CE Ceuta = Africa/Ceuta
        CL Castilla y León / Castilla-León / Ávila / Burgos / León / Palencia / Salamanca
          / Segovia / Soria / Valladolid / Zamora
        CM Castilla-La Mancha / Albacete / Ciudad Real / Cuenca / Guadalajara / Toledo
        CN Canarias / Islas Canarias / Canary Islands = Atlantic/Canary
        CT Cataluña / Catalunya / Barcelona / Girona / Gerona / Lleida / Lérida / Tarragona
        EX Extremadura / Badajoz / Cáceres
        GA Galicia / A Coruña / La Coruña / Coruña / Lugo / Ourense / Orense / Pontevedra
        GC Las Palmas / Las Palmas de Gran Canaria / Gran Canaria = Atlantic/Canary
        IB Islas Baleares / Illes Balears / Baleares / Balears / Mallorca
        MC Murcia / Región de Murcia
        MD Madrid / Comunidad de Madrid
        ML Melilla = Africa/Ceuta
        NC Navarra / Comunidad Foral de Navarra / Nafarroa
        PV País Vasco / Euskadi / Álava / Araba / Araba-Álava / Guipúzcoa / Gipuzkoa / Vizcaya
          / Bizkaia
        RI La Rioja / Logroño
        TF Santa Cruz de Tenerife / Tenerife / S.C. Tenerife = Atlantic/Canary
        VC Valencia / Comunidad Valenciana / Comunitat Valenciana / València / Alicante / Alacant
          / Alicante-Alacant / Castellón / Castelló / Castellón-Castelló / Valencia-València
    """,
    "GB": """
        ENG England / Inglaterra
        NIR Northern Ireland / Irlanda del Norte / Irlanda do Norte
        SCT Scotland / Escocia / Escócia
        WLS Wales / Cymru / Gales / País de Gales
    """,
    "MX": """
        AGU Aguascalientes / Ags
        BCN Baja California / BC / Baja California Norte = America/Tijuana
        BCS Baja California Sur = America/Mazatlan
        CAM Campeche / Camp = America/Merida
        CHH Chihuahua / Chih = America/Chihuahua America/Ciudad_Juarez America/Ojinaga
        CHP Chiapas / Chis
        CMX Ciudad de México / CDMX / Distrito Federal / DF / México D.F. / México CDMX
          / Cd. de México
        COA Coahuila / Coahuila de Zaragoza / Coah = America/Monterrey America/Matamoros
        COL Colima
        DUR Durango / Dgo = America/Monterrey
        GRO Guerrero
        GUA Guanajuato / Gto
        HID Hidalgo / Hgo
        JAL Jalisco
        MEX México / Estado de México / Edomex / Edo. de México / Edo. Méx.
        MIC Michoacán / Michoacán de Ocampo / Mich
        MOR Morelos
        NAY Nayarit = America/Mazatlan America/Bahia_Banderas
        NLE Nuevo León / NL = America/Monterrey America/Matamoros
        OAX Oaxaca
        PUE Puebla
        QUE Querétaro / Qro / Querétaro de Arteaga
        ROO Quintana Roo / Q. Roo = America/Cancun
        SIN Sinaloa = America/Mazatlan
        SLP San Luis Potosí
        SON Sonora = America/Hermosillo
        TAB Tabasco
        TAM Tamaulipas / Tamps = America/Monterrey America/Matamoros
        TLA Tlaxcala / Tlax
        VER Veracruz / Veracruz de Ignacio de la Llave / Veracruz-Llave
        YUC Yucatán = America/Merida
        ZAC Zacatecas
    """,
    "PE": """
        AMA Amazonas
        ANC Áncash
        APU Apurímac
        ARE Arequipa
        AYA Ayacucho
        CAJ Cajamarca
        CAL Callao / El Callao / Provincia Constitucional del Callao
        CUS Cusco / Cuzco
        HUC Huánuco
        HUV Huancavelica
        ICA Ica
        JUN Junín
        LAL La Libertad
        LAM Lambayeque
        LIM Lima / Lima Provincias / Lima Región
        LMA Lima Metropolitana / Municipalidad Metropolitana de Lima
        LOR Loreto
        MDD Madre de Dios
        MOQ Moquegua
        PAS Pasco
        PIU Piura
        PUN Puno
        SAM San Martín
        TAC Tacna
        TUM Tumbes
        UCA Ucayali
    """,
    "PT": """
        01 Aveiro
        02 Beja
        03 Braga
        04 Bragança
        05 Castelo Branco
        06 Coimbra
        07 Évora
        08 Faro / Algarve
        09 Guarda
        10 Leiria
        11 Lisboa / Lisbon
        12 Portalegre
        13 Porto / Oporto
        14 Santarém
        15 Setúbal
        16 Viana do Castelo
        17 Vila Real
        18 Viseu
        20 Açores / Região Autónoma dos Açores / Azores / Ilhas dos Açores / Ponta Delgada
          / Angra do Heroísmo / Horta / Ilha Terceira / Ilha de São Miguel = Atlantic/Azores
        30 Madeira / Região Autónoma da Madeira / Funchal / Ilha da Madeira / Porto Santo
          = Atlantic/Madeira
    """,
    "US": """
        AK Alaska = America/Anchorage America/Adak
        AL Alabama = America/Chicago
        AR Arkansas = America/Chicago
        AS American Samoa = Pacific/Pago_Pago
        AZ Arizona = America/Phoenix America/Denver
        CA California = America/Los_Angeles
        CO Colorado = America/Denver
        CT Connecticut
        DC District of Columbia / Washington DC / Washington D.C.
        DE Delaware
        FL Florida = America/New_York America/Chicago
        GA Georgia
        GU Guam = Pacific/Guam
        HI Hawaii / Hawai'i = Pacific/Honolulu
        IA Iowa = America/Chicago
        ID Idaho = America/Denver America/Los_Angeles
        IL Illinois = America/Chicago
        IN Indiana = America/New_York America/Chicago
        KS Kansas = America/Chicago America/Denver
        KY Kentucky = America/New_York America/Chicago
        LA Louisiana = America/Chicago
        MA Massachusetts
        MD Maryland
        ME Maine
        MI Michigan = America/New_York America/Chicago
        MN Minnesota = America/Chicago
        MO Missouri = America/Chicago
        MP Northern Mariana Islands / Northern Marianas / CNMI / Saipan = Pacific/Saipan
        MS Mississippi = America/Chicago
        MT Montana = America/Denver
        NC North Carolina
        ND North Dakota = America/Chicago America/Denver
        NE Nebraska = America/Chicago America/Denver
        NH New Hampshire
        NJ New Jersey
        NM New Mexico / Nuevo México = America/Denver
        NV Nevada = America/Los_Angeles America/Denver
        NY New York / Nueva York
        OH Ohio
        OK Oklahoma = America/Chicago
        OR Oregon = America/Los_Angeles America/Denver
        PA Pennsylvania
        PR Puerto Rico = America/Puerto_Rico
        RI Rhode Island
        SC South Carolina
        SD South Dakota = America/Chicago America/Denver
        TN Tennessee = America/Chicago America/New_York
        TX Texas = America/Chicago America/Denver
        UT Utah = America/Denver
        VA Virginia
        VI Virgin Islands / U.S. Virgin Islands / US Virgin Islands / USVI = America/St_Thomas
        VT Vermont
        WA Washington / Washington State = America/Los_Angeles
        WI Wisconsin = America/Chicago
        WV West Virginia
        WY Wyoming = America/Denver
    """,
    "ZA": """
        EC Eastern Cape / Oos-Kaap
        FS Free State / Vrystaat
        GP Gauteng / GT
        KZN KwaZulu-Natal / KwaZulu Natal / NL
        LP Limpopo
        MP Mpumalanga
        NC Northern Cape / Noord-Kaap
        NW North West / Noordwes / North-West
        WC Western Cape / Wes-Kaap
    """,
}  # fmt: skip


class Subdivision(NamedTuple):
    """`code` is what follows the country's in ISO 3166-2; the first of `names` is its own."""

    code: str
    names: tuple[str, ...]
    zones: tuple[str, ...]


@cache
def list_subdivisions(country: str) -> tuple[Subdivision, ...]:
    """The parts of a country (ISO 3166-1), by code; () for a country that is not in the table."""
    found: list[str] = []
    for line in _SUBDIVISIONS.get(country, "").strip().splitlines():
        text = line.strip()
        if text.startswith(("/", "=")):
            found[-1] += f" {text}"
        else:
            found.append(text)
    parts = []
    for text in found:
        said, _, zones = text.partition(" = ")
        code, _, names = said.partition(" ")
        own = tuple(zones.split()) or (MAIN_ZONES[country],)
        parts.append(Subdivision(code, tuple(names.split(" / ")), own))
    return tuple(parts)
