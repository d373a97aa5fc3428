"""Where a creditor's files wait: a folder of this machine, or a prefix of an object store.

Both hold `place`, `full` and `delta`, and what was taken in `done` or `failed`. An object store is
named by URL (`s3://bucket/prefix`, `gs://…`, `az://…`); what it asks of us to let us in comes from
the environment alone, as its own tools read it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from acuerdo.core.clock import real_now
from acuerdo.portfolio.actions.intake import MAX_FILE_MEGABYTES
from acuerdo.portfolio.errors import FileTooLarge, InboxInvalid, InboxUnreachable
from acuerdo.portfolio.rules.mapping import MAX_BYTES

KINDS: Final = ("place", "full", "delta")
SETTLED_SECONDS: Final = 30
"""A file that changed later than so long ago may still be on its way."""
STORES: Final = ("s3", "gs", "az")
_UNFINISHED: Final = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".swp")
_BESIDE: Final = ("mapping.yaml", "layout.yaml")
# Half a gigabyte over a slow line.
_TIMEOUT: Final = "600s"
_ALLOW_HTTP: Final = ("AWS_ALLOW_HTTP", "AZURE_ALLOW_HTTP", "GOOGLE_ALLOW_HTTP")
_RETRY_FOR: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits: of which kind, and its name."""

    kind: str
    name: str


class Folder(Protocol):
    """Where files wait. Every method may raise InboxUnreachable()."""

    def prepare(self) -> None:
        """Make it ready to be watched."""
        ...

    def list_waiting(self) -> list[Waiting]:
        """Files that are whole, the oldest first."""
        ...

    def fetch(self, waiting: Waiting) -> AbstractContextManager[Path]:
        """The file on this machine for the length of a block, with `mapping.yaml` and
        `layout.yaml` of its kind beside it. Raises FileTooLarge."""
        ...

    def put_away(self, waiting: Waiting, folder: str, name: str, result: str) -> None:
        """Move a file to `folder` under `name`, with its result beside it."""
        ...


def open_folder(place: str) -> Folder:
    """The folder that a path or a URL names. Raises InboxInvalid."""
    if "://" not in place:
        return LocalFolder(Path(place))
    parts = urlsplit(place)
    is_plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in STORES or not parts.netloc or not is_plain:
        raise InboxInvalid(folder=place)
    # Options given here replace those of the environment.
    is_http = any(os.environ.get(name, "").lower() in ("1", "true") for name in _ALLOW_HTTP)
    try:
        store = from_url(
            place,
            client_options={"timeout": _TIMEOUT, "allow_http": is_http},
            retry_config={"retry_timeout": _RETRY_FOR},
        )
    except (BaseError, ValueError):
        raise InboxInvalid(folder=place) from None
    return ObjectFolder(store)


def overlap(place: str, other: str) -> bool:
    """Whether one of two folders is the other or in it."""
    if ("://" in place) != ("://" in other):
        return False
    if "://" in place:
        mine, theirs = (f"{url.rstrip('/')}/" for url in (place, other))
        return mine.startswith(theirs) or theirs.startswith(mine)
    here, there = Path(place).resolve(), Path(other).resolve()
    return here.is_relative_to(there) or there.is_relative_to(here)


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """A folder of this machine."""

    root: Path

    def prepare(self) -> None:
        try:
            for name in (*KINDS, "done", "failed"):
                (self.root / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InboxUnreachable() from error

    def list_waiting(self) -> list[Waiting]:
        found: list[tuple[float, str, str]] = []
        for kind in KINDS:
            with suppress(OSError):
                for path in (self.root / kind).iterdir():
                    if path.is_symlink() or not path.is_file() or not _is_whole(path.name):
                        continue
                    changed = path.stat().st_mtime
                    if real_now().timestamp() - changed >= SETTLED_SECONDS:
                        found.append((changed, kind, path.name))
        return [Waiting(kind, name) for _changed, kind, name in sorted(found)]

    @contextmanager
    def fetch(self, waiting: Waiting) -> Iterator[Path]:
        yield self.root / waiting.kind / waiting.name

    def put_away(self, waiting: Waiting, folder: str, name: str, result: str) -> None:
        target = self.root / folder
        try:
            target.mkdir(exist_ok=True)
            (target / f"{name}.result.json").write_text(result, encoding="utf-8")
            (self.root / waiting.kind / waiting.name).replace(target / name)
        except OSError as error:
            raise InboxUnreachable() from error


@dataclass(frozen=True, slots=True)
class ObjectFolder:
    """A prefix of an object store. An object is there whole or not at all."""

    store: ObjectStore

    def prepare(self) -> None:
        self.list_waiting()

    def list_waiting(self) -> list[Waiting]:
        found = [
            (changed, kind, name)
            for kind in KINDS
            for name, (_size, changed) in self._list(kind).items()
            if _is_whole(name)
        ]
        return [Waiting(kind, name) for _changed, kind, name in sorted(found)]

    @contextmanager
    def fetch(self, waiting: Waiting) -> Iterator[Path]:
        there = self._list(waiting.kind)
        if waiting.name not in there:
            raise InboxUnreachable()
        megabytes = there[waiting.name][0] / 1_000_000
        if megabytes > MAX_FILE_MEGABYTES:
            raise FileTooLarge(megabytes=round(megabytes), limit=MAX_FILE_MEGABYTES)
        with TemporaryDirectory() as folder:
            for name in (waiting.name, *_BESIDE):
                if name in there:
                    # No more of a mapping than tells that it is too large.
                    limit = MAX_BYTES + 1 if name in _BESIDE else there[name][0]
                    self._download(f"{waiting.kind}/{name}", Path(folder) / name, limit)
            yield Path(folder) / waiting.name

    def put_away(self, waiting: Waiting, folder: str, name: str, result: str) -> None:
        try:
            obstore.put(self.store, f"{folder}/{name}.result.json", result.encode())
            obstore.rename(self.store, f"{waiting.kind}/{waiting.name}", f"{folder}/{name}")
        except BaseError as error:
            raise InboxUnreachable() from error

    def _list(self, kind: str) -> dict[str, tuple[int, float]]:
        """Name → size and time of change of what stands in `kind` itself."""
        try:
            objects = obstore.list_with_delimiter(self.store, kind)["objects"]
        except BaseError as error:
            raise InboxUnreachable() from error
        return {
            str(one["path"]).rpartition("/")[2]: (one["size"], one["last_modified"].timestamp())
            for one in objects
        }

    def _download(self, key: str, path: Path, limit: int) -> None:
        try:
            with path.open("wb") as file:
                for block in obstore.get(self.store, key):
                    file.write(block[: limit - file.tell()])
                    if file.tell() >= limit:
                        break
        except BaseError as error:
            raise InboxUnreachable() from error


def _is_whole(name: str) -> bool:
    return not (name.startswith(".") or name.lower().endswith((*_UNFINISHED, ".yaml")))
