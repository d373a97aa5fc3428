from django.apps import AppConfig


class CreditorsConfig(AppConfig):
    name = "acuerdo.creditors"
    label = "creditors"
