"""E-mail through any SMTP server."""

from acuerdo.messaging.channels.email.smtp.adapter import SmtpAdapter

__all__ = ["SmtpAdapter"]
