from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "acuerdo.messaging"
    label = "messaging"
