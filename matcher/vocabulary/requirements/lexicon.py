"""What words mean for one reading: the terms of people, and the directory it is read under (词典).

Built once per reading out of its arguments; the national catalogues stand behind it
(`matcher.vocabulary.majors.load_catalogue`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import name_key
from matcher.vocabulary.majors.directories import Directory, find_directory
from matcher.vocabulary.requirements.terms import Meaning, Term


@dataclass(frozen=True)
class Lexicon:
    """The words that mean something of their own in this reading."""

    terms: tuple[Term, ...] = ()
    directory_words: str = ""
    """The directory it is read under, in the words that `find_directory` knows; "" for none."""
    _by_words: dict[str, list[Term]] = field(default_factory=dict, repr=False, compare=False)
    _hash: int = field(default=0, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the terms by their folded words."""
        object.__setattr__(self, "_hash", hash((self.terms, self.directory_words)))
        for term in self.terms:
            # Names are compared without the 专业 at their end, as the reader takes it off.
            full = name_key(term.words)
            for key in dict.fromkeys((full, full.removesuffix("专业") or full)):
                self._by_words.setdefault(key, []).append(term)

    def __hash__(self) -> int:
        """Return the hash of the terms, reckoned once: every name looked up asks for it."""
        return self._hash

    @property
    def directory(self) -> Directory | None:
        """The directory the text is read under, if one was named and is at hand."""
        return find_directory(self.directory_words) if self.directory_words else None

    @property
    def phrases(self) -> tuple[Term, ...]:
        """Terms that stand for no major, longest words first: they are read before the text is cut."""
        if not self.terms:
            return ()
        found = [t for t in self.terms if t.meaning not in (Meaning.NODE, Meaning.NAME)]
        return tuple(sorted(found, key=lambda term: -len(term.words)))

    def terms_for(self, level: MajorLevel, words: str) -> Sequence[Term]:
        """Return what people said these very words mean at a level, in the order given."""
        if not self._by_words:
            return ()
        found = self._by_words.get(name_key(words), ())
        return [term for term in found if term.level in (None, level)]

    def meanings_of(self, words: str) -> frozenset[Meaning]:
        """Return every meaning these words were given at any level."""
        if not self._by_words:
            return frozenset()
        return frozenset(term.meaning for term in self._by_words.get(name_key(words), ()))


NATIONAL_LEXICON = Lexicon()
"""No terms, no provincial directory."""
