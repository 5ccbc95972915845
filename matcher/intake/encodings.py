"""Bytes to text by what the bytes say, never by the file's name.

Besides plain UTF-8, UTF-16 and GB18030, files come *double-encoded*: somebody's program read UTF-8
as Latin-1 or GBK (or GBK as Latin-1) and saved the result as UTF-8. That is undone only on
evidence: the mended text must consist of far more everyday characters than the text as it stands.
"""

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from matcher.intake.errors import IntakeError

_SAMPLE_CHARS = 20_000
"""Enough text to judge an encoding by; the first rows hold heads and typical values."""
_MENDED_LEAD = 0.3
"""How much larger the share of everyday characters must be before a text is mended."""
_SHOWN_SHARE = 0.9
"""Printable characters of a text; zero-width and private ones are below a few in a hundred."""
_GOOD_MARKS = frozenset("，。、；：（）《》“”‘’！？【】·—…％￥～－＋．／　")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class DecodedText:
    """Text and how it was won; `note` is a Chinese remark when it had to be mended."""

    text: str
    encoding: str
    note: str | None = None


@lru_cache(maxsize=50_000)
def _is_everyday(char: str) -> bool:
    """Say whether a character is one of the 3,755 of GB 2312 level 1, or a full-width mark."""
    if char in _GOOD_MARKS or "\uff10" <= char <= "\uff5a":
        return True
    try:
        lead = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return 0xB0 <= lead <= 0xD7


def everyday_share(text: str) -> float:
    """Return which share of the non-ASCII characters is everyday Chinese; 1.0 if there are none."""
    foreign = [char for char in text[:_SAMPLE_CHARS] if char > "\x7f" and not char.isspace()]
    if not foreign:
        return 1.0
    return sum(map(_is_everyday, foreign)) / len(foreign)


def _latin_bytes(text: str) -> bytes:
    """Return the bytes of a text that was read as Latin-1 or Windows-1252."""
    out = bytearray()
    for char in text:
        if char <= "\xff":
            out.append(ord(char))
        else:
            out.extend(char.encode("cp1252"))
    return bytes(out)


def _utf8_as_latin(text: str) -> str:
    return _latin_bytes(text).decode("utf-8")


def _gbk_as_latin(text: str) -> str:
    return _latin_bytes(text).decode("gb18030")


def _utf8_as_gbk(text: str) -> str:
    return text.encode("gb18030").decode("utf-8")


_MENDERS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("UTF-8 曾被当作 Latin-1", _utf8_as_latin),
    ("UTF-8 曾被当作 GBK", _utf8_as_gbk),
    ("GBK 曾被当作 Latin-1", _gbk_as_latin),
)


def _mend_whole(text: str) -> tuple[str, str] | None:
    """Return (mended text, what had happened), or None if no mender takes the whole text."""
    share = everyday_share(text)
    best: tuple[float, str, str] | None = None
    for name, mend in _MENDERS:
        try:
            mended = mend(text)
        except UnicodeError:
            continue
        lead = everyday_share(mended) - share
        if lead >= _MENDED_LEAD and (best is None or lead > best[0]):
            best = (lead, mended, name)
    return (best[1], best[2]) if best else None


def _mend_line(line: str) -> str:
    """Mend one line; where characters are lost for good, U+FFFD marks the place."""
    if line.isascii():
        return line
    if whole := _mend_whole(line):
        return whole[0]
    if everyday_share(line) >= 1 - _MENDED_LEAD:
        return line
    lossy = line.replace("\ufffd", "?").encode("gb18030").decode("utf-8", errors="replace")
    return lossy if everyday_share(lossy) > everyday_share(line) else line


def mend(text: str) -> tuple[str, str | None]:
    """Undo a double encoding if the evidence is strong.

    Returns
    -------
    (text, note) : note is None if the text was left as it is
    """
    if everyday_share(text) > 1 - _MENDED_LEAD:
        return text, None
    if whole := _mend_whole(text):
        return whole[0], f"文件曾被两次转码（{whole[1]}），已还原"
    lines = [_mend_line(line) for line in text.split("\n")]
    mended = "\n".join(lines)
    if everyday_share(mended) - everyday_share(text) < _MENDED_LEAD:
        return text, None
    return mended, "文件曾被两次转码，已逐行还原；无法还原的字用“\ufffd”标出"


def _utf16_without_bom(data: bytes) -> str | None:
    """Name the byte order of UTF-16 without a mark: every second byte of ASCII text is zero."""
    head = data[:2000]
    if head.count(0) < max(2, len(head) // 10):
        return None
    return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"


def _is_readable(text: str) -> bool:
    """Say whether a decoded text is text: nearly all of it can be shown."""
    sample = text[:_SAMPLE_CHARS]
    shown = sum(char.isprintable() or char.isspace() for char in sample)
    return "\x00" not in sample and shown >= _SHOWN_SHARE * len(sample)


def decode_text(data: bytes, file_name: str) -> DecodedText:
    """Decode a text file and undo a double encoding.

    Raises
    ------
    IntakeError
        `unknown_encoding`: the bytes are no text in any encoding in use.
    """
    named = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    named = named or _utf16_without_bom(data)
    for encoding in (named,) if named else ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        mended, note = mend(text)
        if not _is_readable(mended):
            break
        return DecodedText(mended, encoding, note)
    raise IntakeError(
        "unknown_encoding",
        f"文件“{file_name}”的文字编码无法识别。请在表格软件中另存为 xlsx，或另存为 UTF-8 的 csv 后再导入。",
        file_name=file_name,
    )
