"""PDFs people bring are looked into: what acts, what is closed, how many pages, which words."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.documents.letters import LetterForm, compile_letter
from matcher.documents.pdf_reading import read_pdf

_END = b"\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def make_pdf(*objects: bytes) -> bytes:
    """Return a file of one page with more objects."""
    page = b"1 0 obj << /Type /Catalog >> endobj\n2 0 obj << /Type /Page >> endobj\n"
    return b"%PDF-1.7\n" + page + b"\n".join(objects) + _END


def make_object_stream(inside: bytes, head: bytes = b"/Type /ObjStm /N 1 /First 4") -> bytes:
    """Return a stream of packed objects, as the head says it."""
    packed = zlib.compress(inside)
    return b"9 0 obj << %b /Filter /FlateDecode >>\nstream\n%b\nendstream endobj" % (head, packed)


def test_a_plain_pdf_is_whole_open_and_still() -> None:
    read = read_pdf(make_pdf())

    assert (read.is_whole, read.is_closed, read.n_pages, read.acting) == (True, False, 1, set())


@pytest.mark.parametrize(
    "name", ["JavaScript", "JS", "Launch", "EmbeddedFiles", "RichMedia", "XFA", "SubmitForm"]
)
def test_what_acts_is_found_wherever_it_stands(name: str) -> None:
    acts = b"<< /S /%b /X 1 >>" % name.encode()
    escaped = b"<< /S /#%02x%b /X 1 >>" % (ord(name[0]), name[1:].encode())

    assert read_pdf(make_pdf(acts)).acting == {name}
    assert read_pdf(make_pdf(escaped)).acting == {name}
    assert read_pdf(make_pdf(make_object_stream(b"5 0 " + acts))).acting == {name}
    assert read_pdf(make_pdf(make_object_stream(b"5 0 " + escaped, b"/N 1 /First 4"))).acting == {
        name
    }


@pytest.mark.parametrize(
    "part",
    [
        b"<< /Encrypt 5 0 R >>",
        b"9 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /LZWDecode >>\nstream\nx\nendstream",
        b"9 0 obj << /Type /ObjStm /N 1 /First 4 /Filter 7 0 R >>\nstream\nx\nendstream",
        b"9 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\nxx\nendstream",
        make_object_stream(b"x", b"/Type /ObjStm /First 4 /DecodeParms << /Predictor 12 >>"),
    ],
)
def test_what_cannot_be_looked_into_is_told(part: bytes) -> None:
    assert read_pdf(make_pdf(part)).is_closed


def test_a_bomb_is_not_unpacked() -> None:
    bomb = make_object_stream(b"\0" * 40_000_000)

    assert len(bomb) < 100_000
    assert read_pdf(make_pdf(bomb)).is_closed


def test_other_bytes_are_no_pdf() -> None:
    assert not read_pdf(b"PK\x03\x04 %PDF-1.7").is_whole
    assert not read_pdf(b"%PDF-1.7 cut").is_whole


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_failing(noise: bytes) -> None:
    read_pdf(noise)
    read_pdf(make_pdf(noise))
    read_pdf(make_pdf(b"9 0 obj << /First 4 >>\nstream\n" + noise + b"endstream"))


def test_the_words_of_our_own_sheets_are_read() -> None:
    made = compile_letter(
        LetterForm(
            "标题", "第1号", "某某单位", ["证号 640104200306150018 在此。"], "写信人", "2026年"
        )
    )

    assert "证号 640104200306150018 在此。" in read_pdf(made).text
