"""A correction says what a word means in one text of one issuer, and goes before everything else."""

import pytest

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError
from matcher.kinds import MajorLevel, Verdict
from matcher.services.permissions import Actor
from matcher.services.postings import get_posting
from matcher.services.requirement_corrections import correct_reading, corrections_of
from matcher.services.requirement_terms import NewTerm, TermChange, change_terms
from matcher.services.requirement_views import reading_of_posting, requirement_view
from matcher.vocabulary.requirements import Meaning, Student, judge
from tests.factories.ranked_drives import drain, rank
from tests.factories.readings import (
    ALIAS,
    ISSUER,
    ReadingWorld,
    listed_as,
    make_reading_world,
)
from workers import live

_FINANCE = Student(MajorLevel.BACHELOR, "财务管理", "120204")
_BUSINESS = NewTerm(words=ALIAS, meaning=Meaning.NODE, target="national:1202")
_LAW = NewTerm(words=ALIAS, meaning=Meaning.NODE, target="national:0301")


@pytest.fixture
def world(session_factory: SessionFactory) -> ReadingWorld:
    live._states.clear()
    with transaction(session_factory) as session:
        return make_reading_world(session)


def _correct(
    factory: SessionFactory,
    world: ReadingWorld,
    *added: NewTerm,
    by: Actor | None = None,
    posting_id: int = 0,
    ended: dict[int, int | None] | None = None,
) -> list[int]:
    with transaction(factory) as session:
        rows = correct_reading(
            session,
            by or world.manager,
            posting_id or world.alias_id,
            added=added,
            ended=ended,
            reason="读错了",
        )
        return [row.id for row in rows]


def _verdict(factory: SessionFactory, world: ReadingWorld, posting_id: int) -> Verdict:
    with reading(factory) as session:
        return judge(reading_of_posting(session, world.manager, posting_id), _FINANCE).verdict


def test_a_correction_changes_the_lists_and_taken_back_changes_them_back(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    rank(session_factory, world.drive_id)
    place = (world.drive_id, world.alias_id, world.doubtful_id)

    (made,) = _correct(session_factory, world, _BUSINESS)
    drain(session_factory)
    corrected = listed_as(session_factory, *place)
    _correct(session_factory, world, ended={made: 1})
    drain(session_factory)

    assert (corrected, listed_as(session_factory, *place)) == (Verdict.YES, Verdict.MAYBE)


def test_a_correction_holds_for_every_posting_with_the_text_of_the_issuer_and_no_other(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    wrong = NewTerm(words="等相关专业", meaning=Meaning.NOTHING)

    _correct(session_factory, world, wrong, posting_id=world.open_ids[0])

    mine = [_verdict(session_factory, world, id_) for id_ in world.open_ids]
    assert mine == [Verdict.NO, Verdict.NO]
    assert _verdict(session_factory, world, world.other_id) is Verdict.MAYBE


def test_a_correction_goes_before_the_issuers_list(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    listed = NewTerm(words=ALIAS, meaning=Meaning.NODE, target="national:1202", issuer=ISSUER)
    with transaction(session_factory) as session:
        change_terms(session, world.manager, TermChange(added=[listed]), reason="口径")
    by_list = _verdict(session_factory, world, world.alias_id)

    _correct(session_factory, world, _LAW)

    assert (by_list, _verdict(session_factory, world, world.alias_id)) == (Verdict.YES, Verdict.NO)


def test_a_new_correction_takes_the_place_of_the_old_one_and_both_are_kept(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    (first,) = _correct(session_factory, world, _LAW)
    (second,) = _correct(session_factory, world, _BUSINESS)

    with reading(session_factory) as session:
        rows = corrections_of(session, world.caseworker, world.alias_id)

    assert [(row.term.id, row.term.ended_at is None) for row in rows] == [
        (first, False),
        (second, True),
    ]
    assert rows[0].ended_by == rows[1].made_by != ""
    assert _verdict(session_factory, world, world.alias_id) is Verdict.YES


def test_only_words_that_stand_in_the_text_are_corrected(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        _correct(session_factory, world, NewTerm(words="测绘类", meaning=Meaning.NOTHING))

    assert refused.value.details["fields"] == {"words.0": "原文里没有这些字。"}


def test_only_the_managers_of_the_drive_correct(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    for by in (world.caseworker, world.administrator, world.organiser):
        with pytest.raises(NotAllowedError):
            _correct(session_factory, world, _BUSINESS, by=by)
    with pytest.raises(NotFoundError):
        _correct(session_factory, world, _BUSINESS, by=world.outsider)


def test_a_postings_page_shows_the_text_as_corrected(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    rank(session_factory, world.drive_id)
    _correct(session_factory, world, _BUSINESS)

    with reading(session_factory) as session:
        posting = get_posting(session, world.manager, world.alias_id).posting
        view = requirement_view(session, world.manager, posting)

    said = {answer.major.name: answer.verdict for answer in view.majors}
    assert said == {"会计学": Verdict.YES, "财务管理": Verdict.YES}
