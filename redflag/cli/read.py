"""`redflag read`: what was read of a case, before any rule is asked."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from redflag.cli.arguments import Commands, counted, folders, with_rules

if TYPE_CHECKING:
    from redflag.reading import DocumentReading, DocumentsRead, SignalRead

_WIDTH = 100


def add_to(commands: Commands) -> None:
    """Add the subcommand."""
    read = commands.add_parser("read", help="show what is read of documents", allow_abbrev=False)
    read.add_argument(
        "input", metavar="INPUT", help="a case file, a document, a folder or .zip of them, or - for text"
    )
    read.add_argument("--format", choices=("text", "json"), default="text", help="text if not given")
    with_rules(read)
    read.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from redflag.cli.screen import source_of
    from redflag.reading import read_documents
    from redflag.screening import Screener

    found = read_documents(source_of(arguments.input), Screener(rules=folders(arguments.rules)))
    if arguments.format == "json":
        print(found.model_dump_json(indent=2))
    else:
        print("\n".join(_lines(found)))
    return 0


def _lines(found: DocumentsRead) -> Iterator[str]:
    unread = sum(document.unreadable is not None for document in found.documents)
    told = counted(len(found.documents), "document")
    yield f"{told}, {unread} of them not read" if unread else told
    for document in found.documents:
        yield ""
        yield from _document(document)


def _document(document: DocumentReading) -> Iterator[str]:
    from redflag.report.wording import clean

    yield from _wrapped(clean(document.id), "")
    about = [_words(document.kind), f"in the voice of: {_words(document.author)}"]
    if document.title is not None:
        about.insert(0, clean(document.title))
    if document.date is not None:
        about.append(f"of {document.date}")
    if document.unreadable is None:
        language = clean(document.language) if document.language is not None else "not determined"
        about += [f"language {language}", f"{document.characters} characters"]
    yield from _wrapped("; ".join(about), "  ")
    if document.unreadable is not None:
        yield from _wrapped(f"Not read: {clean(document.unreadable)}", "  ")
        return
    if document.left_out is not None:
        yield from _wrapped(f"Left out: {clean(document.left_out)}", "  ")
    if document.caution is not None:
        yield from _wrapped(clean(document.caution), "  ")
    if document.dates:
        named = sorted({one.date for one in document.dates})
        yield from _wrapped(f"Dates named: {', '.join(named)}", "  ")
    if not document.signals:
        yield "  Nothing was found in it that a lexicon knows; that means nothing either way."
    for signal in document.signals:
        yield from _signal(signal)


def _signal(signal: SignalRead) -> Iterator[str]:
    from redflag.evidence import PASSAGE
    from redflag.report.outline import LONGEST_QUOTE
    from redflag.report.wording import clean

    told = [_words(signal.assertion), f"said by {_words(signal.said_by)}"]
    if signal.relayed_by is not None:
        told.append(f"passed on by {_words(signal.relayed_by)}")
    if signal.happened is not None:
        told.append(signal.happened)
    if signal.later_than is not None:
        told.append(f"later than {signal.later_than}")
    if signal.probability is not None:
        told.append(f"found by {_words(signal.found_by)}, probability {signal.probability:.2f}")
    name = signal.id.removeprefix(PASSAGE)
    said = name if name == signal.id else f"a passage that may tell of {name}"
    yield from _wrapped(f"- {said}: {', '.join(told)}", "  ")
    place = f"(characters {signal.start} to {signal.end}; by “{clean(signal.match, LONGEST_QUOTE)}”)"
    yield from _wrapped(f"\u201c{clean(signal.quote, LONGEST_QUOTE)}\u201d {place}", "      ")


def _wrapped(text: str, indent: str) -> list[str]:
    further = indent + "  " if text.startswith("- ") else indent
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=further, break_on_hyphens=False
    )


def _words(term: str) -> str:
    """A word of the model as people write it."""
    return term.replace("_", " ")
