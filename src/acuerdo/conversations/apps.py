from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "acuerdo.conversations"
    label = "conversations"

    def ready(self) -> None:
        from acuerdo.conversations import personal
        from acuerdo.conversations.guards import register_guards

        register_guards()
        personal.register()
