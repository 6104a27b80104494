"""Content kept in the user's cache folder from one start of the library to the next.

It is a convenience and never needed: safe to delete, passed over when it cannot be read or written. A file's
name tells its key, so that two installs of the library keep theirs side by side; the key and a digest within
it say whether it is what was kept, never the name.
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

MOST_KEPT = 3
"""Files that are kept by one name, each under a key of its own: some 40 MB for the shipped pack in all."""

_KEY_SHOWN = 16
"""Hexadecimal digits of a key that stand in the name of its file."""


def recall(name: str, key: str) -> dict[str, Any] | None:
    """What was kept by a name under a key; None if nothing was, or not whole."""
    try:
        head, _, body = _place(name, key).read_bytes().partition(b"\n")
        if head.decode() != _head(key, body):
            return None
        contents = json.loads(body)
    except (OSError, ValueError, RuntimeError, RecursionError):
        return None
    return contents if isinstance(contents, dict) else None


def keep(name: str, key: str, contents: Mapping[str, Any]) -> None:
    """Keep content by a name under a key, beside the latest of other keys; to fail at it does no harm."""
    text = json.dumps(contents, ensure_ascii=False, separators=(",", ":"))  # in the order given
    body = text.encode("utf-8", "surrogatepass")
    with contextlib.suppress(OSError, RuntimeError):
        place = _place(name, key)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=place.parent, prefix=f"{name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(f"{_head(key, body)}\n".encode() + body)
            Path(beside).replace(place)
        except OSError:
            Path(beside).unlink(missing_ok=True)
        _drop_oldest(name, place)


def _head(key: str, body: bytes) -> str:
    """The first line of the file: its key, and a digest that binds the content to it."""
    return f"{key} {hashlib.sha256(key.encode() + body).hexdigest()}"


def _drop_oldest(name: str, newest: Path) -> None:
    """Delete what was kept by a name longest ago, beyond the most."""
    found = newest.parent.glob(f"{name}-{'[0-9a-f]' * _KEY_SHOWN}.json")
    others = sorted((path for path in found if path != newest), key=lambda path: path.stat().st_mtime_ns)
    for path in others[: len(others) + 1 - MOST_KEPT]:
        path.unlink(missing_ok=True)


def _place(name: str, key: str) -> Path:
    """The file of that name and key: in the user's cache folder, for nobody else to read."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    folder = Path(given) if Path(given).is_absolute() else Path.home() / ".cache"
    return folder / "redflag" / f"{name}-{key[:_KEY_SHOWN]}.json"
