"""What the sandbox's API refuses, with stable codes, as a provider would document them."""

from __future__ import annotations


class ApiError(Exception):
    """An answer that is not 2xx: HTTP status, code, and words for a developer (English)."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.code, self.message = status, code, message
        super().__init__(code)
