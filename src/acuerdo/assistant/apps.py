from django.apps import AppConfig


class AssistantConfig(AppConfig):
    name = "acuerdo.assistant"
    label = "assistant"
