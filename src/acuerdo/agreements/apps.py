from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "acuerdo.agreements"
    label = "agreements"

    def ready(self) -> None:
        from acuerdo.agreements import personal
        from acuerdo.agreements.facts import register_facts
        from acuerdo.agreements.guards import register_guards

        personal.register()
        register_facts()
        register_guards()
