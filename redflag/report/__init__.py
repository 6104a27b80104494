"""An assessment in print: one file a format, all of them from the result alone."""

from redflag.report.forms import FORMATS, Format, TextFormat, fragment, render
from redflag.report.json_form import json_schema
from redflag.report.wording import languages

__all__ = ["FORMATS", "Format", "TextFormat", "fragment", "json_schema", "languages", "render"]
