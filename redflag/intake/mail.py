"""Mails (.eml): the letter itself, and its attachments as papers of their own."""

from __future__ import annotations

import datetime
import email
import email.headerregistry
import email.policy
import itertools
from collections.abc import Iterator
from email.headerregistry import BaseHeader
from email.message import Message

from redflag.dates import PartialDate
from redflag.intake.encodings import decoded, decoded_as
from redflag.intake.filetext import FileText, Part, cleaned, safe_name
from redflag.intake.limits import MOST_MEMBERS

_NO_MAIL = FileText(fault="not a mail", mend="save it from the mail program as .eml")
_ENCRYPTED = FileText(fault="an encrypted mail", mend="save it decrypted")
_ENCRYPTED_TYPES = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_SIGNATURES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)

_ENDINGS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/rtf": ".rtf",
    "application/rtf": ".rtf",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "message/rfc822": ".eml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_SHOWN = ("From", "To", "Cc", "Subject")
_LONGEST_SHOWN = 500
_LONGEST_HEADER = 4_000
"""Characters of a header that are looked at: the parsers of the standard library are slow on long ones."""
_MOST_HEADER_LINES = 100
_DEEPEST_PART = 30


class _Cut(email.policy.Compat32):
    """Reads a mail as it stands, and of each header no more than its beginning."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """The name and the value of a header, cut."""
        lines = [line[:_LONGEST_HEADER] for line in sourcelines[:_MOST_HEADER_LINES]]
        name, value = super().header_source_parse(lines)
        return name, value[:_LONGEST_HEADER]


_AS_IT_STANDS = _Cut()
_HEADERS = email.headerregistry.HeaderRegistry()


def read(content: bytes) -> FileText:
    """A mail: who wrote to whom and about what, then its body; its date is the day that it states.

    Of a body in two forms the plain one is read, and the page where the plain one is empty.
    """
    message = email.message_from_bytes(content, policy=_AS_IT_STANDS)
    if not message.keys() or not any(
        name in message for name in ("From", "To", "Subject", "Date", "Received")
    ):
        return _NO_MAIL
    if message.get_content_type() in _ENCRYPTED_TYPES:
        return _ENCRYPTED
    leaves = list(itertools.islice(_leaves(message), MOST_MEMBERS + 1))
    if len(leaves) > MOST_MEMBERS:
        return FileText(fault=f"a mail of more than {MOST_MEMBERS} pieces")
    body = _body(leaves)
    taken = {id(leaf) for leaf in leaves if _is_body(leaf)}
    pictures = sum(_is_shown_inside(leaf) for leaf in leaves)
    others = [leaf for leaf in leaves if id(leaf) not in taken and not _is_shown_inside(leaf)]
    parts = tuple(_part(leaf, number) for number, leaf in enumerate(others, start=1))
    heads = {name: _header(message, name) for name in _SHOWN}
    lines = [f"{name}: {value}" for name, value in heads.items() if value]
    text = cleaned("\n".join((*lines, "", body.text))).rstrip("\n")
    left_out = [body.left_out] if body.left_out else []
    if pictures:
        left_out.append(f"{pictures} pictures in its text" if pictures > 1 else "a picture in its text")
    if not text.strip():
        return FileText(fault="a mail without text", parts=parts)
    return FileText(
        text, left_out=", ".join(left_out), kind="email", title=_title(heads), date=_day(message), parts=parts
    )


def _leaves(message: Message) -> Iterator[Message]:
    """The pieces of a mail in order; of two forms of one text, one; mails inside it whole."""
    waiting: list[tuple[Message, int]] = [(message, 0)]
    while waiting:
        part, depth = waiting.pop()
        below = part.get_payload()
        is_nested = part.get_content_maintype() == "multipart" and isinstance(below, list)
        if not is_nested or depth > _DEEPEST_PART:
            yield part
            continue
        inner = [one for one in below if isinstance(one, Message)]
        if part.get_content_subtype() == "alternative":
            inner = _better(inner)
        waiting.extend((one, depth + 1) for one in reversed(inner))


def _better(forms: list[Message]) -> list[Message]:
    """Of several forms of one text the plain one, unless it is empty, and then the richest."""
    for form in forms:
        if form.get_content_type() == "text/plain" and _bytes(form).strip():
            return [form]
    return forms[-1:]


def _is_body(leaf: Message) -> bool:
    kind = leaf.get_content_type()
    is_text = kind in ("text/plain", "text/html") and _disposition(leaf) != "attachment"
    return kind in _SIGNATURES or (is_text and not _file_name(leaf))


def _is_shown_inside(leaf: Message) -> bool:
    """Whether it is a picture that the text of the mail shows, such as a letterhead."""
    return leaf.get_content_maintype() == "image" and ("Content-ID" in leaf or _disposition(leaf) == "inline")


def _body(leaves: list[Message]) -> FileText:
    """The text of the mail itself: all its text pieces, one below the other."""
    told: list[str] = []
    left_out: list[str] = []
    for leaf in leaves:
        if not _is_body(leaf) or leaf.get_content_type() in _SIGNATURES:
            continue
        found = decoded_as(_bytes(leaf), _charset(leaf))
        if leaf.get_content_type() == "text/html" and not found.fault:
            from redflag.intake.html import text_of_html  # only for the mails that are pages

            found = text_of_html(found.text)
        if found.fault not in ("", "empty"):
            left_out.append(f"a piece of it: {found.fault}")
        left_out.extend([found.left_out] if found.left_out else [])
        if found.text:
            told.append(found.text.replace("\r\n", "\n").strip("\n"))
    return FileText("\n\n".join(told), left_out=", ".join(left_out))


def _charset(leaf: Message) -> str | None:
    return _parameter(leaf, "Content-Type", "charset")


def _disposition(leaf: Message) -> str:
    return _header(leaf, "Content-Disposition").partition(";")[0].strip().lower()


def _file_name(leaf: Message) -> str:
    named = _parameter(leaf, "Content-Disposition", "filename")
    return named or _parameter(leaf, "Content-Type", "name") or ""


def _parameter(leaf: Message, header: str, name: str) -> str | None:
    parameters = getattr(_parsed(leaf, header), "params", {})
    value = parameters.get(name)
    return value if isinstance(value, str) else None


def _bytes(leaf: Message) -> bytes:
    content = leaf.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _part(leaf: Message, number: int) -> Part:
    kind = leaf.get_content_type()
    if leaf.get_content_maintype() == "message":
        inner = leaf.get_payload()
        first = inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], Message) else None
        if first is not None and kind == "message/rfc822":
            return Part(f"attachment {number}.eml", first.as_bytes())
        return Part(f"attachment {number} ({safe_name(kind.partition('/')[2], 'message')})", leaf.as_bytes())
    name = safe_name(_file_name(leaf), "").rpartition("/")[2].lstrip(". ")
    if not name:
        name = f"attachment {number}{_ENDINGS.get(kind, '')}"
    elif "." not in name:
        name += _ENDINGS.get(kind, "")
    if kind in _ENCRYPTED_TYPES:
        return Part(name, fault="encrypted")
    return Part(name, _bytes(leaf))


def _parsed(message: Message, name: str) -> BaseHeader | None:
    """A header as the standard library understands it; None where it is not there or not to be understood."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), None)
    if raw is None:
        return None
    told = decoded(raw.encode("utf-8", "surrogateescape")).text
    try:
        return _HEADERS(name, " ".join(told.split()))
    except Exception:  # it stumbles over malformed headers in many ways
        return None


def _header(message: Message, name: str) -> str:
    parsed = _parsed(message, name)
    return "" if parsed is None else cleaned(" ".join(str(parsed).split()))[:_LONGEST_SHOWN]


def _title(heads: dict[str, str]) -> str | None:
    sides = [f"{word} {heads[name]}" for word, name in (("from", "From"), ("to", "To")) if heads[name]]
    title = ": ".join(
        piece for piece in ("Mail " + " ".join(sides) if sides else "", heads["Subject"]) if piece
    )
    return title[:300] or None


def _day(message: Message) -> PartialDate | None:
    """The day on which the mail says that it was sent, in the sender's own time zone."""
    moment = getattr(_parsed(message, "Date"), "datetime", None)
    if not isinstance(moment, datetime.datetime) or not 1970 <= moment.year <= 2200:
        return None
    return PartialDate.of(moment.date())
