from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "acuerdo.scoring"
    label = "scoring"
