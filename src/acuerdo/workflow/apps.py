from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "acuerdo.workflow"
    label = "workflow"

    def ready(self) -> None:
        from acuerdo.core.events import register_reactions
        from acuerdo.workflow.queue import enqueue_reactions
        from acuerdo.workflow.reactions import REACTIONS

        register_reactions(REACTIONS, enqueue_reactions)
