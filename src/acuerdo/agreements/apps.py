from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "acuerdo.agreements"
    label = "agreements"
