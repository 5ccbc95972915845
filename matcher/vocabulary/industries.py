"""Industries (国民经济行业分类 GB/T 4754-2017) and industry texts read into them.

20 sections (门类 A–T) and 97 divisions (大类); the finer classes are not needed to match people and posts.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from matcher.vocabulary.tables import read_table
from matcher.vocabulary.text import bare, normalise

_PARTS = re.compile(r"[/、,;|+&·\-\s:()]+|和|及|与")
_TAIL = re.compile(r"(?:行业|产业|领域|公司|企业|集团|业务|服务业|业|服务)$")


@dataclass(frozen=True, slots=True)
class Industry:
    """A section (one letter, no parent) or a division (two digits).

    `graduate_code` is what the national graduate tables write for a section; "" for divisions.
    """

    code: str
    name: str
    parent: str | None
    graduate_code: str


@dataclass(frozen=True, slots=True)
class IndustryMatch:
    """What an industry text means: a division where it says one, else a section.

    `others` are further sections or divisions its other words name, in the order written.
    """

    code: str
    name: str
    others: tuple[str, ...]


class Industries:
    """The classification with its look-ups; immutable after building, safe to share."""

    def __init__(self, industries: list[Industry], words: list[tuple[str, str]]) -> None:
        """Index by code; `words` are (word people use, code)."""
        self._by_code = {i.code: i for i in industries}
        self._by_graduate_code = {i.graduate_code: i for i in industries if i.graduate_code}
        self._code_of = {bare(word): code for word, code in words}
        for industry in industries:
            self._code_of[bare(industry.name)] = industry.code
        self._longest = max(map(len, self._code_of), default=0)

    def get(self, code: str) -> Industry | None:
        """Return the section or division of a code (C, 39, C39), or None."""
        code = code.strip().upper()
        if len(code) == 3 and code[:1].isalpha():
            found = self._by_code.get(code[1:])
            return found if found is not None and found.parent == code[0] else None
        return self._by_code.get(code)

    def of_graduate_code(self, code: str) -> Industry | None:
        """Return the section of an industry code of the national graduate tables (22 → C 制造业)."""
        return self._by_graduate_code.get(code.strip())

    def section_of(self, code: str) -> str | None:
        """Return the letter of the section a code lies in."""
        found = self.get(code)
        return None if found is None else (found.parent or found.code)

    def list_industries(self, section: str | None = None) -> list[Industry]:
        """Return the divisions of a section (None: the sections), ordered by code."""
        return sorted(
            (i for i in self._by_code.values() if i.parent == section), key=lambda i: i.code
        )

    def find(self, text: str) -> IndustryMatch | None:
        """Read an industry text (电气/电力/水利, 互联网, 计算机软件); None when no word is known.

        The first word read decides; if all words read lie in one section but in different
        divisions, the section is the answer.
        """
        text = normalise(text)
        if not text:
            return None
        by_code = self.get(text)
        if by_code is not None:
            return IndustryMatch(by_code.code, by_code.name, ())
        whole = self._code_of.get(bare(text))
        codes = [whole] if whole else self._codes_of_parts(text)
        if not codes:
            return None
        distinct = list(dict.fromkeys(codes))
        sections = {self.section_of(code) for code in distinct}
        if len(distinct) > 1 and len(sections) == 1:
            section = self._by_code[sections.pop() or distinct[0]]
            return IndustryMatch(section.code, section.name, tuple(distinct))
        return IndustryMatch(distinct[0], self._by_code[distinct[0]].name, tuple(distinct[1:]))

    def _codes_of_parts(self, text: str) -> list[str]:
        """Return the codes of the parts of a text that are known, in order."""
        found = (self._code_of_part(bare(part)) for part in _PARTS.split(text) if part)
        return [code for code in found if code is not None]

    def _code_of_part(self, part: str) -> str | None:
        """Return the code of one part: as it is, without 行业 or 公司, then by the longest word inside.

        Of two equally long words the later counts: the head of a Chinese compound stands last.
        """
        if code := self._code_of.get(part) or self._code_of.get(_TAIL.sub("", part)):
            return code
        for length in range(min(self._longest, len(part)), 1, -1):
            for at in range(len(part) - length, -1, -1):
                if code := self._code_of.get(part[at : at + length]):
                    return code
        return None


@lru_cache(maxsize=1)
def load_industries() -> Industries:
    """Return the classification of 2017; read once for each process."""
    industries = [
        Industry(row["code"], row["name"], row["parent"] or None, row["graduate_code"])
        for row in read_table("industries.csv")
    ]
    return Industries(
        industries, [(row["word"], row["code"]) for row in read_table("industry_words.csv")]
    )
