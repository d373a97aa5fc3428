from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "acuerdo.web"
    label = "web"
