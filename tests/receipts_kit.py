"""Files as debtors send them to prove a payment, and as nobody should."""

from __future__ import annotations

from base64 import b64decode
from typing import Final

# One grey dot, whole, so that a browser draws it.
PNG: Final = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNsaGj4DwAFhAKAjM1mJgAAAABJRU5ErkJggg=="
)
GOOD: Final[dict[str, bytes]] = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 20 + b"\xff\xd9",
    "image/webp": b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 24,
    "image/heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF",
}
BAD: Final[dict[str, bytes]] = {
    "nothing": b"",
    "text": b"Comprobante de pago: 120.000",
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "html before a PDF": b"<script>alert(1)</script>\n%PDF-1.7\n%%EOF",
    "html before a WebP": b"<script>WEBP</script>",
    "html before a HEIC": b"<a>\nftypheic</a>",
    "gif": b"GIF89a\x01\0\x01\0;",
    "program": b"MZ\x90\0\x03",
    "archive": b"PK\x03\x04comprobante.pdf",
    "half a PNG": PNG[:6],
}
# A picture to a picture's reader, a page to a page's.
POLYGLOT: Final = GOOD["image/jpeg"] + b"<html><script>alert(document.cookie)</script></html>"
