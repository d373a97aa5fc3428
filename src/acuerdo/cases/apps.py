from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "acuerdo.cases"
    label = "cases"

    def ready(self) -> None:
        from acuerdo.cases import personal

        personal.register()
