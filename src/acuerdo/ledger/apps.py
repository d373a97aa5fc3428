from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "acuerdo.ledger"
    label = "ledger"
