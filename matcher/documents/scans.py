"""Scans people hand in (扫描件): what a file is by its first bytes, and whether it is more than a picture or pages.

The name and the type a browser says are never believed. A PDF that runs, sends or brings something along, one that
cannot be looked into, and a picture with anything after its end are refused: nobody's evidence needs that.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matcher.documents.pdf_reading import read_pdf

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_PDF = b"%PDF-"
_MARKUP = (b"<script", b"<!doctype", b"<html", b"<svg", b"<?php")
"""What a picture made to be read as a page would hold."""

_CERTAIN = 7
"""Letters of markup that does not stand in packed bytes by chance; `<svg` does, in one photo of 200."""

_JPEG_MARK = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
"""A mark of a JPEG: in its packed bytes none stands but those that go on with them."""

_JPEG_ALONE = (b"\xd8", b"\xd9", b"\x01")
"""Marks without a segment: begin, end, reserved."""

_JPEG_PACKED = b"\xda"
_PNG_PACKED = (b"IDAT", b"fdAT")

_TRAILING = 16
"""Bytes of padding some cameras leave behind a picture's end."""


@dataclass(frozen=True)
class Scan:
    """What a file was found to be; `problem` is a code, None for one that may be kept."""

    media_type: str
    ending: str
    problem: str | None = None


def look_at(content: bytes) -> Scan | None:
    """Say what a file is by its bytes; None for anything but PDF, JPEG and PNG.

    Problems: closed (cannot be looked into), active (does something), broken (does not end as it should).
    """
    if content.startswith(_PDF):
        return Scan("application/pdf", "pdf", _pdf_problem(content))
    if content.startswith(_JPEG):
        said = b"\n".join(_jpeg_said(content))
        return Scan("image/jpeg", "jpg", _picture_problem(content, said, _jpeg_end(content)))
    if content.startswith(_PNG):
        said = b"\n".join(_png_said(content))
        return Scan("image/png", "png", _picture_problem(content, said, _png_end(content)))
    return None


def _pdf_problem(content: bytes) -> str | None:
    found = read_pdf(content)
    if found.acting:
        return "active"
    if found.is_closed:
        return "closed"
    return None if found.is_whole else "broken"


def _picture_problem(content: bytes, said: bytes, end: int) -> str | None:
    """Say what is wrong with a picture; `said` is what stands outside its packed bytes."""
    if _holds(said, _MARKUP) or _holds(content, [one for one in _MARKUP if len(one) >= _CERTAIN]):
        return "active"
    if end <= 0:
        return "broken"
    return (
        "active" if content[end:].strip(b"\x00\r\n ") and len(content) - end > _TRAILING else None
    )


def _holds(data: bytes, marks: Sequence[bytes]) -> bool:
    lowered = data.lower()
    return any(mark in lowered for mark in marks)


def _jpeg_said(content: bytes) -> Iterator[bytes]:
    """Give what a JPEG holds besides packed bytes: its segments, and all that stands where none belongs."""
    at, is_packed = 0, False
    while (mark := _JPEG_MARK.search(content, at)) is not None:
        if not is_packed:
            yield content[at : mark.start()]
        kind, at = mark[1], mark.end()
        is_packed = kind == _JPEG_PACKED
        if kind not in _JPEG_ALONE:
            end = at + max(2, int.from_bytes(content[at : at + 2], "big"))
            yield content[at:end]
            at = end
    if not is_packed:
        yield content[at:]


def _jpeg_end(content: bytes) -> int:
    """Return the place behind the last end mark of a JPEG; 0 without one."""
    found = content.rfind(b"\xff\xd9")
    return found + 2 if found > 0 else 0


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Give the kind of each chunk of a PNG, where its data begin and where the chunk ends, up to IEND."""
    at, kind = len(_PNG), b""
    while at + 12 <= len(content) and kind != b"IEND":
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        yield kind, at + 8, at + 12 + length
        at += 12 + length


def _png_said(content: bytes) -> Iterator[bytes]:
    """Give what a PNG holds besides packed bytes, and what stands behind its chunks."""
    end = len(_PNG)
    for kind, begun, end in _png_chunks(content):
        if kind not in _PNG_PACKED:
            yield content[begun:end]
    yield content[end:]


def _png_end(content: bytes) -> int:
    """Return the place behind the IEND chunk of a PNG, walking its chunks; 0 if they do not fit."""
    for kind, _, end in _png_chunks(content):
        if kind == b"IEND":
            return end if end <= len(content) else 0
    return 0
