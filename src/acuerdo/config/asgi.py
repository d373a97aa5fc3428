"""The door that granian opens."""

import os
from importlib import import_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acuerdo.config.settings")

from django.core.asgi import get_asgi_application

application = get_asgi_application()

# The rooms can be imported only now. The reader is loaded while the server starts.
import_module("acuerdo.assistant.understanders").warm_up()
