"""Logging in and out, the language and the look."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from acuerdo.identity import actions as identity
from acuerdo.identity.models import User
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.context import LANGUAGES, THEMES

_YEAR = 365 * 86400


class LoginForm(AuthenticationForm):
    """Address and password, in words of ours."""

    username = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(
            attrs={"class": "input w-full", "autocomplete": "username", "autofocus": True}
        ),
    )
    password = forms.CharField(
        # With a context, or Django's own European Portuguese would be said in Brazil.
        label=pgettext_lazy("login", "Password"),
        strip=False,
        widget=forms.PasswordInput(
            attrs={"class": "input w-full", "autocomplete": "current-password"}
        ),
    )
    error_messages = {
        "invalid_login": _("This e-mail and password do not belong together. Check both."),
        "inactive": _("This login was switched off. Ask an administrator."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs["maxlength"] = 254


@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The door. Attempts are counted by django-axes, which answers by `locked`."""
    if request.user.is_authenticated:
        return redirect("web:home")
    form = LoginForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.get_user()
        start_session(request, user)
        response = HttpResponseRedirect(_next(request))
        if isinstance(user, User) and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            _keep(response, request, settings.LANGUAGE_COOKIE_NAME, user.language)
        return response
    following = request.POST.get("next") or request.GET.get("next", "")
    # Who brings a session's cookie was logged in before; anybody else just comes to the door.
    had_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    expired = bool(following) and had_session and not form.is_bound
    context = {"form": form, "next": following, "expired": expired}
    return render(request, "web/login.html", context)


def locked(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """What somebody sees who tried too often (AXES_LOCKOUT_CALLABLE)."""
    context = {"form": LoginForm(request), "locked": True, "next": request.POST.get("next", "")}
    return render(request, "web/login.html", context, status=429)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    end_session(request)
    return redirect("web:login")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages; somebody logged in keeps it."""
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(_next(request))
    if chosen in dict(LANGUAGES):
        _keep(response, request, settings.LANGUAGE_COOKIE_NAME, chosen)
        if isinstance(request.user, User):
            identity.set_language(user=request.user, language=chosen)
    return response


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the system says (empty)."""
    chosen = request.POST.get("theme", "")
    response = HttpResponseRedirect(_next(request))
    if chosen in THEMES:
        _keep(response, request, "theme", chosen)
    else:
        response.delete_cookie("theme")
    return response


@page(None)
def home(request: StaffRequest) -> HttpResponse:
    """Each role starts where its work is."""
    if request.access.may("see_dashboard"):
        return redirect("web:dashboard")
    return redirect("web:conversations")


def _next(request: HttpRequest) -> str:
    """Where to go on: a page of ours only."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return reverse("web:home")


def _keep(response: HttpResponse, request: HttpRequest, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
    )
