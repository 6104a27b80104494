"""A pytest plugin for mutation runs: fewer examples of each property, and none of the slow machinery.

A mutant that a brief run kills, the full tests kill too; one that survives it is run again or looked at.
"""

from __future__ import annotations

from typing import Any

import hypothesis
import pytest

MOST_EXAMPLES = 20


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        test: Any = getattr(item, "obj", None)
        asked = getattr(test, "_hypothesis_internal_use_settings", None)
        if asked is not None:
            few = min(asked.max_examples, MOST_EXAMPLES)
            test._hypothesis_internal_use_settings = hypothesis.settings(
                asked, max_examples=few, derandomize=True, database=None, deadline=None
            )
