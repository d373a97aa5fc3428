"""E-mail through the API of an e-mail service, by django-anymail."""

from acuerdo.messaging.channels.email.anymail.adapter import AnymailAdapter

__all__ = ["AnymailAdapter"]
