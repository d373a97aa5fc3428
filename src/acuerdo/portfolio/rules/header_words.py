"""The words of headers in es, pt and en: which field each means. Data; read by `headers`."""

from __future__ import annotations

from acuerdo.core.vocabulary import Component

# field → headers, the surest first. Compared by `plain_header`; a number at the end is ignored.
FIELDS: dict[str, tuple[str, ...]] = {
    "account": tuple(
        "numero_cuenta cuenta numero_de_cuenta nro_cuenta no_cuenta num_cuenta id_cuenta"
        " numero_credito numero_de_credito credito nro_credito no_credito id_credito obligacion"
        " numero_obligacion nro_obligacion contrato numero_contrato numero_de_contrato"
        " no_contrato num_contrato prestamo numero_prestamo factura numero_factura cuenta_id"
        " operacion numero_operacion conta numero_conta numero_da_conta numero_do_contrato"
        " id_contrato emprestimo account account_number account_no account_id acct acct_no loan"
        " loan_id loan_number loan_no contract contract_number contract_id invoice"
        " invoice_number no_obligacion num_obligacion nro_contrato n_contrato no_de_credito"
        " n_o_de_credito numero_de_prestamo numero_de_contrato_credito codigo_credito"
        " codigo_cuenta cuenta_contrato id_operacion contrato_id prestamo_id n_do_contrato"
        " n_contrato_credito numero_titulo debt_id debt_number loan_account"
        .split()
    ),
    "name": tuple(
        "nombre_completo nombre_deudor nombre_del_deudor nombre_cliente nombre_del_cliente"
        " nombre_y_apellidos nombres_y_apellidos nombre_titular titular deudor cliente nombre"
        " razon_social nome_completo nome_devedor nome_do_devedor nome_cliente nome_do_cliente"
        " devedor nome full_name debtor_name customer_name client_name borrower_name debtor"
        " customer borrower holder name nombre_y_apellido apellidos_y_nombres apellido_y_nombre"
        " nombre_o_razon_social nome_razao_social nome_completo_do_devedor nombre_del_titular"
        " nombre_titular_cuenta account_holder"
        " nombre_acreditado acreditado prestatario mutuario nombre_prestatario paciente suscriptor"
        " nombre_suscriptor abonado nombre_usuario usuario inquilino alumno socio nombre_socio"
        " titular"
        " asociado nombre_asociado contribuyente nombre_contribuyente contratante patient tenant"
        .split()
    ),
    "first_name": tuple(
        "nombres primer_nombre nombre_de_pila primeiro_nome prenome first_name given_name"
        .split()
    ),
    "last_name": tuple(
        "apellidos apellido primer_apellido sobrenome last_name surname family_name"
        .split()
    ),
    "document_type": tuple(
        "tipo_documento tipo_de_documento tipo_doc tipo_identificacion tipo_de_identificacion"
        " tipo_id tipo_documento_identidad document_type doc_type id_type"
        .split()
    ),
    "document": tuple(
        "numero_documento numero_de_documento num_documento nro_documento no_documento"
        " documento_identidad documento_de_identidad documento identificacion"
        " numero_identificacion numero_de_identificacion nro_identificacion cedula cc nit curp"
        " rfc dni nif nie cpf cnpj cpf_cnpj cpfcnpj rut cuit numero_do_documento document"
        " document_number document_id doc_number national_id tax_id id_number ssn nro_doc"
        " num_doc no_doc no_identificacion num_identificacion documento_cliente"
        " documento_deudor cedula_cliente numero_cedula numero_de_cedula nif_cif dni_nie"
        " dni_nif nif_nie cpf_do_cliente cpf_devedor cpf_do_devedor ruc curp_rfc rfc_curp"
        " identificacion_cliente identificacion_deudor identificacion_del_deudor"
        " identificacion_del_cliente no_cedula n_documento no_de_documento no_de_identificacion"
        " cedula_o_nit nit_cedula cc_nit cedula_de_identidad cedula_identidad cedula_fisica run"
        " rut_cliente rut_deudor cuil cuit_cuil cuil_cuit dni_cuit contribuinte"
        " numero_de_contribuinte nipc nif_nipc cartao_de_cidadao social_security_number"
        " national_insurance_number ni_number nino id_no identity_number rsa_id sa_id"
        " rut_paciente documento_titular cpf_titular cpf_cnpj_devedor documento_devedor"
        .split()
    ),
    "document_country": tuple(
        "pais_documento pais_del_documento pais_emision pais_do_documento document_country"
        " id_country"
        .split()
    ),
    "phone": tuple(
        "telefono telefono_movil telefono_celular telefono_fijo telefono_casa telefono_oficina"
        " telefono_contacto celular movil numero_celular numero_telefono tel cel whatsapp"
        " telefone telefone_celular telefone_fixo celular_whatsapp numero_telefone phone"
        " phone_number mobile mobile_phone mobile_number cell cell_phone cellphone home_phone"
        " work_phone telephone tel_movil tel_celular tel_fijo tel_casa tel_oficina"
        " telefono_principal telefono_alterno telefono_alternativo telefono_secundario telf"
        " fono fone fone_celular celular_principal telefone_principal telefone_movel"
        " primary_phone secondary_phone alt_phone alternate_phone phone_primary phone_mobile"
        " phone_home phone_work contact_phone tfno tlf tlfno tlf_movil tlf_fijo tfno_movil"
        " tfno_fijo no_celular n_celular no_telefono"
        " mobile_telephone home_telephone telephone_number mobile_no phone_no telephone_no"
        " contact_number tel_contacto fono_contacto fono_movil numero_contacto celular_contacto"
        .split()
    ),
    "area_code": tuple(
        "codigo_area codigo_de_area cod_area area indicativo lada clave_lada ddd prefijo prefixo"
        " caracteristica area_code dialling_code dialing_code"
        .split()
    ),
    "email": tuple(
        "correo correo_electronico email e_mail mail correo_e endereco_de_email"
        " endereco_eletronico email_address correo_personal correo_cliente correo_deudor"
        " email_cliente email_do_cliente email_deudor direccion_email direccion_de_correo"
        " customer_email contact_email"
        " correo_contacto mail_contacto"
        .split()
    ),
    "address": tuple(
        "direccion domicilio direccion_residencia direccion_domicilio calle endereco"
        " logradouro address street_address street postal_address mailing_address"
        .split()
    ),
    "city": tuple(
        "ciudad municipio localidad poblacion cidade city town"
        .split()
    ),
    "postal_code": tuple(
        "codigo_postal cp cep postal_code postcode zip zip_code zipcode c_p cod_postal"
        .split()
    ),
    "country": tuple(
        "pais pais_residencia codigo_pais pais_iso country country_code"
        .split()
    ),
    "subdivision": tuple(
        "departamento depto dpto estado provincia subdivision region comunidad_autonoma"
        " entidad_federativa uf estado_uf state province departamento_residencia"
        " estado_residencia provincia_residencia region_residencia nation distrito"
        .split()
    ),
    "product": tuple(
        "producto tipo_producto tipo_de_producto linea_credito linea_de_credito produto"
        " tipo_produto product product_type product_name tipo_credito tipo_de_credito"
        " linea_producto linea_de_producto tipo_cartera modalidad modalidade tipo_contrato"
        " tipo_de_contrato loan_type product_line debt_type"
        .split()
    ),
    "currency": tuple(
        "moneda divisa codigo_moneda moeda codigo_moeda currency currency_code ccy"
        .split()
    ),
    "opened_on": tuple(
        "fecha_apertura fecha_de_apertura fecha_desembolso fecha_de_desembolso"
        " fecha_originacion fecha_otorgamiento fecha_inicio data_abertura data_de_abertura"
        " data_contratacao data_desembolso opened opened_on open_date opening_date"
        " origination_date disbursement_date start_date fecha_alta fecha_concesion"
        " fecha_formalizacion fecha_de_concesion fecha_contrato data_contrato data_do_contrato"
        " data_concessao opened_date contract_date"
        .split()
    ),
    "due_on": tuple(
        "fecha_vencimiento fecha_de_vencimiento vencimiento fecha_venc fecha_mora"
        " fecha_limite_pago fecha_limite data_vencimento data_de_vencimento vencimento due_date"
        " due_on due date_due maturity_date fecha_vto vto fecha_de_vto f_vencimiento"
        " dt_vencimento data_venc vcto fecha_exigible fecha_limite_de_pago"
        " fecha_vencimiento_cuota fecha_inicio_mora fecha_ingreso_mora fecha_entrada_mora"
        " payment_due_date delinquency_date past_due_since overdue_since"
        " default_date date_of_default arrears_date fecha_impago fecha_de_impago"
        " fecha_incumplimiento"
        " fecha_caida_mora fecha_vencido fecha_cuota data_parcela fecha_vencimiento_factura"
        " data_vencimento_parcela instalment_due_date invoice_due_date fecha_vencimiento_recibo"
        .split()
    ),
    "days_overdue": tuple(
        "dias_mora dias_de_mora dias_en_mora dias_vencidos dias_vencido dias_atraso"
        " dias_de_atraso dias_em_atraso atraso_dias dpd days_past_due days_overdue overdue_days"
        " days_late dias_de_vencido dias_atrasados dias_impago dias_de_impago days_delinquent"
        " days_in_arrears days_overdue_count"
        " dias_vencimiento dias_mora_actual dias_mora_cartera arrears_days altura_mora"
        .split()
    ),
    "months_overdue": tuple(
        "meses_mora meses_de_mora meses_en_mora meses_vencidos meses_atraso meses_de_atraso"
        " meses_em_atraso months_overdue months_late months_past_due months_in_arrears"
        .split()
    ),
    "language": tuple(
        "idioma lengua lingua language lang"
        .split()
    ),
    "birth_on": tuple(
        "fecha_nacimiento fecha_de_nacimiento data_nascimento data_de_nascimento birth_date"
        " date_of_birth dob birthdate"
        .split()
    ),
    "total": tuple(
        "saldo_total total deuda_total valor_total monto_total importe_total saldo deuda monto"
        " importe valor valor_deuda saldo_deudor saldo_pendiente saldo_vencido total_deuda"
        " monto_adeudado saldo_devedor valor_da_divida divida valor_em_aberto total_due"
        " total_balance amount_due outstanding_balance balance_due current_balance balance"
        " amount amount_owed outstanding debt saldo_mora saldo_en_mora valor_mora valor_en_mora"
        " valor_vencido valor_obligacion importe_pendiente importe_deuda importe_adeudado"
        " total_adeudado adeudo adeudo_total monto_vencido monto_deuda deuda_pendiente"
        " saldo_actual valor_devido valor_atualizado saldo_atual total_devido"
        " balance_total total_outstanding total_amount amount_outstanding outstanding_amount"
        " past_due_amount overdue_amount debt_amount"
        " total_a_pagar valor_a_pagar monto_a_pagar importe_a_pagar deuda_actual deuda_vencida"
        " total_vencido importe_vencido saldo_vencido_total cargo_pendiente valor_pendiente"
        " monto_pendiente"
        " total_cuota valor_cuota monto_cuota importe_cuota valor_parcela total_parcela"
        " valor_fatura"
        " valor_factura importe_factura monto_factura importe_recibo monto_recibo valor_recibo"
        " valor_boleto"
        " invoice_amount invoice_total instalment_amount installment_amount balance_outstanding"
        " arrears"
        " arrears_amount amount_overdue balance_owed total_owed saldo_contable"
        " valor_total_em_aberto"
        " valor_total_da_divida valor_inadimplente saldo_em_atraso valor_em_atraso deuda_exigible"
        .split()
    ),
    "principal": tuple(
        "capital saldo_capital saldo_de_capital capital_vencido capital_pendiente"
        " monto_capital valor_capital principal saldo_principal valor_principal"
        " principal_balance principal_amount saldo_a_capital saldo_insoluto capital_insoluto"
        " saldo_capital_vencido capital_adeudado importe_principal principal_pendiente"
        " principal_due principal_outstanding outstanding_principal"
        " capital_cuota capital_parcela capital_en_mora principal_em_aberto_capital"
        .split()
    ),
    "interest": tuple(
        "intereses interes intereses_mora interes_mora intereses_moratorios interes_corriente"
        " intereses_corrientes saldo_intereses saldo_interes juros juros_mora juros_de_mora"
        " valor_juros interest interest_due interest_balance accrued_interest"
        " intereses_vencidos intereses_remuneratorios intereses_ordinarios intereses_de_mora"
        " interes_moratorio interes_de_mora intereses_pendientes juros_moratorios"
        " juros_remuneratorios late_interest default_interest"
        " interes_punitorio intereses_punitorios punitorios moratorios interes_ordinario"
        " interes_compensatorio intereses_compensatorios interes_moratorio_vencido"
        " encargos_moratorios"
        .split()
    ),
    "fees": tuple(
        "comisiones comision cargos recargos seguros otros_cargos multa multas tarifas"
        " encargos taxas taxa fees fee late_fees charges otros otros_conceptos"
        " otros_cargos_saldo seguro cuota_manejo outras_taxas other_fees other_charges"
        " penalidad penalizaciones penalizacion gastos_administrativos gasto_administrativo"
        " seguro_deuda seguro_vida comision_mora mora_fee"
        .split()
    ),
    "costs": tuple(
        "gastos gastos_cobranza gastos_de_cobranza honorarios costas costos costes"
        " gastos_judiciales custos custas honorarios_cobranca costs collection_costs"
        " legal_costs court_costs gastos_gestion gastos_de_gestion gastos_legales"
        " honorarios_abogado custas_judiciais despesas despesas_cobranca despesas_de_cobranca"
        .split()
    ),
    "taxes": tuple(
        "impuestos impuesto iva igv itbis isv iva_intereses iva_de_intereses iva_de_cargos"
        " valor_iva monto_iva importe_iva saldo_iva iva_pendiente saldo_impuestos monto_impuestos"
        " impostos imposto tributos iof icms iss valor_iof valor_impostos"
        " otros_impuestos outros_impostos outros_tributos other_taxes"
        " taxes tax tax_amount taxes_due vat vat_amount sales_tax gst"
        .split()
    ),
    "check_digit": tuple(
        "dv digito_verificador digito_de_verificacion digito_verificacion rut_dv dv_rut"
        " check_digit".split()
    ),
    "part": tuple(
        "factura numero_factura recibo numero_recibo boleta numero_boleta comprobante"
        " numero_comprobante cargo numero_cargo fatura numero_fatura boleto numero_boleto"
        " nota_fiscal titulo numero_titulo invoice invoice_number bill bill_number cuota"
        " numero_cuota cuota_numero parcela numero_parcela parcela_numero prestacao instalment"
        " instalment_number installment installment_number pagare numero_pagare periodo"
        " periodo_facturado mes_facturado mensualidad letra folio_factura".split()
    ),
    "synthetic": tuple(
        "sintetico datos_sinteticos es_sintetico synthetic is_synthetic"
        .split()
    ),
}  # fmt: skip
SEVERAL = frozenset({"phone", "area_code", "email", "address"})
"""Fields that several columns may fill."""
COMPONENTS = tuple(component.value for component in Component)
"""What a debt is made of, in the order in which an account keeps what a file said."""
SUMMED = frozenset(COMPONENTS) - {"principal"}
"""Amounts that several columns may add up to: interest before and after the due date."""
AMOUNTS = (*COMPONENTS, "total")
# Further words of a field, each group taken only where no column says more. A service is an account
# at a utility; a reference or a customer's number only where the file has nothing else.
LATER: dict[str, tuple[tuple[str, ...], ...]] = {
    "account": (
        tuple(
            "numero_servicio servicio suministro numero_suministro numero_suscriptor nic nis"
            " nise cups"
            " numero_abonado codigo_suscriptor unidade_consumidora uc instalacao numero_instalacao"
            " medidor numero_medidor linea_telefonica numero_linea tarjeta numero_tarjeta cartao"
            " numero_cartao card_number poliza numero_poliza apolice policy_number matricula"
            " numero_matricula service_number tenancy".split()
        ),
        FIELDS["part"],
        tuple(
            "referencia reference expediente numero_expediente no_expediente folio numero_folio"
            " ref"
            " client_reference customer_reference our_reference your_reference"
            " referencia_cliente id"
            " codigo_cliente numero_cliente id_cliente cliente_id customer_id customer_number"
            " customer_no client_id codigo_do_cliente numero_do_cliente codigo_deudor id_deudor"
            " debtor_id codigo".split()
        ),
    ),
    "part": (("folio", "numero_folio"),),
}

# Tokens of headers that are written in many ways; what is compared is the set of them.
SHORT: dict[str, str] = {
    short: word
    for word, shorts in {
        "numero": "n no nro num nr nmero number numeros",
        "fecha": "f fec fch data dt date fechas",
        "valor": "vlr vr val vl value",
        "monto": "mto montos",
        "importe": "imp importes",
        "saldo": "sdo sld saldos",
        "vencimiento": "venc vto vcto vencto vencimento vence vencimientos venci vcmto",
        "documento": "doc dcto docto document documentos",
        "telefono": "tel telf telef tfno tlf tfn tno telefone phone telephone telefonos fono fone",
        "celular": "cel cell mobile movil movel",
        "direccion": "dir direc domicilio",
        "correo": "mail email",
        "cliente": "clte cte cli customer client clientes",
        "deudor": "devedor debtor",
        "nombre": "nom nome name nombres",
        "cuenta": "cta conta account acct",
        "contrato": "contr ctto contract",
        "credito": "cred cdto",
        "prestamo": "prest loan emprestimo",
        "operacion": "oper op operacao",
        "obligacion": "oblig obl",
        "interes": "int inter intereses juros interest",
        "capital": "cap",
        "total": "tot",
        "codigo": "cod",
        "dia": "dias days day",
        "atraso": "atr",
        "deuda": "divida debt",
        "pendiente": "pend pendientes",
        "factura": "fact fac",
        "recibo": "rbo",
    }.items()
    for short in shorts.split()
}
SILENT = frozenset(
    "de del da do das dos la el los las lo y e en em a al por para con of the to for and"
    " electronico electronica".split()
)
"""Tokens that say nothing."""
