from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "acuerdo.workflow"
    label = "workflow"
