"""Cases out of tables: CSV, Excel and JSON Lines, with a file that says which column is what."""

TABLE_ENDINGS = frozenset({".csv", ".tsv", ".xlsx"})
"""Endings of the files that are tables and nothing else."""
