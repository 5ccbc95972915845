"""One spelling of a text, so that width, brackets, dashes and stray spaces decide nothing (文字规范化).

Sheets, web forms and job boards write the same words with full-width letters, three kinds of brackets,
line breaks inside a cell and invisible characters. Everything that reads words reads `normalise(text)`;
what people see stays as it was written.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import fuzz

_CJK = "\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_SPACES = re.compile(r"\s+")
_LINE_ENDS = re.compile(r"[ \t]*(?:\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029])\s*")
_BLANKS = re.compile(r"[^\S\n]+")
_SPACE_AT_CJK = re.compile(rf"(?<=[{_CJK}]) | (?=[{_CJK}])")
_NOT_WORD = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"\([^()]*\)")
_SEPARATORS = frozenset(",;、/|\n")

_ONE_SPELLING = str.maketrans(
    {
        **dict.fromkeys("【〔〖［｛[{〘〚", "("),
        **dict.fromkeys("】〕〗］｝]}〙〛", ")"),
        **dict.fromkeys("‐‑‒–—―−﹣－─━⁃➖", "-"),
        **dict.fromkeys("〜～∼˜〰", "~"),
        **dict.fromkeys("•・‧∙⋅●∘᛫", "·"),
        **dict.fromkeys("“”„‟〝〞「」『』", '"'),
        **dict.fromkeys("‘’‚‛′", "'"),
        "﹑": "、",
        "｡": "。",
    }
)


def _is_invisible(char: str) -> bool:
    """Whether a character shows nothing: controls, zero-width and direction marks, half surrogates."""
    return unicodedata.category(char) in {"Cf", "Cs", "Cn"} or (
        unicodedata.category(char) == "Cc" and not char.isspace()
    )


def normalise(text: str, *, keep_lines: bool = False) -> str:
    """Return the one spelling of a text: NFKC, round brackets, plain dashes, no stray spaces.

    Half-width letters and punctuation (：→ `:`, （→ `(`, ，→ `,`; 、 and 。 stay), every bracket
    round, every dash `-`, every middle dot `·`; invisible characters go; spaces beside a Chinese
    character go, others become one. Case stays. `normalise` of a normalised text changes nothing.

    Parameters
    ----------
    text : any string, also half a surrogate pair
    keep_lines : line breaks stay as one `\\n` each; otherwise they are spaces like any other
    """
    if text.isascii() and text.isalnum():
        return text
    if not text.isascii():
        text = "".join(c for c in text if c.isascii() or not _is_invisible(c))
        text = unicodedata.normalize("NFKC", text)
    text = "".join(c for c in text.translate(_ONE_SPELLING) if not _is_invisible(c))
    if keep_lines:
        text = _LINE_ENDS.sub("\n", text)
        text = _BLANKS.sub(" ", text)
    else:
        text = _SPACES.sub(" ", text)
    text = _SPACE_AT_CJK.sub("", text)
    return unicodedata.normalize("NFKC", text).strip()


@lru_cache(maxsize=65_536)
def bare(text: str) -> str:
    """Return only the letters and digits of a text, in lower case: a key to compare names by."""
    return _NOT_WORD.sub("", normalise(text)).casefold()


def without_brackets(text: str) -> str:
    """Return the normalised text without what stands in brackets (also nested); a lone bracket goes."""
    text = normalise(text)
    before = None
    while before != text:
        before, text = text, _BRACKETED.sub("", text)
    return text.replace("(", "").replace(")", "").strip()


def split_list(text: str) -> list[str]:
    """Split a normalised enumeration at 、 , ; / | and line breaks outside brackets; no empty parts."""
    return [part for part in map(str.strip, _parts(normalise(text, keep_lines=True))) if part]


def _parts(text: str) -> Iterator[str]:
    """Yield what stands between the separators that are not inside brackets."""
    depth, start = 0, 0
    for i, char in enumerate(text):
        if char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif depth == 0 and char in _SEPARATORS:
            yield text[start:i]
            start = i + 1
    yield text[start:]


def similar(a: str, b: str) -> float:
    """Return how alike two names are, 0 to 1; symmetric; 1 when their letters and digits are the same.

    Edit similarity of the bare forms (2 × longest common subsequence ÷ total length). Two names
    without any letter or digit are alike only when both are empty of them.
    """
    return fuzz.ratio(bare(a), bare(b)) / 100
