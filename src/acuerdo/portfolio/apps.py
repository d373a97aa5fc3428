from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "acuerdo.portfolio"
    label = "portfolio"

    def ready(self) -> None:
        from acuerdo.portfolio.actions.changing import register

        register()
