"""The addresses that machines call."""

from __future__ import annotations

from django.urls import path

from acuerdo.api import conversations, health, unsubscribe, webhooks

app_name = "api"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("webhooks/<str:provider>/<uuid:public_id>", webhooks.receive, name="webhook"),
    path("api/accounts/<uuid:public_id>/conversation", conversations.open_one, name="conversation"),
    path("api/conversations/<uuid:public_id>/turns", conversations.say, name="turns"),
    path("u/<str:token>", unsubscribe.unsubscribe, name="unsubscribe"),
]
