import pytest

from acuerdo.portfolio.errors import HeaderAmbiguous, MappingInvalid
from acuerdo.portfolio.rules.headers import guess_columns, plain_header
from acuerdo.portfolio.rules.mapping import Mapping, read_mapping


def guess(*headers: str, **declared: list[str]) -> dict[str, list[str]]:
    found = guess_columns(headers, {"authorised_channels": ("Canales autorizados",)}, declared)
    return {field: [headers[position] for position in places] for field, places in found.items()}


def test_headers_in_three_languages() -> None:
    spanish = guess("Folio", "Número de Crédito", "Nombre completo", "Saldo capital")
    assert spanish["account"] == ["Número de Crédito"]
    assert guess("Número do contrato", "Nome", "Saldo devedor", "Data de vencimento") == {
        "account": ["Número do contrato"],
        "name": ["Nome"],
        "total": ["Saldo devedor"],
        "due_on": ["Data de vencimento"],
    }
    assert guess("Loan ID", "Full Name", "Outstanding Balance", "Days past due") == {
        "account": ["Loan ID"],
        "name": ["Full Name"],
        "total": ["Outstanding Balance"],
        "days_overdue": ["Days past due"],
    }


def test_several_phones_and_registered_columns() -> None:
    found = guess("cuenta", "telefono_1", "Teléfono 2", "celular", "CANALES AUTORIZADOS")
    assert found["phone"] == ["telefono_1", "Teléfono 2", "celular"]
    assert found["authorised_channels"] == ["CANALES AUTORIZADOS"]


def test_a_plain_id_is_the_account_only_where_nothing_else_is() -> None:
    assert guess("id", "saldo")["account"] == ["id"]
    assert guess("id", "cuenta", "saldo")["account"] == ["cuenta"]


def test_two_columns_for_one_amount_are_never_guessed() -> None:
    with pytest.raises(HeaderAmbiguous) as caught:
        guess("cuenta", "saldo", "monto")
    assert "saldo, monto" in str(caught.value)
    assert guess("cuenta", "saldo", "monto", total=["saldo"])["total"] == ["saldo"]


def test_headers_are_compared_without_dress() -> None:
    assert plain_header("  Fecha de Vencimiento. ") == "fecha_de_vencimiento"
    assert plain_header("😀") == ""


def test_a_mapping_declares_what_headers_do_not_say() -> None:
    mapping = read_mapping(
        """
        version: 1
        columns: {account: Loan, phone: [Tel A, Tel B]}
        decimal: {Capital: ","}
        dates: month_first
        defaults: {country: MX}
        """
    )
    assert mapping.columns == {"account": ["Loan"], "phone": ["Tel A", "Tel B"]}
    assert mapping.decimal_for("Capital", "principal") == ","
    assert mapping.decimal_for("Interés", "interest") is None
    assert mapping.dates_for("Due", "due_on") == "month_first"
    assert read_mapping("") == Mapping()


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2",
        "just text",
        "unknown_key: 1",
        "decimal: ';'",
        "dates: backwards",
        "defaults: {country: Colombia}",
        "columns: [a, b]",
        "a: &x [1]\nb: [*x, *x]",
        "!!python/object/apply:os.system ['true']",
        "[" * 60_000,
        "# " + "x" * 70_000,
    ],
)
def test_a_bad_mapping_is_named(text: str) -> None:
    with pytest.raises(MappingInvalid) as caught:
        read_mapping(text)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "headers",
    [
        "Nº Contrato|CPF/CNPJ|Nome/Razão Social|Dt. Vencimento|Valor (R$)|Telefone 1|E-mail|UF",
        "Nº expediente|NIF|Nombre y apellidos|Fecha vto.|Importe deuda|Tfno.|Correo|Provincia",
        "Account #|National ID|Customer Name|Due Date|Total Balance|Mobile|Email Address|State",
        "NRO. OBLIGACION|CEDULA|NOMBRE DEL CLIENTE|FECHA VENCIMIENTO|SALDO TOTAL|CEL|MAIL|DEPTO",
    ],
)
def test_exports_of_other_lenders(headers: str) -> None:
    names = headers.split("|")
    found = guess(*names)
    fields = ["account", "document", "name", "due_on", "total", "phone", "email", "subdivision"]
    assert {field: found[field] for field in fields} == {
        field: [name] for field, name in zip(fields, names, strict=True)
    }
