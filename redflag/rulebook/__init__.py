"""The rule book: a pack as a static site that reads from a folder, without any network."""

from redflag.rulebook.history import Change, Edition, Gone, editions, gone
from redflag.rulebook.logic import Branch, outlined
from redflag.rulebook.measures import Measured, measure
from redflag.rulebook.site import render, write
from redflag.rulebook.trials import Tried, tried

__all__ = [
    "Branch",
    "Change",
    "Edition",
    "Gone",
    "Measured",
    "Tried",
    "editions",
    "gone",
    "measure",
    "outlined",
    "render",
    "tried",
    "write",
]
