"""Which version of the library this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def package_version() -> str:
    """The version as it is installed; a tree that is not installed has none."""
    try:
        return version("redflag-screening")
    except PackageNotFoundError:
        return "0+unknown"
