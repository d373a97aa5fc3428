"""Django's settings, read from the environment alone and checked at start.

`docs/configuration.md` has the table of all of them.
"""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path
from typing import Any

import environs
import psycopg
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from acuerdo.config.keys import secret_keys
from acuerdo.config.logs import configure_logging
from acuerdo.core.postgres import database_url, default_data_dir

env = environs.Env()

DATA_DIR: Path = default_data_dir()
DEMO: bool = env.bool("ACUERDO_DEMO", False)
DEBUG: bool = env.bool("ACUERDO_DEBUG", False)
PROCESS: str = env.str("ACUERDO_PROCESS", "web", validate=environs.validate.OneOf(
    ["web", "worker", "sandbox", "cli"]
))  # fmt: skip

# Master keys, newest first: they encrypt at rest, and Django's own key is derived from them.
ACUERDO_SECRET_KEYS: list[str] = secret_keys(env, DATA_DIR)
SECRET_KEY: str = "django:" + ACUERDO_SECRET_KEYS[0]
SECRET_KEY_FALLBACKS: list[str] = ["django:" + key for key in ACUERDO_SECRET_KEYS[1:]]

ALLOWED_HOSTS: list[str] = env.list("ACUERDO_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
_an_address = environs.validate.URL(schemes={"http", "https"}, require_tld=False)
_a_port = environs.validate.Range(min=1, max=65_535)
PUBLIC_URL: str = env.str(
    "ACUERDO_PUBLIC_URL", "http://127.0.0.1:8000", validate=_an_address
).rstrip("/")
SANDBOX_URL: str = env.str(
    "ACUERDO_SANDBOX_URL", "http://127.0.0.1:8010", validate=_an_address
).rstrip("/")
SANDBOX_SMTP_PORT: int = env.int("ACUERDO_SANDBOX_SMTP_PORT", 8025, validate=_a_port)
NLU: str = env.str("ACUERDO_NLU", "full", validate=environs.validate.OneOf(["full", "rules"]))
# A reader outside for what the assistant does not understand itself: docs/language-model.md.
LLM_URL: str = env.str("LLM_URL", "", validate=lambda url: url and _an_address(url))
LLM_KEY: str = env.str("LLM_KEY", "")
LLM_MODEL: str = env.str("LLM_MODEL", "")
LLM_KIND: str = env.str("LLM_KIND", "openai", validate=environs.validate.OneOf(
    ["openai", "dialogflow", "watson", "clu"]
))  # fmt: skip
LLM_SECONDS: float = env.float(
    "LLM_SECONDS", 3.0, validate=environs.validate.Range(min=0.2, max=3.0)
)
LLM_BELOW: float = env.float("LLM_BELOW", 0.0, validate=environs.validate.Range(min=0, max=1))
LLM_REWORD: bool = env.bool("LLM_REWORD", False)
if LLM_URL and LLM_KIND == "openai" and not LLM_MODEL:
    raise ImproperlyConfigured("LLM_MODEL: name the model that LLM_URL should use")
VIRUS_SCAN: str = env.str("ACUERDO_VIRUS_SCAN", "")
STORAGE_URL: str = env.str("STORAGE_URL", f"file://{DATA_DIR / 'files'}")

_ROOMS = (
    "core creditors ledger identity portfolio compliance messaging agreements conversations cases"
    " payments scoring segments strategies assistant reporting simulation workflow sandbox api cli"
    " web"
).split()

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "servestatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    *(f"acuerdo.{room}" for room in _ROOMS if importlib.util.find_spec(f"acuerdo.{room}.apps")),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "acuerdo.web.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "acuerdo.sandbox.urls" if PROCESS == "sandbox" else "acuerdo.config.urls"
ASGI_APPLICATION = "acuerdo.config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "acuerdo.web.context.frame",
            ],
        },
    }
]

DATABASE_URL: str = env.str("DATABASE_URL", "") or database_url(DATA_DIR)
try:
    _database = conninfo_to_dict(DATABASE_URL)
except psycopg.ProgrammingError as error:
    raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {str(error).strip()}") from None
_pool = env.int("ACUERDO_DB_POOL", 12, validate=environs.validate.Range(min=2, max=500))
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.pop("dbname", "acuerdo"),
        "USER": _database.pop("user", ""),
        "PASSWORD": _database.pop("password", ""),
        "HOST": _database.pop("host", ""),
        "PORT": _database.pop("port", ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_database,
            "pool": {"min_size": 1, "max_size": _pool, "timeout": 10},
            "application_name": f"acuerdo-{PROCESS}",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "web:login"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "web:login"
AXES_USERNAME_FORM_FIELD = "username"  # as the login form names it, not the model
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "acuerdo.web.views.session.locked"
CSRF_FAILURE_VIEW = "acuerdo.web.views.errors.csrf_refused"

_SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # A payment form of ours answers with a redirect to the provider's checkout.
        "form-action": [SELF, SANDBOX_URL, *env.list("ACUERDO_CHECKOUT_ORIGINS", [])],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("pt", "Português"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "acuerdo_language"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SERVESTATIC_USE_FINDERS = True

LOGGING_CONFIG = None
configure_logging(level=env.log_level("ACUERDO_LOG_LEVEL", logging.INFO), readable=DEBUG)
