"""What the files of the shipped pack hold, kept from one start of the library to the next.

It is used only for the very bytes of the pack and the code that it was made from. The phrases, by far
the most of it, are kept apart: they are seldom read, since what they compile to is kept too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from redflag import kept
from redflag.signals import Outline
from redflag.version import package_version

Contents = Mapping[str, Any]
"""What each file holds, by its path within the pack."""

_NAME, _PHRASES = "pack", "phrases"
_CODE = ("*.py", "pack/*.py", "signals/*.py")
"""The code that a pack is read and its digest made by."""


@dataclass(frozen=True, slots=True)
class KeptPack:
    """A pack that was read before and had no fault.

    Attributes:
        files: what its files hold, but for the phrases.
        lexicons: what is known of its lexicons without the phrases.
        digest: of the whole pack.
    """

    files: Contents
    lexicons: Outline
    digest: str


def key_of(folder: Path) -> str:
    """SHA-256 of the library's version and code, and of the name and bytes of every file of a pack."""
    key = hashlib.sha256(package_version().encode())
    package = Path(__file__).parent.parent
    code = [path for pattern in _CODE for path in sorted(package.glob(pattern))]
    for base, path in [(package, path) for path in code] + [
        (folder, path) for path in sorted(folder.rglob("*.yaml"))
    ]:
        try:
            content = path.read_bytes()
        except OSError:
            continue  # whoever reads the pack will tell
        key.update(f"\0{path.relative_to(base).as_posix()}\0{len(content)}\0".encode())
        key.update(content)
    return key.hexdigest()


def recall(key: str) -> KeptPack | None:
    """What was kept under a key; None if nothing was, or not whole."""
    found = kept.recall(_NAME, key)
    if found is None:
        return None
    told = found["lexicons"]
    outline = Outline(
        tuple(told["ids"]),
        tuple(told["languages"]),
        tuple(told["reviewed"]),
        tuple(told["utterances"]),
        told["digest"],
    )
    return KeptPack(found["files"], outline, found["digest"])


def recall_phrases(key: str) -> Contents | None:
    """What the files of phrases hold; None if that was not kept, or not whole."""
    return kept.recall(_PHRASES, key)


def keep(key: str, contents: Contents, lexicons: Outline, digest: str) -> None:
    """Keep what was read; to fail at it does no harm."""
    files = {name: content for name, content in contents.items() if not _has_phrases(name)}
    kept.keep(_NAME, key, {"files": files, "lexicons": asdict(lexicons), "digest": digest})
    kept.keep(_PHRASES, key, {name: content for name, content in contents.items() if _has_phrases(name)})


def _has_phrases(name: str) -> bool:
    return name.startswith("lexicons/") and not name.startswith("lexicons/context/")
