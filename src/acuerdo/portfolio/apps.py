from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "acuerdo.portfolio"
    label = "portfolio"

    def ready(self) -> None:
        from acuerdo.portfolio.actions.changing import register

        register()
        from acuerdo.portfolio.models import ContactPoint
        from acuerdo.portfolio.personal import PSEUDONYM, Personal, register_personal

        register_personal(
            Personal(ContactPoint, {"value": PSEUDONYM, "source": "", "is_valid": False})
        )
