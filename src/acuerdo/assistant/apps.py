from django.apps import AppConfig


class AssistantConfig(AppConfig):
    name = "acuerdo.assistant"
    label = "assistant"

    def ready(self) -> None:
        from acuerdo.agreements.files import Section, register_section
        from acuerdo.assistant.faq.actions import (
            apply_entries,
            apply_facts,
            export_entries,
            export_facts,
        )
        from acuerdo.assistant.faq.documents import read_entry, read_fact

        # Facts first: the answers name them.
        register_section(Section("facts", read_fact, export_facts, apply_facts))
        register_section(Section("faq", read_entry, export_entries, apply_entries))
