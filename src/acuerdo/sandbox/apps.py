from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "acuerdo.sandbox"
    label = "sandbox"
