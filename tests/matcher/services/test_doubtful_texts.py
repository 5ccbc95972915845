"""The work list counts postings and people of every text that leaves majors open, and names nobody."""

from collections.abc import Iterable

import pytest

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import EducationLevel, MajorLevel, PostingState, Role, Verdict
from matcher.models.drives import Drive
from matcher.models.graduates import GraduateMajor
from matcher.models.postings import Posting
from matcher.services.doubtful_texts import (
    Decided,
    DoubtfulPage,
    Order,
    doubtful_text,
    doubtful_texts,
)
from matcher.services.requirement_decisions import decide_majors
from matcher.services.requirement_rules import issuer_key
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_entry
from tests.factories.people import make_graduate
from tests.factories.ranked_drives import rank
from tests.factories.readings import (
    ALIAS_TEXT,
    ISSUER_KEY,
    OPEN_KEY,
    OPEN_TEXT,
    ReadingWorld,
    make_reading_world,
)

_FINANCE = "bachelor:national:120204:财务管理"


@pytest.fixture
def world(session_factory: SessionFactory) -> ReadingWorld:
    with transaction(session_factory) as session:
        made = make_reading_world(session)
    rank(session_factory, made.drive_id)
    return made


def _page(factory: SessionFactory, world: ReadingWorld, **wishes: object) -> DoubtfulPage:
    with reading(factory) as session:
        return doubtful_texts(session, world.caseworker, world.drive_id, **wishes)  # type: ignore[arg-type]


def _ask_for(factory: SessionFactory, ids: Iterable[int], least: EducationLevel | None) -> None:
    with transaction(factory) as session:
        for id_ in ids:
            session.get_one(Posting, id_).education_min = least


def _figures(page: DoubtfulPage) -> list[tuple[str, int, int, int]]:
    return [(row.text, row.n_postings, row.n_people, row.n_open) for row in page.rows]


def test_the_text_in_most_postings_comes_first_and_counts_once_an_issuer(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    page = _page(session_factory, world)

    assert _figures(page) == [(OPEN_TEXT, 2, 2, 1), (ALIAS_TEXT, 1, 4, 3), (OPEN_TEXT, 1, 2, 1)]
    assert (page.total, page.n_postings, page.n_postings_all) == (3, 4, 4)
    assert page.as_of is not None


def test_it_may_be_ordered_by_people_or_by_pairs(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    by_people = _figures(_page(session_factory, world, order=Order.PEOPLE))
    by_pairs = _figures(_page(session_factory, world, order=Order.PAIRS))

    assert [people for _, _, people, _ in by_people] == [4, 2, 2]
    assert [postings * people for _, postings, people, _ in by_pairs] == [4, 4, 2]


def test_a_major_in_doubt_is_shown_with_the_words_that_leave_it_open(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    (major,) = _page(session_factory, world).rows[0].majors

    assert (major.major.name, major.n_people) == ("财务管理", 2)
    assert "相关" in major.words
    assert major.how


def test_who_has_a_major_that_fits_is_in_no_doubt(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    with transaction(session_factory) as session:
        second = GraduateMajor(
            graduate_id=world.doubtful_id,
            position=2,
            level=MajorLevel.BACHELOR,
            name="会计学",
            code="120203",
        )
        session.add(second)
    rank(session_factory, world.drive_id)

    rows = _page(session_factory, world).rows

    assert rows[0].n_people == 1
    assert rows[0].majors[0].n_people == 2


def test_a_text_is_no_question_for_whom_all_its_postings_refuse_by_education(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    _ask_for(session_factory, world.open_ids, EducationLevel.MASTER)
    _ask_for(session_factory, [world.other_id], EducationLevel.BACHELOR)

    rows = _figures(_page(session_factory, world))

    assert rows == [(ALIAS_TEXT, 1, 4, 3), (OPEN_TEXT, 1, 2, 1)]
    place = (world.caseworker, world.drive_id, ISSUER_KEY, OPEN_KEY)
    with reading(session_factory) as session, pytest.raises(RuleBrokenError, match="已有结论"):
        decide_majors(session, *place, answers={_FINANCE: Verdict.YES}, reason="问过")


def test_only_the_postings_and_people_that_education_leaves_open_are_counted(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    with transaction(session_factory) as session:
        for education, major in (
            (EducationLevel.COLLEGE, (MajorLevel.COLLEGE, "建筑设计", "440101")),
            (EducationLevel.MASTER, (MajorLevel.BACHELOR, "财务管理", "120204")),
        ):
            person = make_graduate(session, world.union, education=education, major=major)
            make_entry(session, session.get_one(Drive, world.drive_id), person)
    rank(session_factory, world.drive_id)
    _ask_for(session_factory, world.open_ids[:1], EducationLevel.DOCTOR)
    _ask_for(session_factory, world.open_ids[1:], EducationLevel.MASTER)
    _ask_for(session_factory, [world.other_id], None)

    page = _page(session_factory, world)
    issued, own, alias = sorted(page.rows, key=lambda row: (row.n_people, row.text))

    assert (issued.n_postings, issued.n_with_text, issued.n_people) == (1, 2, 1)
    assert issued.posting_id == world.open_ids[1]
    assert [major.n_people for major in issued.majors] == [1]
    assert (own.n_postings, own.n_people, own.n_open) == (1, 4, 2)
    assert (alias.n_people, alias.n_open) == (5, 3)
    assert {major.major.level for major in alias.majors} == {MajorLevel.BACHELOR}


def test_one_posting_that_admits_an_education_makes_the_text_a_question_for_it(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    _ask_for(session_factory, world.open_ids[:1], EducationLevel.MASTER)

    (row,) = (one for one in _page(session_factory, world).rows if one.n_with_text == 2)

    assert (row.n_postings, row.n_people, row.n_open) == (1, 2, 1)
    assert row.posting_id == world.open_ids[1]


def test_filters_keep_an_issuer_a_rule_or_some_words(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    everything = _page(session_factory, world)
    own = issuer_key(None, world.employer_id)
    how = everything.rows[0].hows[0]

    assert {key for key, _ in everything.issuers} == {ISSUER_KEY, own}
    assert [row.issuer_key for row in _page(session_factory, world, issuer=own).rows] == [own]
    assert all(how in row.hows for row in _page(session_factory, world, how=how).rows)
    assert _figures(_page(session_factory, world, words="土木 工程")) == [(ALIAS_TEXT, 1, 4, 3)]
    assert _page(session_factory, world, words="没有的字").rows == []


def test_pages_follow_one_another(session_factory: SessionFactory, world: ReadingWorld) -> None:
    pages = [_page(session_factory, world, limit=1, offset=n) for n in range(4)]

    assert [len(page.rows) for page in pages] == [1, 1, 1, 0]
    assert {page.total for page in pages} == {3}
    assert [row for page in pages for row in page.rows] == _page(session_factory, world).rows


def test_a_decided_text_leaves_the_open_list_at_once(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    with transaction(session_factory) as session:
        leaf = {_FINANCE: Verdict.NO}
        place = (world.drive_id, ISSUER_KEY, OPEN_KEY)
        decide_majors(session, world.caseworker, *place, answers=leaf, reason="问过")

    assert len(_page(session_factory, world).rows) == 2
    assert len(_page(session_factory, world, decided=Decided.ALL).rows) == 3
    (row,) = _page(session_factory, world, decided=Decided.DECIDED).rows
    assert (row.n_open, row.n_decided) == (0, 1)


def test_a_posting_taken_offline_is_not_counted(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    with transaction(session_factory) as session:
        session.get_one(Posting, world.open_ids[0]).state = PostingState.CLOSED

    assert _figures(_page(session_factory, world))[0][0] == ALIAS_TEXT
    assert _page(session_factory, world).n_postings_all == 3


def test_who_works_below_the_drives_union_counts_the_own_people_only(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    with transaction(session_factory) as session:
        below = make_union(session, world.union)
        person = make_graduate(session, below, major=(MajorLevel.BACHELOR, "财务管理", "120204"))
        make_entry(session, session.get_one(Drive, world.drive_id), person)
        actor = make_actor(session, Role.CASEWORKER, union=below)
    rank(session_factory, world.drive_id)

    with reading(session_factory) as session:
        own = doubtful_texts(session, actor, world.drive_id)
        everybody = doubtful_texts(session, world.caseworker, world.drive_id)

    assert [row.n_people for row in own.rows] == [1, 1, 1]
    assert [row.n_people for row in everybody.rows] == [3, 5, 3]


def test_one_text_is_shown_with_every_major_and_its_reading(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    row = _page(session_factory, world).rows[1]

    with reading(session_factory) as session:
        text, requirement = doubtful_text(
            session, world.caseworker, world.drive_id, row.issuer_key, row.text_key
        )

    assert len(text.majors) == text.n_open == 3
    assert [major.n_people for major in text.majors] == [2, 1, 1]
    assert requirement.raw == ALIAS_TEXT


def test_without_a_run_the_list_is_empty_and_says_so(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        world = make_reading_world(session)

    page = _page(session_factory, world)

    assert (page.rows, page.as_of) == ([], None)


def test_the_list_is_for_those_who_see_the_drives_ranking(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    with reading(session_factory) as session:
        with pytest.raises(NotAllowedError):
            doubtful_texts(session, world.organiser, world.drive_id)
        with pytest.raises(NotFoundError):
            doubtful_texts(session, world.outsider, world.drive_id)
        with pytest.raises(NotFoundError):
            doubtful_text(session, world.caseworker, world.drive_id, ISSUER_KEY, "0" * 32)
