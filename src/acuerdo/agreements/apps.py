from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "acuerdo.agreements"
    label = "agreements"

    def ready(self) -> None:
        from acuerdo.agreements import personal
        from acuerdo.agreements.actions.policies import apply_policies
        from acuerdo.agreements.documents import read_document
        from acuerdo.agreements.facts import register_facts
        from acuerdo.agreements.files import Section, register_section
        from acuerdo.agreements.guards import register_guards
        from acuerdo.agreements.policies import export_policies

        personal.register()
        register_facts()
        register_guards()
        register_section(Section("policies", read_document, export_policies, apply_policies))
