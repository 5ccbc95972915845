"""How names sound (拼音): syllables without tones, for search boxes typed in Latin letters.

The names of the shipped tables stand in `data/pinyin.csv`, so that the first search of a process does not wait
for four thousand names to be spelt; whatever is not there (an imported edition, a query) is spelt when asked.
"""

import re
import string
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin

from matcher.vocabulary.tables import read_table

_JOINTS = re.compile("([与和及、])")
"""Names are spelt piece by piece: 与会计 as one phrase would begin with 与会."""
_READINGS = {
    "会计": ["kuai", "ji"],
    "给排水": ["ji", "pai", "shui"],
    "给水": ["ji", "shui"],
    "藏医": ["zang", "yi"],
    "藏药": ["zang", "yao"],
    "藏语": ["zang", "yu"],
    "藏族": ["zang", "zu"],
    "洪洞": ["hong", "tong"],
    "浚县": ["xun", "xian"],
}
"""Words the dictionary spells wrongly inside longer names."""
_SIGNS = re.compile(r"[^\w ]|_")
_LATIN = frozenset(string.ascii_letters + string.digits)
_KNOWN_WORD = re.compile(f"({'|'.join(_READINGS)})")


@dataclass(frozen=True, slots=True)
class Sound:
    """A name in Latin letters, lower case: `initials` kjx, `words` kuai ji xue, `full` kuaijixue."""

    initials: str
    words: str
    full: str

    def starts_of(self, letters: str) -> int:
        """Return where typed letters (kuaiji) begin in `full`, at a syllable; -1 if nowhere."""
        if letters not in self.full:
            return -1
        at = 0
        for word in self.words.split(" "):
            if self.full.startswith(letters, at):
                return at
            at += len(word)
        return -1

    def starts_of_words(self, said: "Sound") -> int:
        """Return where the syllables of another name begin in `words`; -1 if nowhere or only one."""
        if " " not in said.words:
            return -1
        return f" {self.words} ".find(f" {said.words} ")


def syllables(text: str) -> tuple[str, ...]:
    """Return the syllables of a text in lower case; letters and digits as they stand."""
    found: list[str] = []
    for piece in _JOINTS.split(text):
        for word in _KNOWN_WORD.split(piece):
            found += _READINGS.get(word) or lazy_pinyin(word)
    return tuple(syllable.lower() for syllable in found if syllable)


def sound_of(text: str) -> Sound:
    """Return how a name sounds, from the table or spelt now; signs have no sound."""
    spelt = _table().get(text) or " ".join(syllables(text))
    heard = _SIGNS.sub("", spelt).split()
    # A run of Latin letters (5G, UI) is one syllable to the dictionary but typed as it stands.
    folded = text.lower() if not _LATIN.isdisjoint(text) else ""
    initials = [word if folded and word in folded else word[0] for word in heard]
    return Sound("".join(initials), " ".join(heard), "".join(heard))


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    """Return the names spelt beforehand, syllables with a space between."""
    return {row["name"]: row["syllables"] for row in read_table("pinyin.csv")}
