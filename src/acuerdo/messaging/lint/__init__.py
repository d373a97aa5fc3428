"""The lint of a template: what the contact gate would say to it, before anybody is written to."""

from acuerdo.messaging.lint.check import lint_template
from acuerdo.messaging.lint.findings import FLAGGED, REFUSED, Finding

__all__ = ["FLAGGED", "REFUSED", "Finding", "lint_template"]
