"""What all the PDFs of one case may cost together, however many files they are spread over."""

from __future__ import annotations

from dataclasses import dataclass

from redflag.intake.filetext import FileText
from redflag.intake.limits import MOST_PDF_PAGES, PDF_SECONDS_IN_ALL

USED_UP = FileText(
    fault="a PDF that was not tried: those before it in the case "
    f"have {MOST_PDF_PAGES:,} pages or took {PDF_SECONDS_IN_ALL} s of computing",
    mend="give its text as .txt, or leave out PDFs that say nothing of the case",
)


@dataclass(slots=True)
class Allowance:
    """What is left for the PDFs of one case; the file that uses up the rest is still read whole.

    Attributes:
        pages: pages that may still be read.
        seconds: seconds of computing that reading may still take.
    """

    pages: int = MOST_PDF_PAGES
    seconds: float = PDF_SECONDS_IN_ALL

    def is_used_up(self) -> bool:
        """Whether no further PDF is tried."""
        return self.pages <= 0 or self.seconds <= 0

    def take(self, found: FileText) -> None:
        """Take off what reading a file has cost."""
        self.pages -= found.pages
        self.seconds -= found.seconds
