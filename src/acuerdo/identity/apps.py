from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "acuerdo.identity"
    label = "identity"
