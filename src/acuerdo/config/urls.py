"""All addresses: the API's first, then the pages'."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

urlpatterns = [
    path("", include(f"acuerdo.{room}.urls"))
    for room in ("api", "web")
    if find_spec(f"acuerdo.{room}.urls")
]
if find_spec("acuerdo.web.views.errors"):
    handler403 = "acuerdo.web.views.errors.refused"
    handler404 = "acuerdo.web.views.errors.missing"
    handler500 = "acuerdo.web.views.errors.broken"
