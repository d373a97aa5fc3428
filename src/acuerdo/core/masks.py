"""What must not be read in clear where it is only looked at."""

from __future__ import annotations

import re

# The portal and the way out of mail open by their address alone: it is a key.
_KEYS = re.compile(r"/(p|u)/[^/\s\"'<>()?#.,;:]+")


def mask_keys(text: str) -> str:
    """`text` with the key of every portal and opt-out address in dots: `…/p/•••`."""
    return _KEYS.sub(r"/\1/•••", text)


def hint_address(value: str) -> str:
    """Enough of a phone or e-mail for its owner to know it: `•••• 34`, `a•••@example.org`."""
    name, at, domain = value.rpartition("@")
    if at:
        return f"{name[:1]}•••@{domain}"
    return f"•••• {value[-2:]}"
