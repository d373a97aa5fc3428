from django.apps import AppConfig


class AssistantConfig(AppConfig):
    name = "acuerdo.assistant"
    label = "assistant"

    def ready(self) -> None:
        from acuerdo.agreements.files import Section, register_section
        from acuerdo.agreements.texts import register_faults
        from acuerdo.assistant.faq.actions import (
            apply_entries,
            apply_facts,
            export_entries,
            export_facts,
        )
        from acuerdo.assistant.faq.documents import read_entry, read_fact
        from acuerdo.assistant.flows.actions import apply_flows, export_flows
        from acuerdo.assistant.flows.documents import read_document as read_flow
        from acuerdo.assistant.flows.texts import FAULTS
        from acuerdo.assistant.knowing import read_agreements
        from acuerdo.assistant.proof_files import apply_verification, export_verification
        from acuerdo.assistant.proof_files import read_document as read_proofs
        from acuerdo.conversations.known import register_known
        from acuerdo.conversations.proofs import SECTION
        from acuerdo.conversations.settings import FAULTS as PROOF_FAULTS

        register_known("agreements", read_agreements)
        # Facts first: the answers name them.
        register_section(Section("facts", read_fact, export_facts, apply_facts))
        register_section(Section("faq", read_entry, export_entries, apply_entries))
        register_faults(FAULTS)
        register_section(Section("flows", read_flow, export_flows, apply_flows))
        register_faults(PROOF_FAULTS)
        register_section(Section(SECTION, read_proofs, export_verification, apply_verification))
