"""How much is read, in one place: what lies beyond is refused or listed with why, never cut in silence.

Sizes are far above any real case file and far below what would harm the machine that reads it.
"""

from __future__ import annotations

LARGEST_FILE = 20_000_000
"""Bytes that one file may have, on disk or in an archive: over a thousand pages of plain text."""

LARGEST_TEXT = 20_000_000
"""Characters that one document may have, however small the file that they come from."""

MOST_FILES = 2_000
"""Files that a folder may hold, those below it counted in."""

MOST_MEMBERS = 2_000
"""Papers that may come out of one file: members of archives and attachments of mails, at every depth."""

MOST_UNPACKED = 100_000_000
"""Bytes that may come out of one file, all its archives and mails together."""

HIGHEST_RATIO = 200
"""How many times its packed size a member of an archive may come to: Word's own XML stays below 50."""

SMALL_ENOUGH = 1_000_000
"""Bytes up to which no member of an archive is suspect, whatever its ratio."""

DEEPEST = 4
"""Levels of archives and mails inside one another: a mail in a mail in an archive has three."""

MOST_PAGES = 2_000
"""Pages that a PDF may have."""

PDF_SECONDS = 30
"""Seconds of computing that one PDF may take: 2,000 ordinary pages take about ten."""

PDF_CLOCK = 300
"""Seconds on the clock after which its reader is ended whatever it does."""

PDF_MEMORY = 1_000_000_000
"""Bytes of memory that the process may have in which PDFs are read."""

MOST_PDF_PAGES = 20_000
"""Pages that the PDFs of one case may have together: ten times the largest file that is read."""

PDF_SECONDS_IN_ALL = 300
"""Seconds of computing that the PDFs of one case may take together; further ones are not tried."""

MOST_COSTLY = 3
"""PDFs that may use up those bounds within one archive or mail; further ones there are not tried."""

LARGEST_TABLE = 200_000_000
"""Bytes that a table of many cases may have, and twice as many that a workbook may unpack to."""

MOST_COLUMNS = 500
"""Columns that a table may have."""

MOST_ROWS = 200_000
"""Rows that a table may have, empty ones among them: a stray cell far below makes a workbook that long."""
