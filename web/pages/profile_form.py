"""The form of a graduate's profile (毕业生资料表单), shared by graduates and by caseworkers who enter for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from matcher.kinds import EducationLevel, Mobility, UnitKind
from matcher.models.graduates import Graduate
from matcher.services.graduates import GraduateInput, MajorInput, set_majors, update_profile
from matcher.services.intents import CHOICES, IntentInput, set_intent
from matcher.services.permissions import Actor
from web.choices import (
    Chosen,
    certificate_names,
    certificate_words,
    industry_words,
    occupation_words,
    place_words,
    read_certificates,
    read_industry,
    read_occupation,
    read_place,
)
from web.forms import FormErrors
from web.i18n import label
from web.pages.wish_sentence import with_words
from web.schemas.own_profile import Profile, Study

_NUMBERS = range(1, CHOICES + 1)


@dataclass(frozen=True)
class ReadProfile:
    """What a profile form says, ready for the use cases."""

    facts: GraduateInput
    majors: Sequence[MajorInput]
    wishes: IntentInput


def read_origin(wish: Study) -> Chosen:
    """Return the region the typed origin means."""
    return read_place(wish.origin)


def majors_of(wish: Study) -> list[MajorInput]:
    """Return the one or two majors as typed."""
    return [MajorInput(name=name) for name in (wish.major_1, wish.major_2) if name]


def read_profile(wish: Profile, *, name: str, **kept: Any) -> ReadProfile | FormErrors:
    """Return a form's facts, or the form with what cannot be read.

    Parameters
    ----------
    kept : further fields of `GraduateInput`: numbers a caseworker typed, or what stands
    """
    read = {"origin": read_origin(wish)}
    for n in _NUMBERS:
        read[f"place_{n}"] = read_place(getattr(wish, f"place_{n}"))
        read[f"occupation_{n}"] = read_occupation(getattr(wish, f"occupation_{n}"))
        read[f"industry_{n}"] = read_industry(getattr(wish, f"industry_{n}"))
    certificates, unknown = read_certificates(wish.certificates)
    wrong = {field: chosen.problem for field, chosen in read.items() if chosen.problem}
    if unknown:
        wrong["certificates"] = unknown
    if wrong:
        return FormErrors(type(wish), request.form, wrong)
    facts = GraduateInput(
        name=name,
        education=wish.education,
        school=wish.school,
        graduates_on=wish.graduates_on,
        origin_region=read["origin"].code,
        certificates=certificates,
        about=wish.about,
        **kept,
    )
    wishes = IntentInput(
        places=_codes(read[f"place_{n}"] for n in _NUMBERS),
        occupations=_codes(read[f"occupation_{n}"] for n in _NUMBERS),
        industries=_codes(read[f"industry_{n}"] for n in _NUMBERS),
        unit_kinds=tuple(dict.fromkeys(wish.unit_kinds)),
        wanted_pay_yuan=wish.wanted_pay_yuan,
        mobility=wish.mobility,
        text=_own_words(wish),
    )
    return ReadProfile(facts, majors_of(wish), wishes)


def _own_words(wish: Profile) -> str | None:
    """Return the own words; a sentence that was typed but never filled in is kept whole among them."""
    if wish.sentence is None or wish.sentence == wish.sentence_read:
        return wish.text
    return with_words(wish.text or "", wish.sentence)


def _codes(chosen: Iterable[Chosen]) -> tuple[str, ...]:
    """Return the codes that were chosen, each once, in order."""
    return tuple(dict.fromkeys(one.code for one in chosen if one.code))


def save_profile(
    session: Session,
    by: Actor,
    graduate_id: int,
    read: ReadProfile,
    *,
    expected_version: int | None = None,
) -> None:
    """Write profile, majors and wishes of a record that is there."""
    update_profile(session, by, graduate_id, read.facts, expected_version=expected_version)
    set_majors(session, by, graduate_id, read.majors)
    set_intent(session, by, graduate_id, read.wishes)


def shown_profile(graduate: Graduate) -> dict[str, Any]:
    """Return the values a form shows of a record as it stands, by field."""
    shown: dict[str, Any] = {
        name: getattr(graduate, name) for name in ("school", "graduates_on", "about")
    }
    shown["education"] = graduate.education.value
    shown["origin"] = place_words(graduate.origin_region)
    shown["certificates"] = [certificate_words(code) for code in graduate.certificates]
    shown["version"] = graduate.version_id
    for major in graduate.majors:
        shown[f"major_{major.position}"] = major.name
    intent = graduate.intent
    if intent is None:
        return shown | {"mobility": Mobility.LISTED.value}
    for n, code in enumerate(intent.places[:CHOICES], 1):
        shown[f"place_{n}"] = place_words(code)
    for n, code in enumerate(intent.occupations[:CHOICES], 1):
        shown[f"occupation_{n}"] = occupation_words(code)
    for n, code in enumerate(intent.industries[:CHOICES], 1):
        shown[f"industry_{n}"] = industry_words(code)
    return shown | {
        "wanted_pay_yuan": intent.wanted_pay_yuan,
        "mobility": intent.mobility.value,
        "unit_kinds": list(intent.unit_kinds),
        "text": intent.text,
    }


def profile_options() -> dict[str, Any]:
    """Return what the form's fields are chosen from."""
    return {
        "educations": [(level.value, label(level)) for level in EducationLevel],
        "mobilities": [(one.value, label(one)) for one in Mobility],
        "unit_kinds": [(kind.value, label(kind)) for kind in UnitKind],
        "certificates": certificate_names(),
    }


_FIRSTS = {
    "places": "place_1",
    "occupations": "occupation_1",
    "industries": "industry_1",
    "majors": "major_1",
}


def own_fields(form: FormErrors) -> FormErrors:
    """Name the first field of three for what a use case refused of all three."""
    errors = {_FIRSTS.get(name, name): why for name, why in form.errors.items()}
    return FormErrors(form.model, form.values, errors)
