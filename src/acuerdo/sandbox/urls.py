"""The addresses of the sandbox's process (`ROOT_URLCONF` there)."""

from __future__ import annotations

from django.urls import include, path

from acuerdo.sandbox import api
from acuerdo.sandbox.views import checkout, common, inbox, phone

pages = [
    path("", common.home, name="home"),
    path("language/<str:code>", common.choose_language, name="language"),
    path("phone/<str:number>", phone.phone, name="phone"),
    path("phone/<str:number>/<str:channel>/<str:account_id>", phone.thread, name="thread"),
    path("phone/<str:number>/<str:channel>/<str:account_id>/reply", phone.reply, name="reply"),
    path("mail", inbox.inbox, name="inbox"),
    path("mail/<int:mail_id>", inbox.letter, name="letter"),
    path("mail/<int:mail_id>/html", inbox.letter_html, name="letter-html"),
    path("checkout/<uuid:public_id>", checkout.checkout, name="checkout"),
    path("checkout/<uuid:public_id>/<str:ending>", checkout.end, name="checkout-end"),
    path("api/messages", api.messages, name="api-messages"),
    path("api/messages/<str:key>", api.message, name="api-message"),
    path("api/checkouts", api.checkouts, name="api-checkouts"),
    path("api/checkouts/<uuid:public_id>", api.checkout, name="api-checkout"),
    path("healthz", api.health, name="health"),
]

urlpatterns = [path("", include((pages, "sandbox")))]
