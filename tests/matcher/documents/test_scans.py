"""Scans are refused for what they do, never for bytes that stand in a picture by chance."""

import random
import zlib

import pytest

from matcher.documents.pdf_reading import read_pdf
from matcher.documents.scans import look_at
from tests.matcher.documents.test_pdf_reading import make_object_stream, make_pdf

_A4 = (2_480, 3_508)
"""Points of a page at 300 dpi."""

_SVG = b'<svg onload="alert(1)">'


def _noise(size: int, *inside: bytes) -> bytes:
    """Return packed bytes as those of a picture, with some in their midst."""
    made = random.Random(5).randbytes(size).replace(b"\xff", b"\xfe")
    return made[: size // 2] + b" ".join(inside) + b" " + made[size // 2 :]


def _picture(packed: bytes, way: bytes = b"/DCTDecode") -> bytes:
    head = b"7 0 obj << /Type /XObject /Subtype /Image /Width 2480 /Filter %b /Length %d >>"
    return head % (way, len(packed)) + b"\nstream\n" + packed + b"\nendstream endobj"


def _jpeg(packed: bytes, *segments: bytes, tail: bytes = b"") -> bytes:
    said = b"".join(
        b"\xff" + one[:1] + (len(one) + 1).to_bytes(2, "big") + one[1:] for one in segments
    )
    return b"\xff\xd8" + said + b"\xff\xda\x00\x08" + b"\x01" * 6 + packed + b"\xff\xd9" + tail


def _png(packed: bytes, *, words: bytes = b"") -> bytes:
    chunks = [(b"IHDR", b"\0" * 13), (b"tEXt", b"Comment\0" + words), (b"IDAT", packed)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in [*chunks, (b"IEND", b"")]
    )


def _problem(content: bytes) -> str | None:
    found = look_at(content)
    assert found is not None
    return found.problem


@pytest.mark.parametrize("megabytes", [3, 10])
def test_a_scan_whose_picture_holds_the_letters_of_a_script_by_chance_is_taken(
    megabytes: int,
) -> None:
    packed = _noise(megabytes * 1_000_000, b"/JS", b"/J#53", b"/XFA", b"<svg")

    scan = make_pdf(_picture(packed))

    assert _problem(scan) is None
    assert read_pdf(scan).acting == set()


@pytest.mark.parametrize(
    "script",
    [
        b"8 0 obj << /S /JavaScript /JS (app.alert\\(1\\)) >> endobj",
        b"8 0 obj << /JS (app.alert\\(1\\)) >> endobj",
        b"8 0 obj << /AcroForm << /X#46A 9 0 R >> >> endobj",
        make_object_stream(b"8 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>"),
        make_object_stream(b"8 0 << /JS (app.alert\\(1\\)) >>"),
    ],
)
def test_a_script_beside_a_scan_is_refused_plain_and_among_packed_objects(script: bytes) -> None:
    assert _problem(make_pdf(_picture(_noise(100_000)), script)) == "active"


@pytest.mark.parametrize(
    ("hidden", "problem"),
    [
        (b"8 0 obj << /S /JavaScript /JS (x) >> endobj", "active"),
        (b"8 0 obj << /AcroForm << /XFA 9 0 R >> >> endobj", "active"),
        (make_object_stream(b"8 0 << /JS (x) >>"), "closed"),
    ],
)
def test_nothing_hides_in_what_only_looks_like_a_picture(hidden: bytes, problem: str) -> None:
    assert _problem(make_pdf(_picture(hidden))) == problem


def test_packed_objects_do_not_hide_by_calling_themselves_a_picture() -> None:
    script = make_object_stream(
        b"8 0 << /JS (x) >>", b"/Type /ObjStm /Subtype /Image /N 1 /First 4"
    )

    assert _problem(make_pdf(script)) == "active"


def test_two_pages_of_colour_at_300_dpi_are_taken() -> None:
    row = random.Random(5).randbytes(64) + bytes(3 * _A4[0] - 64)
    page = zlib.compress(row * _A4[1], 1)
    words = zlib.compress(b"BT (read) Tj ET")
    content = b"8 0 obj << /Filter /FlateDecode >>\nstream\n%b\nendstream endobj" % words

    scan = make_pdf(*[_picture(page, b"/FlateDecode")] * 2, content)

    assert _problem(scan) is None
    assert read_pdf(scan).text == "read"


@pytest.mark.parametrize("head", [b"/Type /ObjStm /N 1 /First 4", b"/Type /XObject /Subtype /Form"])
def test_a_bomb_is_refused_whatever_it_holds(head: bytes) -> None:
    assert _problem(make_pdf(make_object_stream(b"\0" * 40_000_000, head))) == "closed"


def test_a_photo_whose_packed_bytes_hold_the_letters_of_markup_by_chance_is_taken() -> None:
    packed = _noise(3_000_000, b"<svg", b"<SVG", b"<html")

    assert _problem(_jpeg(packed, b"\xe1Exif\0\0", b"\xdb" + b"\x01" * 64)) is None
    assert _problem(_jpeg(packed + b"\xff\xd3" + packed)) is None
    assert _problem(_png(packed)) is None


@pytest.mark.parametrize(
    "photo",
    [
        _jpeg(b"", b"\xfe" + _SVG),
        _jpeg(b"", b"\xe1http://ns.adobe.com/xap/1.0/\0" + _SVG),
        _jpeg(b"packed\xff\xfe\x00\x19" + _SVG + b"\xff\xda\x00\x02packed"),
        _jpeg(b"packed", tail=_SVG + b"\xff\xd9"),
        _jpeg(b"<script>alert(1)</script>"),
        _png(b"", words=_SVG),
        _png(b"packed") + _SVG,
        _png(b"<!DOCTYPE html>"),
    ],
)
def test_markup_beside_a_picture_is_refused(photo: bytes) -> None:
    assert _problem(photo) == "active"
