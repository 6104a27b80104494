"""Archives (.zip): their members, unpacked in memory and within limits, never to disk."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib

from redflag.intake.filetext import FileText, Part, safe_name
from redflag.intake.limits import HIGHEST_RATIO, LARGEST_FILE, MOST_MEMBERS, MOST_UNPACKED, SMALL_ENOUGH

_ENCRYPTED = 0x1
_DAMAGED = FileText(fault="a damaged archive", mend="make it again, or give its files")


def read(content: bytes) -> FileText:
    """The members of an archive; each that cannot be unpacked says why."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return _DAMAGED
    if len(members) > MOST_MEMBERS:
        return FileText(fault=f"an archive of more than {MOST_MEMBERS} files", mend="split it")
    parts: list[Part] = []
    unpacked = 0
    for number, info in enumerate(members, start=1):
        name = safe_name(info.filename, f"member {number}")
        if stat.S_ISLNK(info.external_attr >> 16):
            continue
        if info.flag_bits & _ENCRYPTED:
            parts.append(Part(name, fault="protected by a password"))
            continue
        try:
            part = Part(name, member(archive, info))
        except TooLargeError as error:
            part = Part(name, fault=str(error))
        except (
            zipfile.BadZipFile,
            zlib.error,
            ValueError,
            NotImplementedError,
            OSError,
            EOFError,
            RuntimeError,
        ):
            part = Part(name, fault="damaged in the archive")
        unpacked += len(part.content)
        if unpacked > MOST_UNPACKED:
            fault = f"an archive that unpacks to more than {MOST_UNPACKED // 1_000_000} MB"
            return FileText(fault=fault, mend="split it")
        parts.append(part)
    if not parts:
        return FileText(fault="an empty archive")
    return FileText(parts=tuple(parts), is_container=True)


class TooLargeError(ValueError):
    """A member unpacks to more than is read."""


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of one member. What its header says of its size is not believed.

    Raises:
        TooLargeError: if it comes to more than `LARGEST_FILE`, or to more than `HIGHEST_RATIO` times its
            packed size.
        zipfile.BadZipFile: if it is damaged.
    """
    most = min(LARGEST_FILE, max(SMALL_ENOUGH, HIGHEST_RATIO * max(info.compress_size, 1)))
    with archive.open(info) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        if most == LARGEST_FILE:
            raise TooLargeError(f"is larger than {LARGEST_FILE // 1_000_000} MB")
        raise TooLargeError(f"unpacks to more than {HIGHEST_RATIO} times its size")
    return content
