"""What the files of the shipped pack hold, kept from one start of the library to the next.

It is used only for the very bytes of the pack and the version that it was made from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from redflag import kept
from redflag.version import package_version

Contents = Mapping[str, Any]
"""What each file holds, by its path within the pack."""

_NAME = "pack"


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
    return kept.recall(_NAME, key)


def keep(key: str, contents: Contents) -> None:
    """Keep what was read, in place of what was kept before; to fail at it does no harm."""
    kept.keep(_NAME, key, contents)
