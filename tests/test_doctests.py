"""The examples in docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import redflag

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(redflag.__path__, "redflag.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0
