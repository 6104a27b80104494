"""What a stored run tells of where it was measured: enough to see that two runs compare, and no name."""

from __future__ import annotations

import os
from typing import Any

import pytest

MACHINE = ("python_implementation", "python_version", "system", "machine")
COMMIT = ("id", "time", "dirty")


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_machine_info(machine_info: dict[str, Any]) -> None:
    """Leave the name of the host and of its parts out."""
    kept = {name: machine_info[name] for name in MACHINE}
    machine_info.clear()
    machine_info.update(kept, cores=os.cpu_count())


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_commit_info(commit_info: dict[str, Any]) -> None:
    """Leave the names of the branch and of the folder out."""
    kept = {name: commit_info[name] for name in COMMIT}
    commit_info.clear()
    commit_info.update(kept)
