"""The form of an employer's posting (岗位表单): typed words → facts, and a posting → the form again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from matcher.kinds import EducationLevel
from matcher.models.employers import Employer
from matcher.models.postings import Posting
from matcher.services.posting_drafts import PostingInput
from matcher.services.requirement_views import reading_of
from matcher.services.seat_fitting import Pledge
from web.auth import current_actor
from web.choices import (
    certificate_words,
    occupation_words,
    place_words,
    read_certificates,
    read_occupation,
    read_place,
)
from web.forms import FormErrors, FormState, blank_form
from web.i18n import gettext, label, msg
from web.schemas.own_postings import OwnPosting
from web.session import reading_aside
from web.words.readings import ReadingWords, reading_words

MIXED = "混合"
"""Column of a requirement that is written for all levels at once."""

_IN_WORDS = ("requirement", "education_min", "certificates")
"""Fields that are written otherwise than they are kept."""

WORK_FORMS = (msg("全职"), msg("兼职"), msg("实习"), msg("见习"))


@dataclass(frozen=True)
class Read:
    """What a form says, ready for the use case."""

    facts: PostingInput
    pledge: Pledge


def read_posting(wish: OwnPosting, employer: Employer, before: Posting | None) -> Read | FormErrors:
    """Return a form's facts, or the form with what cannot be read.

    Parameters
    ----------
    before : the posting as it stands; columns of an imported requirement stay unless a new one is written
    """
    place, occupation = read_place(wish.place), read_occupation(wish.occupation)
    certificates, unknown = read_certificates(wish.certificates)
    said = {"place": place.problem, "occupation": occupation.problem, "certificates": unknown}
    wrong = {name: why for name, why in said.items() if why}
    if wrong:
        return FormErrors(OwnPosting, request.form, wrong)
    facts = PostingInput(
        title=wish.title,
        headcount=wish.headcount,
        duties=wish.duties,
        conditions=wish.conditions,
        region_code=place.code,
        place_text=wish.place_text,
        pay_text=wish.pay_text,
        pay_low_yuan=wish.pay_low_yuan,
        pay_high_yuan=wish.pay_high_yuan,
        valid_from=wish.valid_from,
        closes_on=wish.closes_on,
        education_min=wish.education_min,
        education_text=before.education_text if before else None,
        requirement=_requirement(wish.requirement, before),
        directory=before.directory if before else None,
        certificates=certificates,
        occupation_code=occupation.code,
        industry=(before.industry if before else None) or employer.industry,
        unit_kind=(before.unit_kind if before else None) or employer.unit_kind,
        work_form=wish.work_form,
    )
    return Read(facts, Pledge(wish.pledged, wish.pledged_until))


def _requirement(typed: str | None, before: Posting | None) -> Mapping[str, str]:
    if typed:
        return {MIXED: typed}
    kept = columns_of(before) if before else {}
    return kept if set(kept) != {MIXED} else {}


def columns_of(posting: Posting) -> dict[str, str]:
    """Return the requirement of a posting by column, empty ones left out."""
    return {level: text for level, text in posting.requirement.items() if text}


def form_of(posting: Posting) -> FormState:
    """Return the form that shows a posting as it stands."""
    shown: dict[str, Any] = {
        name: getattr(posting, name)
        for name in OwnPosting.model_fields
        if hasattr(posting, name) and name not in _IN_WORDS
    }
    return blank_form(
        OwnPosting,
        **shown,
        education_min=posting.education_min.value if posting.education_min else None,
        requirement=columns_of(posting).get(MIXED),
        certificates=[certificate_words(code) for code in posting.certificates],
        place=place_words(posting.region_code),
        occupation=occupation_words(posting.occupation_code),
        version=posting.version_id,
    )


def new_form(drive: str | None) -> FormState:
    """Return the empty form."""
    return blank_form(OwnPosting, drive=drive, headcount=1, pledged=0)


def education_options() -> list[tuple[str, str]]:
    """Return the levels of education to choose from."""
    return [
        (level.value, gettext("%(level)s及以上", level=label(level)))
        for level in EducationLevel
        if level is not EducationLevel.SECONDARY
    ]


def work_form_options() -> list[tuple[str, str]]:
    """Return the forms of work to choose from."""
    return [(word, gettext(word)) for word in WORK_FORMS]


def shown_reading(columns: Mapping[str, str], directory: str | None = None) -> ReadingWords | None:
    """Return how an employer's requirement is read, as the drives read it; None if nothing is written."""
    filled = {column: text for column, text in columns.items() if text and text.strip()}
    if not filled:
        return None
    with reading_aside() as session:
        found = reading_of(session, current_actor(), filled, directory=directory)
    return reading_words(found, deep=False)
