"""What the files of the shipped pack hold, kept from one start of the library to the next.

It is a convenience and never needed: safe to delete, passed over when it cannot be read or
written, and used only for the very bytes of the pack and the version that it was made from.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from redflag.version import package_version

Contents = Mapping[str, Any]
"""What each file holds, by its path within the pack."""


def key_of(folder: Path) -> str:
    """SHA-256 of the library's version and of the name and bytes of every file of a pack."""
    key = hashlib.sha256(package_version().encode())
    for path in sorted(folder.rglob("*.yaml")):
        try:
            content = path.read_bytes()
        except OSError:
            continue  # whoever reads the pack will tell
        key.update(f"\0{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        key.update(content)
    return key.hexdigest()


def recall(key: str) -> Contents | None:
    """What was kept under a key; None if nothing was, or not whole."""
    try:
        head, _, body = _place().read_bytes().partition(b"\n")
        if head.decode() != _head(key, body):
            return None
        contents = json.loads(body)
    except (OSError, ValueError, RuntimeError, RecursionError):
        return None
    return contents if isinstance(contents, dict) else None


def keep(key: str, contents: Contents) -> None:
    """Keep what was read, in place of what was kept before; to fail at it does no harm."""
    text = json.dumps(contents, ensure_ascii=False, separators=(",", ":"))  # in the order of the files
    body = text.encode("utf-8", "surrogatepass")
    with contextlib.suppress(OSError, RuntimeError):
        place = _place()
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=place.parent, prefix="pack.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(f"{_head(key, body)}\n".encode() + body)
            Path(beside).replace(place)
        except OSError:
            Path(beside).unlink(missing_ok=True)


def _head(key: str, body: bytes) -> str:
    """The first line of the file: its key, and a digest that binds the content to it."""
    return f"{key} {hashlib.sha256(key.encode() + body).hexdigest()}"


def _place() -> Path:
    """The one file that is kept: in the user's cache folder, for nobody else to read."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    folder = Path(given) if Path(given).is_absolute() else Path.home() / ".cache"
    return folder / "redflag" / "pack.json"
