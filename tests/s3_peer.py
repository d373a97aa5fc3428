"""A small object store that speaks as much of the S3 REST interface as the product asks for, from
its public documentation: ListObjectsV2, GetObject, PutObject, CopyObject, DeleteObjects. A request
that is not signed (AWS Signature Version 4) with the right key is refused."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

KEY, SECRET = "PEERKEY", "peer-secret"
_SIGNED = re.compile(
    rf"AWS4-HMAC-SHA256 Credential={KEY}/\d{{8}}/[\w-]+/s3/aws4_request, ?"
    r"SignedHeaders=[\w;-]*host[\w;-]*, ?Signature=[0-9a-f]{64}"
)


class Peer:
    """The objects by bucket/key, when each was put, and what was asked."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.changed: dict[str, datetime] = {}
        self.asked: list[str] = []
        self.refuses = False

    def put(self, path: str, data: bytes) -> None:
        self.objects[path] = data
        self.changed[path] = datetime.now(UTC)


@contextmanager
def serve_s3() -> Iterator[tuple[Peer, str]]:
    """A peer, and its address, for the length of a block."""
    peer = Peer()

    class Handler(_Handler):
        store = peer

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield peer, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: Peer

    def log_message(self, *_arguments: Any) -> None:
        pass

    def do_GET(self) -> None:
        if not self._may():
            return
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query)
        path = unquote(parts.path).strip("/")
        if asked.get("list-type") == ["2"]:
            self._answer(200, _listing(self.store, path, asked).encode(), "application/xml")
        elif path in self.store.objects:
            self._answer(200, self.store.objects[path], changed=self.store.changed[path])
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml")

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if not self._may():
            return
        path = unquote(urlsplit(self.path).path).strip("/")
        if source := unquote(self.headers.get("x-amz-copy-source") or "").strip("/"):
            self.store.put(path, self.store.objects[source])
            tag = md5(self.store.objects[path]).hexdigest()
            told = f'<CopyObjectResult><ETag>"{tag}"</ETag></CopyObjectResult>'
            self._answer(200, told.encode(), "application/xml")
        else:
            self.store.put(path, body)
            self._answer(200, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        if not self._may():
            return
        parts = urlsplit(self.path)
        if parts.query.rstrip("=") != "delete":
            self._answer(400, b"<Error><Code>InvalidRequest</Code></Error>", "application/xml")
            return
        told = []
        for key in re.findall(r"<Key>(.*?)</Key>", body):
            self.store.objects.pop(f"{unquote(parts.path).strip('/')}/{unescape(key)}", None)
            told.append(f"<Deleted><Key>{key}</Key></Deleted>")
        answer = f"<DeleteResult>{''.join(told)}</DeleteResult>"
        self._answer(200, answer.encode(), "application/xml")

    def _may(self) -> bool:
        self.store.asked.append(f"{self.command} {self.path}")
        is_signed = _SIGNED.fullmatch(self.headers.get("authorization") or "")
        if self.store.refuses or not is_signed or not self.headers.get("x-amz-date"):
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>", "application/xml")
            return False
        return True

    def _answer(
        self,
        status: int,
        body: bytes,
        kind: str = "application/octet-stream",
        changed: datetime | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{md5(body).hexdigest()}"')
        moment = format_datetime(changed or datetime.now(UTC), usegmt=True)
        self.send_header("Last-Modified", moment)
        self.end_headers()
        self.wfile.write(body)


def _listing(store: Peer, bucket: str, asked: dict[str, list[str]]) -> str:
    prefix = asked.get("prefix", [""])[0]
    delimiter = asked.get("delimiter", [""])[0]
    contents, folders = [], set()
    for path in sorted(store.objects):
        key = path.removeprefix(f"{bucket}/")
        rest = key.removeprefix(prefix)
        if key == path or not key.startswith(prefix):
            continue
        if delimiter and delimiter in rest:
            folders.add(prefix + rest.split(delimiter)[0] + delimiter)
            continue
        moment = store.changed[path].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        contents.append(
            f"<Contents><Key>{escape(key)}</Key><LastModified>{moment}</LastModified>"
            f'<ETag>"x"</ETag><Size>{len(store.objects[path])}</Size></Contents>'
        )
    common = "".join(
        f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in folders
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f"<ListBucketResult><Name>{bucket}</Name><Prefix>{escape(prefix)}</Prefix>"
        f"<KeyCount>{len(contents)}</KeyCount><IsTruncated>false</IsTruncated>"
        f"{''.join(contents)}{common}</ListBucketResult>"
    )
