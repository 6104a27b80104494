"""An assessment in print: one file a format, all of them from the result alone."""

from redflag.report.forms import FORMATS, Format, render

__all__ = ["FORMATS", "Format", "render"]
