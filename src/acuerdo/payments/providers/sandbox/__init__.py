"""The hosted checkout of the sandbox.

Its API is described in `acuerdo/sandbox/README.md`; nothing of it is imported, for a provider is
known by its documentation only. Configuration: `base_url`, `timeout_seconds`.
"""

from acuerdo.payments.providers.sandbox.adapter import SandboxPayments

__all__ = ["SandboxPayments"]
