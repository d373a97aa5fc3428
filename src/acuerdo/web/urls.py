"""The addresses of the pages. Names in the plural are lists; public ids name things."""

from __future__ import annotations

from django.urls import path

from acuerdo.web.views import (
    accounts,
    clock,
    conversations,
    dashboard,
    imports,
    live,
    places,
    portal,
    portal_help,
    session,
    tasks,
)

app_name = "web"

urlpatterns = [
    path("", session.home, name="home"),
    path("login", session.login, name="login"),
    path("logout", session.logout, name="logout"),
    path("language", session.language, name="language"),
    path("appearance", session.appearance, name="appearance"),
    path("live", live.live, name="live"),
    path("dashboard", dashboard.dashboard, name="dashboard"),
    path("dashboard/figures", dashboard.figures, name="figures"),
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/<uuid:public_id>", accounts.account, name="account"),
    path("accounts/<uuid:public_id>/parts", accounts.account_parts, name="account_parts"),
    path("accounts/<uuid:public_id>/place", places.place, name="place"),
    path("tasks", tasks.tasks, name="tasks"),
    path("tasks/count", tasks.open_tasks, name="open_tasks"),
    path("tasks/<uuid:public_id>", tasks.task, name="task"),
    path("conversations", conversations.conversations, name="conversations"),
    path("conversations/list", conversations.listing, name="conversation_list"),
    path("conversations/<uuid:public_id>", conversations.conversation, name="conversation"),
    path("conversations/<uuid:public_id>/thread", conversations.thread, name="conversation_thread"),
    path("conversations/<uuid:public_id>/take-over", conversations.take_over, name="take_over"),
    path("conversations/<uuid:public_id>/release", conversations.release, name="release"),
    path("conversations/<uuid:public_id>/say", conversations.say, name="say"),
    path("imports", imports.imports, name="imports"),
    path("imports/<uuid:public_id>", imports.import_run, name="import"),
    path("imports/<uuid:public_id>/rejections.csv", imports.rejections, name="rejections"),
    path("clock", clock.demo_clock, name="clock"),
    path("clock/now", clock.now_in_demo, name="clock_now"),
    path("clock/progress", clock.progress, name="clock_progress"),
    path("p/<str:token>", portal.home, name="portal"),
    path("p/<str:token>/verify", portal.verify, name="portal_verify"),
    path("p/<str:token>/offer", portal.offer, name="portal_offer"),
    path("p/<str:token>/accept", portal.accept, name="portal_accept"),
    path("p/<str:token>/pay", portal.pay, name="portal_pay"),
    path("p/<str:token>/payments/<uuid:public_id>", portal.payment, name="portal_payment"),
    path(
        "p/<str:token>/payments/<uuid:public_id>/state",
        portal.payment_state,
        name="portal_payment_state",
    ),
    path("p/<str:token>/receipts/<uuid:public_id>", portal.receipt, name="portal_receipt"),
    path("p/<str:token>/cannot-pay", portal_help.cannot_pay, name="portal_cannot_pay"),
    path("p/<str:token>/dispute", portal_help.dispute, name="portal_dispute"),
    path("p/<str:token>/person", portal_help.person, name="portal_person"),
    path("p/<str:token>/real", portal_help.real, name="portal_real"),
]
