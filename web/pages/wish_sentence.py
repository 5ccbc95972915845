"""「帮我填」: a sentence of wishes read into the fields of the profile form, to be looked at before saving."""

from flask import request
from werkzeug.datastructures import MultiDict

from matcher.kinds import Mobility
from matcher.services.intents import CHOICES
from matcher.vocabulary.intents import IntentReading, read_intent
from web.choices import industry_words, occupation_words, place_words, read_place
from web.forms import Form, FormState
from web.words.wishes import WishWords, own_words, wish_words

_LONGEST = 2_000
"""Characters of a sentence that are read: what the form takes."""


def filled(model: type[Form]) -> tuple[FormState, WishWords]:
    """Return the request's form with the fields its sentence speaks of, and how that was read.

    A field the sentence says nothing about stays as it was typed.
    """
    values = MultiDict(request.form)
    sentence = values.get("sentence", "").strip()[:_LONGEST]
    reading = read_intent(sentence, home=read_place(values.get("origin")).code)
    values["sentence_read"] = sentence
    _fill_three(values, "place", [place_words(code) for code in reading.places])
    _fill_three(values, "occupation", [occupation_words(code) for code in reading.occupations])
    _fill_three(values, "industry", [industry_words(code) for code in reading.industries])
    _fill_others(values, reading)
    return FormState(model, values), wish_words(reading)


def _fill_three(values: MultiDict[str, str], name: str, words: list[str]) -> None:
    """Replace the three fields of a kind, if the sentence names any."""
    if words:
        for n in range(1, CHOICES + 1):
            values[f"{name}_{n}"] = words[n - 1] if n <= len(words) else ""


def _fill_others(values: MultiDict[str, str], reading: IntentReading) -> None:
    if reading.unit_kinds:
        values.setlist("unit_kinds", [kind.value for kind in reading.unit_kinds])
    if reading.wanted_pay_yuan:
        values["wanted_pay_yuan"] = str(reading.wanted_pay_yuan)
    if reading.mobility:
        values["mobility"] = reading.mobility.value
    values.setdefault("mobility", Mobility.LISTED.value)
    values["text"] = with_words(values.get("text", ""), *own_words(reading))


def with_words(text: str, *parts: str) -> str:
    """Return own words with more of them behind, each once; never cut, the form says when it is too long."""
    return "；".join(filter(None, [text.strip(), *(one for one in parts if one not in text)]))
