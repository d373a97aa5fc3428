from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "acuerdo.messaging"
    label = "messaging"

    def ready(self) -> None:
        from acuerdo.messaging import personal
        from acuerdo.messaging.own import register_own

        register_own()
        personal.register()
