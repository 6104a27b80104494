"""The ledger of what was screened: kept, chained, checked, exported, erased from, reported on."""

from redflag.audit.differing import Difference, differences
from redflag.audit.entries import Anchor, Entry, Erased, Line, Remark, Store
from redflag.audit.ledger import Chunk, LedgerFile
from redflag.audit.verify import Flaw, Verdict, verify

__all__ = [
    "Anchor",
    "Chunk",
    "Difference",
    "Entry",
    "Erased",
    "Flaw",
    "LedgerFile",
    "Line",
    "Remark",
    "Store",
    "Verdict",
    "differences",
    "verify",
]
