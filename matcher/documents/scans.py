"""Scans people hand in (扫描件): what a file is by its first bytes, and whether it is more than a picture or pages.

The name and the type a browser says are never believed. A PDF that runs, sends or brings something along, one that
cannot be looked into, and a picture with anything after its end are refused: nobody's evidence needs that.
"""

from dataclasses import dataclass

from matcher.documents.pdf_reading import read_pdf

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_PDF = b"%PDF-"
_MARKUP = (b"<script", b"<!doctype", b"<html", b"<svg", b"<?php")
"""What a picture made to be read as a page would hold."""

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
        return Scan("image/jpeg", "jpg", _picture_problem(content, _jpeg_end(content)))
    if content.startswith(_PNG):
        return Scan("image/png", "png", _picture_problem(content, _png_end(content)))
    return None


def _pdf_problem(content: bytes) -> str | None:
    found = read_pdf(content)
    if found.acting:
        return "active"
    if found.is_closed:
        return "closed"
    return None if found.is_whole else "broken"


def _picture_problem(content: bytes, end: int) -> str | None:
    lowered = content.lower()
    if any(mark in lowered for mark in _MARKUP):
        return "active"
    if end <= 0:
        return "broken"
    return (
        "active" if content[end:].strip(b"\x00\r\n ") and len(content) - end > _TRAILING else None
    )


def _jpeg_end(content: bytes) -> int:
    """Return the place behind the last end mark of a JPEG; 0 without one."""
    found = content.rfind(b"\xff\xd9")
    return found + 2 if found > 0 else 0


def _png_end(content: bytes) -> int:
    """Return the place behind the IEND chunk of a PNG, walking its chunks; 0 if they do not fit."""
    at = len(_PNG)
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind = content[at + 4 : at + 8]
        at += 12 + length
        if kind == b"IEND":
            return at if at <= len(content) else 0
    return 0
