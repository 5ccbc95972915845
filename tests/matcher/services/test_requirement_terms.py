"""Alias lists are dated, kept, taken back and never deleted; whoever may change them changes live lists."""

import datetime as dt

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RuleBrokenError,
)
from matcher.kinds import MajorLevel, Role, Verdict
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankingChange
from matcher.models.readings import RequirementTerm
from matcher.services import ranking_changes
from matcher.services.permissions import Actor
from matcher.services.requirement_terms import (
    NewTerm,
    TermChange,
    change_terms,
    note_turned_terms,
)
from matcher.services.requirement_views import reading_of, reading_of_posting
from matcher.services.term_lists import list_issuers, list_terms, shipped_aliases
from matcher.vocabulary.requirements import Meaning, Requirement, Student, judge
from tests.factories.accounts import make_actor, make_union
from tests.factories.postings import make_posting
from tests.factories.ranked_drives import drain, rank
from tests.factories.readings import (
    ALIAS,
    ISSUER,
    ISSUER_KEY,
    ReadingWorld,
    listed_as,
    make_reading_world,
)
from workers import live

_FINANCE = Student(MajorLevel.BACHELOR, "财务管理", "120204")


@pytest.fixture
def world(session_factory: SessionFactory) -> ReadingWorld:
    live._states.clear()
    with transaction(session_factory) as session:
        return make_reading_world(session)


def _alias(**changes: object) -> NewTerm:
    fields: dict[str, object] = {
        "words": ALIAS,
        "meaning": Meaning.NODE,
        "target": "national:1202",
        "issuer": ISSUER,
    }
    return NewTerm(**(fields | changes))  # type: ignore[arg-type]


def _change(
    factory: SessionFactory,
    by: Actor,
    *added: NewTerm,
    ended: dict[int, int | None] | None = None,
    union_id: int | None = None,
) -> list[int]:
    with transaction(factory) as session:
        change = TermChange(added=added, ended=ended or {})
        rows = change_terms(session, by, change, reason="局里的口径", union_id=union_id)
        return [row.id for row in rows]


def _verdict(factory: SessionFactory, world: ReadingWorld, posting_id: int) -> Verdict:
    with reading(factory) as session:
        found: Requirement = reading_of_posting(session, world.manager, posting_id)
    return judge(found, _FINANCE).verdict


def test_an_issuers_alias_decides_its_own_postings_live_and_as_a_full_run_would(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    rank(session_factory, world.drive_id)
    place = (world.drive_id, world.alias_id, world.doubtful_id)
    before = listed_as(session_factory, *place)

    made = _change(session_factory, world.manager, _alias())
    drain(session_factory)
    live_list = listed_as(session_factory, *place)
    rank(session_factory, world.drive_id)

    assert (before, live_list) == (Verdict.MAYBE, Verdict.YES)
    assert listed_as(session_factory, *place) is Verdict.YES

    _change(session_factory, world.manager, ended={made[0]: 1})
    drain(session_factory)

    assert listed_as(session_factory, *place) is Verdict.MAYBE


def test_an_alias_of_one_issuer_is_nothing_to_another_and_one_for_all_holds_for_all(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    _change(session_factory, world.manager, _alias(issuer=None, employer_id=world.employer_id))
    elsewhere = _verdict(session_factory, world, world.alias_id)

    _change(session_factory, world.manager, _alias(issuer=None))

    assert elsewhere is Verdict.MAYBE
    assert _verdict(session_factory, world, world.alias_id) is Verdict.YES


def test_an_alias_holds_from_its_first_day_to_its_last(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    today = clock.today()
    tomorrow, yesterday = today + dt.timedelta(days=1), today - dt.timedelta(days=1)

    _change(session_factory, world.manager, _alias(valid_from=tomorrow))
    _change(session_factory, world.manager, _alias(valid_from=yesterday, valid_to=yesterday))
    outside = _verdict(session_factory, world, world.alias_id)
    _change(session_factory, world.manager, _alias(valid_from=today, valid_to=today))

    assert outside is Verdict.MAYBE
    assert _verdict(session_factory, world, world.alias_id) is Verdict.YES


def test_ranking_is_told_on_the_day_an_alias_comes_into_force_and_after_its_last(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    today, day = clock.today(), dt.timedelta(days=1)
    _change(session_factory, world.manager, _alias(valid_from=today + 3 * day))
    past = _alias(valid_from=today - 60 * day, valid_to=today + 50 * day)
    _change(session_factory, world.manager, past)

    told: list[tuple[int, list[int]]] = []
    for days in (2, 3, 50, 51, 100):
        with transaction(session_factory) as session:
            session.execute(sa.delete(RankingChange))
            n_turned = note_turned_terms(session, today + days * day)
            noted = session.scalars(sa.select(RankingChange.subject_id)).all()
        told.append((n_turned, list(noted)))

    mine = (1, [world.alias_id])
    assert told == [(0, []), mine, (0, []), mine, (0, [])]


def test_a_list_holds_below_its_union_and_never_beside_it(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    _change(session_factory, world.outsider, _alias())
    beside = _verdict(session_factory, world, world.alias_id)

    _change(session_factory, world.administrator, _alias())

    assert beside is Verdict.MAYBE
    assert _verdict(session_factory, world, world.alias_id) is Verdict.YES


def test_nobody_changes_the_list_of_a_union_outside_the_own_part_of_the_tree(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    above = _change(session_factory, world.administrator, _alias())

    with pytest.raises(NotFoundError):
        _change(session_factory, world.manager, ended={above[0]: None})
    with pytest.raises(NotFoundError):
        _change(session_factory, world.outsider, _alias(), union_id=world.union.id)
    for by in (world.caseworker, world.organiser):
        with pytest.raises(NotAllowedError):
            _change(session_factory, by, _alias())


def test_a_term_changed_or_taken_back_by_somebody_else_meanwhile_is_not_ended_unseen(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    (made,) = _change(session_factory, world.manager, _alias())

    with pytest.raises(ConflictError):
        _change(session_factory, world.manager, ended={made: 7})
    _change(session_factory, world.manager, ended={made: 1})
    with pytest.raises(RuleBrokenError) as refused:
        _change(session_factory, world.manager, ended={made: None})

    assert refused.value.code == "term_over"


def test_what_was_taken_back_stays_with_who_and_why(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    (made,) = _change(session_factory, world.manager, _alias())
    _change(session_factory, world.administrator, ended={made: None})

    with reading(session_factory) as session:
        live_rows = list_terms(session, world.manager, issuer=ISSUER_KEY)
        (row,) = list_terms(session, world.manager, issuer=ISSUER_KEY, with_ended=True)

    assert live_rows == []
    assert (row.term.made_by_id, row.term.ended_by_id, row.term.reason) == (
        world.manager.account_id,
        world.administrator.account_id,
        "局里的口径",
    )
    assert all((row.made_by, row.ended_by, row.union))
    assert row.issuer == ISSUER


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"words": "类"}, "words.0"),
        ({"words": "　"}, "words.0"),
        ({"target": "national:9999"}, "target.0"),
        ({"level": MajorLevel.COLLEGE}, "target.0"),
        ({"meaning": Meaning.NAME, "target": ""}, "target.0"),
        ({"meaning": Meaning.NOTHING}, "target.0"),
        ({"valid_from": dt.date(2026, 2, 1), "valid_to": dt.date(2026, 1, 1)}, "valid_to.0"),
        ({"issuer": None, "employer_id": 999}, "employer_id.0"),
    ],
)
def test_a_term_that_cannot_be_is_refused_by_field(
    session_factory: SessionFactory, world: ReadingWorld, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        _change(session_factory, world.manager, _alias(**changes))

    assert list(refused.value.details["fields"]) == [field]  # type: ignore[call-overload]
    with reading(session_factory) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(RequirementTerm)) == 0


def test_many_changed_postings_wait_for_the_next_run(
    session_factory: SessionFactory, world: ReadingWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking_changes, "MOST_FOLLOWED", 1)

    _change(session_factory, world.manager, _alias(words="会计学"))

    with reading(session_factory) as session:
        sides = session.scalars(sa.select(RankingChange.side)).all()
    assert sides == [ranking_changes.MANY]


def test_a_draft_or_a_drive_that_is_over_is_not_ranked_anew(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    with transaction(session_factory) as session:
        make_posting(session, requirement={"混合": ALIAS}, issuer=ISSUER)
        session.get_one(Posting, world.alias_id).state = "draft"  # type: ignore[assignment]

    _change(session_factory, world.manager, _alias())

    with reading(session_factory) as session:
        assert session.scalars(sa.select(RankingChange.id)).all() == []


def test_issuers_are_those_postings_name_and_those_with_a_list(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    _change(session_factory, world.manager, _alias(), _alias(issuer="别的单位"))

    with reading(session_factory) as session:
        found = list_issuers(session, world.manager)
        outside = list_issuers(session, world.outsider)

    assert [(one.name, one.n_postings, one.n_terms) for one in found] == [
        (ISSUER, 3, 1),
        ("别的单位", 0, 1),
    ]
    assert outside == []


def test_any_text_is_read_with_the_lists_in_force_and_an_employers_with_its_own(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    _change(session_factory, world.manager, _alias())
    columns = {"本科": ALIAS}
    with transaction(session_factory) as session:
        employer = Actor(None, Role.EMPLOYER, employer_id=world.employer_id)
        below = make_actor(session, Role.CASEWORKER, union=make_union(session, world.union))

        issued = reading_of(session, below, columns, issuer=ISSUER)
        in_drive = reading_of(session, below, columns, issuer=ISSUER, drive_id=world.drive_id)
        own = reading_of(session, employer, columns, issuer=ISSUER)
        outside = reading_of(session, world.outsider, columns, issuer=ISSUER)

    said = [judge(one, _FINANCE).verdict for one in (issued, in_drive, own, outside)]
    assert said == [Verdict.YES, Verdict.YES, Verdict.YES, Verdict.MAYBE]


def test_the_shipped_list_is_shown_beside_the_own_ones() -> None:
    everything = shipped_aliases()

    assert len(everything) > 50
    assert {one.words for one in shipped_aliases("财会")} < {one.words for one in everything}
