import pytest

from acuerdo.portfolio.rules.places import (
    default_currency,
    find_country,
    find_language,
    find_subdivision,
)
from acuerdo.portfolio.rules.subdivisions import list_subdivisions


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CO", "CO"), ("co", "CO"), ("COL", "CO"), ("Colombia", "CO"), ("México", "MX"),
        ("mexico", "MX"), ("Brasil", "BR"), ("Brazil", "BR"), ("ESPAÑA", "ES"), ("Espanha", "ES"),
        ("Spain", "ES"), ("XX", ""), ("", ""), ("Narnia", ""), ("1", ""),
    ],
)  # fmt: skip
def test_countries(text: str, code: str) -> None:
    assert find_country(text) == code


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("Antioquia", "CO", "CO-ANT"), ("BOGOTÁ D.C.", "CO", "CO-DC"), ("MX-JAL", "MX", "MX-JAL"),
        ("jal", "MX", "MX-JAL"), ("Ciudad de México", "MX", "MX-CMX"), ("SP", "BR", "BR-SP"),
        ("São Paulo", "BR", "BR-SP"), ("Canarias", "ES", "ES-CN"), ("SP", "MX", ""),
        ("Macondo", "CO", ""), ("Lima", "PE", "PE-LIM"), ("Lima", "XX", ""),
    ],
)  # fmt: skip
def test_subdivisions(text: str, country: str, code: str) -> None:
    assert find_subdivision(text, country) == code


WRITTEN = {
    "AR": "Capital_Federal=C CABA=C Buenos_Aires=B Provincia_de_Buenos_Aires=B AR-X=X Córdoba=X"
    " Sgo._del_Estero=G tierra_del_fuego=V Entre_Rios=E Y=Y ARG= Montevideo=",
    "BR": "SP=SP são_paulo=SP Estado_de_São_Paulo=SP BR-AM=AM Distrito_Federal=DF GO=GO Lisboa=",
    "CL": "XII=MA XII_Región=MA Región_de_Magallanes_y_de_la_Antártica_Chilena=MA Magallanes=MA"
    " XI_Región_de_Aysén=AI Aisén=AI RM=RM Región_Metropolitana=RM Isla_de_Pascua=VS V_Región=VS"
    " V_Región_de_Valparaíso=VS Bío-Bío=BI O'Higgins=LI CL-MA=MA XX_Región= Región=",
    "CO": "Antioquia=ANT BOGOTÁ,_D.C.=DC Valle=VAC Norte_de_Santander=NSA Santander=SAN COL= DE=",
    "CR": "San_José=SJ Provincia_de_Limón=L CR-P=P CRI= Managua=",
    "EC": "Galápagos=W Islas_Galapagos=W Provincia_de_Galápagos=W EC-W=W Guayas=G ECU= ec=",
    "ES": "Vizcaya=PV Sevilla=AN A_Coruña=GA Las_Palmas=GC Canarias=CN Comunidad_de_Madrid=MD"
    " Illes_Balears=IB Ceuta=CE Alicante/Alacant=VC Lisboa=",
    "GB": "Scotland=SCT England=ENG Wales=WLS Cymru=WLS Northern_Ireland=NIR GB-SCT=SCT Eire=",
    "MX": "Jal=JAL Q._Roo=ROO N.L.=NLE Edo._Méx.=MEX Estado_de_México=MEX D.F.=CMX CDMX=CMX"
    " Ciudad_de_México=CMX B.C.=BCN B.C.S.=BCS Coahuila_de_Zaragoza=COA Texas=",
    "PE": "Lima=LIM Lima_Metropolitana=LMA Cuzco=CUS Departamento_de_Loreto=LOR PE-ANC=ANC PER=",
    "PT": "Açores=20 Região_Autónoma_dos_Açores=20 Ponta_Delgada=20 Funchal=30 PT-30=30 Lisboa=11"
    " Distrito_do_Porto=13 01=01 1= Madrid=",
    "US": "TX=TX Texas=TX US-IN=IN State_of_New_York=NY DC=DC Washington,_D.C.=DC Washington=WA"
    " DE=DE LA=LA Puerto_Rico=PR Guam=GU Hawai'i=HI USA= Ontario=",
    "ZA": "Gauteng=GP KwaZulu-Natal=KZN KZN=KZN Western_Cape=WC Wes-Kaap=WC Namibia=",
}


@pytest.mark.parametrize("country", WRITTEN)
def test_parts_of_countries_as_lenders_write_them(country: str) -> None:
    for item in WRITTEN[country].split():
        text, _, code = item.rpartition("=")
        expected = f"{country}-{code}" if code else ""
        assert find_subdivision(text.replace("_", " "), country) == expected, text


@pytest.mark.parametrize("country", WRITTEN)
def test_every_code_and_name_of_the_table_means_its_own_part(country: str) -> None:
    parts = list_subdivisions(country)
    assert len({part.code for part in parts}) == len(parts) > 3
    for part in parts:
        expected = f"{country}-{part.code}"
        for text in (part.code, part.code.lower(), expected, *part.names):
            assert find_subdivision(text, country) == expected, text
            assert find_subdivision(f"  {text.upper()} ", country) == expected, text


def test_languages_and_tender() -> None:
    assert [find_language(word) for word in ("pt-BR", "Español", "en_US", "klingon", "")] == [
        "pt", "es", "en", "", "",
    ]  # fmt: skip
    assert [default_currency(code) for code in ("CO", "MX", "BR", "ES", "CL", "XX")] == [
        "COP", "MXN", "BRL", "EUR", "CLP", "",
    ]  # fmt: skip
