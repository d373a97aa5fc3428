from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "acuerdo.payments"
    label = "payments"

    def ready(self) -> None:
        from acuerdo.payments.actions.history import FIELDS, apply_payments
        from acuerdo.portfolio.operations import Operation, register_operation

        words = (
            "pago pagos abono pago_directo recaudo pagamento pagamento_direto payment payments paid"
            " direct_payment"
        )
        register_operation(Operation("payment", tuple(words.split()), FIELDS, apply_payments))
