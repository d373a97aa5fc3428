from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "acuerdo.compliance"
    label = "compliance"

    def ready(self) -> None:
        from acuerdo.compliance import operations, personal
        from acuerdo.compliance.columns import register
        from acuerdo.compliance.packs import get_library

        register()
        operations.register()
        personal.register()
        # A pack that cannot be read must stop the start, not the first contact.
        get_library()
