"""All purposes of answer links that have a page, found by purpose and kind of subject."""

from matcher.models.referrals import AnswerLink
from web.answer_pages import (
    employer,
    interview,
    interview_day,
    offer,
    placement,
    referral,
    seats_filled,
    still_there,
    training,
)
from web.answer_pages.kinds import AnswerPage

PAGES: tuple[AnswerPage, ...] = (
    referral.PAGE,
    interview.PAGE,
    interview_day.PAGE,
    offer.PAGE,
    employer.PAGE,
    placement.PAGE,
    still_there.PAGE,
    seats_filled.PAGE,
    training.PAGE,
)
"""One line a purpose."""

_BY_KIND = {(page.purpose, page.subject_kind): page for page in PAGES}


def page_of(link: AnswerLink) -> AnswerPage | None:
    """Return the page of a link; None if its purpose has none."""
    return _BY_KIND.get((link.purpose, link.subject_kind))
