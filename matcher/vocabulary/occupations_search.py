"""Search box for occupations: by name, title, code, sound (pinyin), or with a typo.

Apart from `occupations` because the pinyin tables take a quarter of a second to load, and workers, who read
titles, never search.
"""

from collections.abc import Iterator
from functools import lru_cache

from matcher.vocabulary.occupations import OccupationMatch, load_occupations
from matcher.vocabulary.pinyin import Sound, sound_of
from matcher.vocabulary.text import bare

_LEAST_LETTERS, _LEAST_SOUND = 2, 3
"""Fewer letters begin a hundred names."""
_WHOLE, _BEGINS, _INSIDE = 0.97, 0.8, 0.6
"""Scores of a name that sounds as typed, as a whole, in its beginning, somewhere; a name itself reaches 1."""


def search(query: str, limit: int = 10) -> tuple[OccupationMatch, ...]:
    """Return occupations for a search box, best first.

    Parameters
    ----------
    query : code, name, part of a name, job title, pinyin (initials or in full); typos are forgiven
    limit : answers at most
    """
    key = bare(query)
    if not key:
        return ()
    occupations = load_occupations()
    found: dict[str, OccupationMatch] = {}
    for match in (*occupations.search(query, limit), *_by_sound(key)):
        if match.code not in found or match.score > found[match.code].score:
            found[match.code] = match
    return tuple(sorted(found.values(), key=lambda match: (-match.score, match.code))[:limit])


def label_of(match: OccupationMatch) -> str:
    """Return what a list shows of an answer: name · code · middle group."""
    occupations = load_occupations()
    middle = occupations.get(occupations.middle_group(match.code) or "")
    above = middle.name if middle is not None and middle.code != match.code else ""
    return " · ".join(filter(None, (match.name, match.code, above)))


def _by_sound(key: str) -> Iterator[OccupationMatch]:
    """Yield occupations whose name or best known titles sound like what was typed."""
    letters = key if key.isascii() and key.isalpha() else ""
    said = sound_of(key)
    if len(letters or said.full) < _LEAST_LETTERS or not said.full.isalpha():
        return
    for code, name, sound in _sounds():
        score = _letters_score(sound, letters) if letters else _homophone_score(sound, said)
        if score:
            yield OccupationMatch(code, name, round(score, 4), "pinyin")


def _letters_score(sound: Sound, letters: str) -> float:
    """Return how well typed letters answer a name, 0 for not at all."""
    if letters in (sound.initials, sound.full):
        return _WHOLE
    share = len(letters) / len(sound.full)
    if sound.initials.startswith(letters):
        return _BEGINS + 0.1 * len(letters) / len(sound.initials)
    at = sound.starts_of(letters) if len(letters) >= _LEAST_SOUND else -1
    return 0.0 if at < 0 else (_BEGINS if at == 0 else _INSIDE) + 0.1 * share


def _homophone_score(sound: Sound, said: Sound) -> float:
    """Return how well a name answers characters that only sound alike (会记, 点工)."""
    return _WHOLE if sound == said else 0.0


@lru_cache(maxsize=1)
def _sounds() -> list[tuple[str, str, Sound]]:
    """Return code, name and sound of every occupation and of the titles set by hand."""
    occupations = load_occupations()
    named = [(one.code, bare(one.name)) for one in occupations.list_all()]
    named += [(code, title) for title, code in occupations.own_titles()]
    return [
        (code, one.name, sound_of(key))
        for code, key in named
        if (one := occupations.get(code)) is not None
    ]
