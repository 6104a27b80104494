"""A rule pack: its rules, how they are read, checked and asked."""

from redflag.pack.read import read_pack, shipped_pack, shipped_pack_folder
from redflag.pack.rule import LegalProvision, Rule
from redflag.pack.rules import Judged, RulePack

__all__ = [
    "Judged",
    "LegalProvision",
    "Rule",
    "RulePack",
    "read_pack",
    "shipped_pack",
    "shipped_pack_folder",
]
