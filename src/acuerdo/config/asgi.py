"""The door that granian opens."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acuerdo.config.settings")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
