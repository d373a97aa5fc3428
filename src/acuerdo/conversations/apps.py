from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "acuerdo.conversations"
    label = "conversations"
