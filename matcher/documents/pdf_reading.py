"""Reading PDFs people bring (个人 PDF): what acts in them, how many pages, and their text as far as it is plain.

Not a reader of all PDFs: what cannot be looked into (encrypted, packed in another way than usual) is told as such, so
that the caller can refuse it. Text is found through the fonts' own tables of characters, best effort.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

_ACTING = (
    "JavaScript",
    "JS",
    "Launch",
    "EmbeddedFile",
    "EmbeddedFiles",
    "RichMedia",
    "XFA",
    "SubmitForm",
    "ImportData",
    "GoToR",
    "GoToE",
    "Movie",
    "Sound",
    "Rendition",
)
"""Names by which a PDF runs something, sends something, or brings other files along."""

_MOST_UNPACKED = 32 * 1024 * 1024
"""Bytes all streams of a résumé may unpack to: a small file that unpacks to more is no résumé."""

_STREAM = re.compile(rb"stream\r?\n")
_NAME = re.compile(rb"/([A-Za-z0-9]+)(?![A-Za-z0-9])")
_HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_PLAIN_FLATE = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])")
_SHOWN = re.compile(rb"<([0-9A-Fa-f\s]*)>|\((?:[^()\\]|\\.)*\)", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f\s]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b""}
_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)


@dataclass(frozen=True)
class ReadPdf:
    """What was found in a PDF.

    Parameters
    ----------
    is_whole : it begins and ends as a PDF does
    is_closed : encrypted, or packed so that it cannot be looked into
    acting : names of what acts in it
    text : the words that could be read
    """

    is_whole: bool
    is_closed: bool
    n_pages: int
    acting: frozenset[str]
    text: str


@dataclass
class _Parts:
    """The plain parts of a file, as they are found."""

    structure: list[bytes] = field(default_factory=list)
    streams: list[bytes] = field(default_factory=list)
    is_closed: bool = False


def read_pdf(content: bytes) -> ReadPdf:
    """Look into a PDF; never fails, whatever the bytes are."""
    is_whole = content[:1024].lstrip().startswith(b"%PDF-") and b"%%EOF" in content[-2048:]
    parts = _parts(content)
    structure = _unescaped(b"\n".join(parts.structure))
    names = {found.group(1).decode() for found in _NAME.finditer(structure)}
    return ReadPdf(
        is_whole=is_whole,
        is_closed=parts.is_closed or "Encrypt" in names,
        n_pages=len(_PAGE.findall(structure)),
        acting=frozenset(names & set(_ACTING)),
        text=_text(parts.streams),
    )


def _unescaped(data: bytes) -> bytes:
    """Undo the `#4a` writing of names, by which a name could hide."""
    return _HEX_IN_NAME.sub(lambda found: bytes([int(found.group(1), 16)]), data)


def _parts(content: bytes) -> _Parts:
    """Return the whole file as structure, with its object streams unpacked, and the other streams."""
    parts, room = _Parts(structure=[content]), _MOST_UNPACKED
    for head, data in _streams(content):
        holds_objects = b"/First" in head or b"/ObjStm" in head
        is_plain = _PLAIN_FLATE.search(head) is not None
        unpacked = _unpacked(data, room) if is_plain else None if b"/Filter" in head else data
        predicted = b"/Predictor" in head
        if holds_objects and (unpacked is None or predicted):
            parts.is_closed = True
        if unpacked is None:
            continue
        room -= len(unpacked)
        if room <= 0:
            parts.is_closed = True
            break
        (parts.structure if holds_objects else parts.streams).append(unpacked)
    return parts


def _streams(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the dictionary before each stream, names unescaped, and its bytes."""
    at = 0
    while (begun := _STREAM.search(content, at)) is not None:
        if content[max(0, begun.start() - 3) : begun.start()] == b"end":
            at = begun.end()
            continue
        end = content.find(b"endstream", begun.end())
        end = len(content) if end < 0 else end
        head = content[max(0, content.rfind(b"obj", 0, begun.start())) : begun.start()]
        yield _unescaped(head), content[begun.end() : end]
        at = end


def _unpacked(data: bytes, room: int) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(data, max(1, room))
    except zlib.error:
        return None


def _text(streams: list[bytes]) -> str:
    """Return the words of the content streams, read once with the character table of each font.

    Which font a word is written in is not followed: with its own table it reads right, with others it is noise.
    """
    tables = [_characters(stream) for stream in streams if b"beginbf" in stream] or [{}]
    codes = [
        _codes(found)
        for stream in streams
        if b"BT" in stream and b"ET" in stream
        for found in _SHOWN.finditer(stream)
    ]
    return "\n".join("".join(_decoded(one, table) for one in codes) for table in tables)


def _codes(found: re.Match[bytes]) -> bytes:
    """Return the bytes of a written string, of either spelling."""
    if found.group(1) is not None:
        digits = re.sub(rb"\s", b"", found.group(1))
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    return _ESCAPE.sub(_meant, found.group(0)[1:-1])


def _meant(found: re.Match[bytes]) -> bytes:
    said: bytes = found.group(1)
    if said.isdigit():
        return bytes([int(said, 8) & 0xFF])
    return _LETTERS.get(said, said)


def _decoded(codes: bytes, table: dict[bytes, str]) -> str:
    pairs = [codes[place : place + 2] for place in range(0, len(codes), 2)]
    found = [table.get(pair.hex().encode()) for pair in pairs]
    if any(one is not None for one in found):
        return "".join(one or "" for one in found)
    single = [table.get(f"{code:02x}".encode()) for code in codes]
    if any(one is not None for one in single):
        return "".join(one or "" for one in single)
    return codes.decode("latin-1")


def _characters(stream: bytes) -> dict[bytes, str]:
    """Return code → characters of a font's table (ToUnicode)."""
    found: dict[bytes, str] = {}
    for kind, block in _BLOCK.findall(stream):
        if kind == b"char":
            found |= {code.lower(): _utf16(value) for code, value in _PAIR.findall(block)}
            continue
        for first, last, start, listed in _RANGE.findall(block):
            found |= _spread(first, last, start, listed)
    return found


def _spread(first: bytes, last: bytes, start: bytes, listed: bytes) -> dict[bytes, str]:
    codes = range(int(first, 16), min(int(last, 16), int(first, 16) + 0xFFFF) + 1)
    written = [f"{code:0{len(first)}x}".encode() for code in codes]
    if listed:
        values = [_utf16(one) for one in re.findall(rb"<([0-9A-Fa-f\s]+)>", listed)]
    else:
        values = [chr(int(start, 16) + step) for step in range(len(written))]
    return dict(zip(written, values, strict=False))


def _utf16(digits: bytes) -> str:
    clean = re.sub(rb"\s", b"", digits)
    clean = clean if len(clean) % 2 == 0 else clean + b"0"
    return bytes.fromhex(clean.decode()).decode("utf-16-be", "replace")
