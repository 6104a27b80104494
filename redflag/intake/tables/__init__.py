"""Cases out of tables: CSV, Excel and JSON Lines, with a file that says which column is what."""
