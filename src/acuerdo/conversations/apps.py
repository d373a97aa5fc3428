from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "acuerdo.conversations"
    label = "conversations"

    def ready(self) -> None:
        from acuerdo.conversations import personal
        from acuerdo.conversations.guards import register_guards
        from acuerdo.conversations.known import read_own, register_known

        register_guards()
        personal.register()
        register_known("conversations", read_own)
