"""Tries mutants one after the other in forks of one process, each bounded by processor time.

    mutmut run 'none*'                                             # makes the mutants, tries none of them
    cd mutants && python ../tests/mutation/forked.py redflag/scoring.py 6 tests/test_scoring.py

Arguments: the module, how many examples each property tries, and what pytest is to run. On a busy machine
mutmut takes a slow test for an endless one, and it runs every test that reaches a mutant; this runs those of
one file, those without properties first, and shrinks nothing. Prints the fate of each, and the sum. What is
ended by its bound counts as killed: it was found out.
"""

from __future__ import annotations

import collections
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

import hypothesis
import pytest

SECONDS = 90
"""Of processor time for one mutant."""


class Brief:
    """A plugin: few examples, the same ones every time, and whatever fails fast goes first."""

    def __init__(self, examples: int) -> None:
        self._examples = examples

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: _asked(item) is not None)
        for item in items:
            asked = _asked(item)
            if asked is not None:
                test: Any = item.obj  # type: ignore[attr-defined]
                test._hypothesis_internal_use_settings = hypothesis.settings(
                    asked,
                    max_examples=min(asked.max_examples, self._examples),
                    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
                    derandomize=True,
                    database=None,
                    deadline=None,
                )


def _asked(item: pytest.Item) -> Any:
    return getattr(getattr(item, "obj", None), "_hypothesis_internal_use_settings", None)


def fate(name: str, examples: int, tests: list[str]) -> str:
    """What becomes of one mutant."""
    child = os.fork()
    if child == 0:
        os.environ["MUTANT_UNDER_TEST"] = name
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        code = 99
        try:
            plain = ["-x", "-q", "--assert=plain", "-p", "no:xdist", "-p", "no:cacheprovider"]
            code = int(pytest.main([*plain, *tests], plugins=[Brief(examples)]))
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "killed by its bound"
    return {0: "survived", 1: "killed"}.get(os.WEXITSTATUS(status), f"no test ran ({os.WEXITSTATUS(status)})")


def main() -> None:
    """Try every mutant of a module."""
    module, examples, *tests = sys.argv[1:]
    sys.path.insert(0, str(Path.cwd()))
    names = list(json.loads(Path(f"{module}.meta").read_text(encoding="utf-8"))["exit_code_by_key"])
    __import__(module.removesuffix(".py").replace("/", "."))
    assert fate("", int(examples), tests) == "survived", "the tests fail without any mutant"
    sums: collections.Counter[str] = collections.Counter()
    for name in names:
        found = fate(name, int(examples), tests)
        sums[found] += 1
        print(name, found, flush=True)
    print(dict(sums))


if __name__ == "__main__":
    main()
