from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "acuerdo.cases"
    label = "cases"
