from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "acuerdo.reporting"
    label = "reporting"
