"""Content kept in the user's cache folder from one start of the library to the next.

It is a convenience and never needed: safe to delete, passed over when it cannot be read or written.
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


def recall(name: str, key: str) -> dict[str, Any] | None:
    """What was kept by a name under a key; None if nothing was, or not whole."""
    try:
        head, _, body = _place(name).read_bytes().partition(b"\n")
        if head.decode() != _head(key, body):
            return None
        contents = json.loads(body)
    except (OSError, ValueError, RuntimeError, RecursionError):
        return None
    return contents if isinstance(contents, dict) else None


def keep(name: str, key: str, contents: Mapping[str, Any]) -> None:
    """Keep content by a name, in place of what was kept before; to fail at it does no harm."""
    text = json.dumps(contents, ensure_ascii=False, separators=(",", ":"))  # in the order given
    body = text.encode("utf-8", "surrogatepass")
    with contextlib.suppress(OSError, RuntimeError):
        place = _place(name)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=place.parent, prefix=f"{name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(f"{_head(key, body)}\n".encode() + body)
            Path(beside).replace(place)
        except OSError:
            Path(beside).unlink(missing_ok=True)


def _head(key: str, body: bytes) -> str:
    """The first line of the file: its key, and a digest that binds the content to it."""
    return f"{key} {hashlib.sha256(key.encode() + body).hexdigest()}"


def _place(name: str) -> Path:
    """The file of that name: in the user's cache folder, for nobody else to read."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    folder = Path(given) if Path(given).is_absolute() else Path.home() / ".cache"
    return folder / "redflag" / f"{name}.json"
