"""A major as the product speaks of it, and the forms in which its name and code are compared.

A code means nothing without its namespace: 120201 is 工商管理 among the undergraduate majors and
会计学 among the old graduate ones; 3102 is 计算机类 of the vocational bachelor only.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from matcher.kinds import MajorLevel

NATIONAL = "national"
VOCATIONAL_BACHELOR = "vocational_bachelor"
GRADUATE = "graduate"
COLLEGE = "college"

NAMESPACE_OF_LEVEL = {
    MajorLevel.COLLEGE: COLLEGE,
    MajorLevel.BACHELOR: NATIONAL,
    MajorLevel.GRADUATE: GRADUATE,
}

# Digits, then T (特设) and K (国家控制布点) in the undergraduate and vocational catalogues.
_CODE = re.compile(r"^(\d{2,8})[TKH]{0,3}$", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_ROUND = {**dict.fromkeys("【〔[{《", "("), **dict.fromkeys("】〕]}》", ")"), "∶": ":", "﹕": ":"}
# Full-width signs stand at a fixed distance from their ASCII forms (Unicode, Halfwidth and Fullwidth Forms).
_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_ONE_FORM = str.maketrans(
    {**{w: _ROUND.get(n, n) for w, n in _WIDE.items()}, **_ROUND, "\u3000": " "}
)
# What no table above folds, and what neither ASCII nor the plain Chinese characters are.
_FOLDABLE = re.compile(r"[^\x00-\x7f\u4e00-\u9fff、。]")
# Issuers write 与, 及 and 和 for one another inside one and the same official name.
_SAME_SIGNS = str.maketrans({"及": "与", "和": "与", ",": "、", "·": None})


@dataclass(frozen=True, slots=True)
class MajorRef:
    """One major (专业) of a graduate: a leaf of a catalogue, or only a name.

    `code` is "" for a major that no catalogue knows; such a leaf is compared by its name alone.
    A graduate's `code` is the one of the discipline (4 digits) or the field (6 digits).
    """

    level: MajorLevel
    namespace: str
    code: str
    name: str
    class_code: str = ""
    class_name: str = ""
    gate_code: str = ""
    gate_name: str = ""


def fold(text: str) -> str:
    """Fold full-width forms and brackets character by character, so that offsets stay true."""
    folded = text.translate(_ONE_FORM)
    if not _FOLDABLE.search(folded):
        return folded
    return _FOLDABLE.sub(_one_form, folded).translate(_ONE_FORM)


def _one_form(found: re.Match[str]) -> str:
    form = unicodedata.normalize("NFKC", found.group())
    return form if len(form) == 1 else found.group()


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """Return the form in which two names are the same: widths, brackets and spaces folded."""
    folded = _SPACE.sub("", fold(name)).upper()
    return folded.translate(_SAME_SIGNS)


def strip_code(code: str | None) -> str:
    """Return the digits of a code without T and K, or "" when it is no catalogue code."""
    found = _CODE.match(_SPACE.sub("", fold(code or "")))
    return found.group(1) if found else ""
