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

_CERTAIN = 5
"""Letters of a name that does not stand in packed bytes by chance; shorter ones (`JS` about once in 20 MB) do."""

_MOST_UNPACKED = 32 * 1024 * 1024
"""Bytes all streams but pictures may unpack to: a file whose words unpack to more is neither résumé nor scan."""

_STREAM = re.compile(rb"stream\r?\n")
_NAME = re.compile(rb"/([A-Za-z0-9]+)(?![A-Za-z0-9])")
_HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_PICTURE = re.compile(rb"/Subtype\s*/Image(?![A-Za-z])")
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
    names = _names(structure) | _certain_names(content)
    return ReadPdf(
        is_whole=is_whole,
        is_closed=parts.is_closed or "Encrypt" in names,
        n_pages=len(_PAGE.findall(structure)),
        acting=frozenset(names & set(_ACTING)),
        text=_text(parts.streams),
    )


def _names(data: bytes) -> set[str]:
    return {found.group(1).decode() for found in _NAME.finditer(data)}


def _certain_names(content: bytes) -> set[str]:
    """Return the names of the whole file, packed bytes included, that cannot stand there by chance.

    So nothing hides in what only looks like a stream: a script always says `JavaScript` or `Rendition` besides `JS`,
    and `XFA` works in an `AcroForm` alone.
    """
    names = _names(_unescaped(content))
    certain = {name for name in names if len(name) >= _CERTAIN}
    return certain | (names & {"XFA"} if "AcroForm" in certain else set())


def _unescaped(data: bytes) -> bytes:
    """Undo the `#4a` writing of names, by which a name could hide."""
    return _HEX_IN_NAME.sub(lambda found: bytes([int(found.group(1), 16)]), data)


def _parts(content: bytes) -> _Parts:
    """Return what stands outside the streams as structure, with object streams unpacked, and the other streams.

    A picture is not unpacked: it holds neither words nor objects, and a page of colour alone is 25 MB.
    """
    parts, room, outside = _Parts(), _MOST_UNPACKED, 0
    n_hidden = _unescaped(content).count(b"/ObjStm")
    for begun, end in _streams(content):
        parts.structure.append(content[outside:begun])
        outside = end
        head = _head(content, begun)
        holds_objects = b"/First" in head or b"/ObjStm" in head
        n_hidden -= b"/ObjStm" in head
        if _PICTURE.search(head) is not None and not holds_objects:
            continue
        unpacked = _plain(head, content[begun:end], room)
        if holds_objects and (unpacked is None or b"/Predictor" in head):
            parts.is_closed = True
        if unpacked is None:
            continue
        room -= len(unpacked)
        if room <= 0:
            parts.is_closed = True
            break
        (parts.structure if holds_objects else parts.streams).append(unpacked)
    parts.structure.append(content[outside:])
    parts.is_closed |= n_hidden > 0  # objects packed inside what only looks like another stream
    return parts


def _streams(content: bytes) -> Iterator[tuple[int, int]]:
    """Give the places where the bytes of each stream begin and end."""
    at = 0
    while (begun := _STREAM.search(content, at)) is not None:
        if content[max(0, begun.start() - 3) : begun.start()] == b"end":
            at = begun.end()
            continue
        end = content.find(b"endstream", begun.end())
        at = len(content) if end < 0 else end
        yield begun.end(), at


def _head(content: bytes, begun: int) -> bytes:
    """Return the dictionary before the bytes of a stream, names unescaped."""
    return _unescaped(content[max(0, content.rfind(b"obj", 0, begun)) : begun])


def _plain(head: bytes, data: bytes, room: int) -> bytes | None:
    """Return the bytes of a stream as they read; None if they are packed in another way than usual."""
    if _PLAIN_FLATE.search(head) is not None:
        return _unpacked(data, room)
    return None if b"/Filter" in head else data


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
