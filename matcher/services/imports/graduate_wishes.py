"""Wishes of a roster (意向列) → codes. The column 求职意向 often holds a whole sentence, refusals included.

Its own columns count first; what they leave open is taken from the sentence.
"""

from functools import lru_cache

from matcher.intake.drafts import GraduateDraft
from matcher.kinds import Mobility
from matcher.services.imports.rows import Values
from matcher.vocabulary.industries import load_industries
from matcher.vocabulary.intents import CHOICES, IntentReading, read_intent
from matcher.vocabulary.occupations import load_occupations
from matcher.vocabulary.regions import load_regions
from matcher.vocabulary.text import split_list

_LEAST_OCCUPATION_SCORE = 0.6

_REMEMBERED = 20_000
"""Texts whose reading is remembered: rosters say the same few thousand things."""


def intent_values(draft: GraduateDraft) -> Values:
    """Return the columns of a graduate's intent."""
    said = _read(draft.wanted_occupations or "")
    pay = draft.wanted_pay
    return {
        "places": list(_places(draft.wanted_places) or said.places),
        "occupations": list(_occupations(draft.wanted_occupations)),
        "industries": list(_industries(draft.wanted_industries) or said.industries),
        "unit_kinds": [kind.value for kind in draft.wanted_unit_kinds or said.unit_kinds],
        "wanted_pay_yuan": pay.low_yuan if pay else said.wanted_pay_yuan,
        "mobility": (draft.mobility or said.mobility or Mobility.LISTED).value,
        "text": "；".join(filter(None, (draft.wanted_occupations, draft.wanted_industries)))
        or None,
    }


@lru_cache(maxsize=_REMEMBERED)
def _read(text: str) -> IntentReading:
    return read_intent(text)


@lru_cache(maxsize=_REMEMBERED)
def region_of(text: str | None) -> str | None:
    """Return the region a place text means, if it is certain."""
    found = load_regions().find(text) if text else None
    return found.code if found is not None and not found.ambiguous else None


@lru_cache(maxsize=_REMEMBERED)
def _places(text: str | None) -> tuple[str, ...]:
    found = [region_of(part) for part in split_list(text)] if text else []
    return _first([code for code in found if code])


@lru_cache(maxsize=_REMEMBERED)
def _occupations(text: str | None) -> tuple[str, ...]:
    """Return the occupations of a text: parts that are titles, else what its sentence wants.

    A part that speaks of a refusal is never looked up as a title: 不要销售 holds 销售.
    """
    reading = _read(text or "")
    refused = {code for one in reading.excluded for code in one.codes}
    codes = list(reading.occupations)
    for words in (*reading.kept, *(one.words for one in reading.to_confirm)):
        for part in split_list(words):
            best = load_occupations().find(part, 1)
            if best and best[0].score >= _LEAST_OCCUPATION_SCORE:
                codes.append(best[0].code)
    return _first([code for code in codes if code not in refused])


@lru_cache(maxsize=_REMEMBERED)
def _industries(text: str | None) -> tuple[str, ...]:
    found = [load_industries().find(part) for part in split_list(text)] if text else []
    return _first([industry.code for industry in found if industry])


def _first(codes: list[str]) -> tuple[str, ...]:
    """Keep the first three different codes."""
    return tuple(dict.fromkeys(codes))[:CHOICES]
