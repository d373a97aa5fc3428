from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "acuerdo.core"
    label = "core"
