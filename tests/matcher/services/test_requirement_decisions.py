"""A decision settles what a text leaves open, wherever the text stands with that issuer, until taken back."""

import threading

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, Verdict
from matcher.models.audit import AuditEntry
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankingChange
from matcher.models.readings import RequirementDecision
from matcher.services.doubtful_texts import Decided, doubtful_text, doubtful_texts
from matcher.services.permissions import Actor
from matcher.services.requirement_decisions import (
    decide_all,
    decide_majors,
    list_decisions,
    take_back,
)
from tests.factories.accounts import make_actor, make_union
from tests.factories.ranked_drives import drain, rank
from tests.factories.readings import (
    ISSUER_KEY,
    OPEN_KEY,
    OPEN_TEXT,
    ReadingWorld,
    listed_as,
    make_reading_world,
)
from workers import live

FINANCE = "bachelor:national:120204:财务管理"
YES = {FINANCE: Verdict.YES}


@pytest.fixture
def world(session_factory: SessionFactory) -> ReadingWorld:
    with transaction(session_factory) as session:
        made = make_reading_world(session)
    rank(session_factory, made.drive_id)
    return made


@pytest.fixture(autouse=True)
def _fresh_worker() -> None:
    """Every test begins with a worker that knows nothing."""
    live._states.clear()


def _decide(
    factory: SessionFactory,
    world: ReadingWorld,
    answers: dict[str, Verdict],
    by: Actor | None = None,
    reason: str = "问过用人单位",
) -> list[int]:
    with transaction(factory) as session:
        rows = decide_majors(
            session,
            by or world.caseworker,
            world.drive_id,
            ISSUER_KEY,
            OPEN_KEY,
            answers=answers,
            reason=reason,
        )
        return [row.id for row in rows]


def _listed(factory: SessionFactory, world: ReadingWorld, posting_id: int) -> Verdict:
    return listed_as(factory, world.drive_id, posting_id, world.doubtful_id)


def test_a_decision_lists_the_pair_as_fitting_and_taking_it_back_opens_it_again(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    assert _listed(session_factory, world, world.open_ids[0]) is Verdict.MAYBE

    made = _decide(session_factory, world, YES)
    drain(session_factory)
    decided = [_listed(session_factory, world, id_) for id_ in world.open_ids]
    rank(session_factory, world.drive_id)
    anew = [_listed(session_factory, world, id_) for id_ in world.open_ids]

    assert decided == anew == [Verdict.YES, Verdict.YES]

    with transaction(session_factory) as session:
        take_back(session, world.caseworker, world.drive_id, made, reason="点错了")
    drain(session_factory)

    assert _listed(session_factory, world, world.open_ids[0]) is Verdict.MAYBE


def test_a_major_decided_against_leaves_the_list(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    _decide(session_factory, world, {FINANCE: Verdict.NO})
    drain(session_factory)

    assert _listed(session_factory, world, world.open_ids[0]) is Verdict.NO


def test_the_same_text_of_another_issuer_stays_open(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    _decide(session_factory, world, YES)
    rank(session_factory, world.drive_id)

    assert _listed(session_factory, world, world.other_id) is Verdict.MAYBE


def test_only_postings_with_the_text_are_ranked_anew(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    _decide(session_factory, world, YES)

    with reading(session_factory) as session:
        noted = session.scalars(sa.select(RankingChange.subject_id)).all()
    assert sorted(noted) == sorted(world.open_ids)


def test_what_the_text_decides_itself_is_not_decided_by_anybody(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        _decide(session_factory, world, {"bachelor:national:120203:会计学": Verdict.NO})

    assert refused.value.code == "not_in_doubt"


def test_who_comes_late_with_another_answer_is_told_and_with_the_same_changes_nothing(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    _decide(session_factory, world, YES)

    assert _decide(session_factory, world, YES, by=world.manager) == []
    with pytest.raises(RuleBrokenError) as refused:
        _decide(session_factory, world, {FINANCE: Verdict.NO}, by=world.manager)
    assert refused.value.code == "not_in_doubt"


def test_of_two_who_decide_at_once_one_is_told(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    told: list[str] = []

    def decide(verdict: Verdict) -> None:
        try:
            _decide(session_factory, world, {FINANCE: verdict})
        except RuleBrokenError as error:
            told.append(error.code)

    both = [threading.Thread(target=decide, args=(said,)) for said in (Verdict.YES, Verdict.NO)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert told == ["not_in_doubt"]
    with reading(session_factory) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(RequirementDecision)) == 1


def test_a_decision_taken_back_may_be_taken_anew_but_not_taken_back_twice(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    made = _decide(session_factory, world, YES)
    with transaction(session_factory) as session:
        take_back(session, world.manager, world.drive_id, made)

    with pytest.raises(RuleBrokenError) as refused, transaction(session_factory) as session:
        take_back(session, world.manager, world.drive_id, made)

    assert refused.value.code == "decision_over"
    assert _decide(session_factory, world, {FINANCE: Verdict.NO}) != made


def test_every_major_a_text_leaves_open_is_decided_at_once(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    with reading(session_factory) as session:
        page = doubtful_texts(session, world.caseworker, world.drive_id)
        row = next(one for one in page.rows if one.posting_id == world.alias_id)
    place = (row.issuer_key, row.text_key)

    with transaction(session_factory) as session:
        made = decide_all(
            session, world.caseworker, world.drive_id, *place, verdict=Verdict.NO, reason="不收"
        )

    assert len(made) == row.n_open > 1
    with reading(session_factory) as session:
        after, _ = doubtful_text(session, world.caseworker, world.drive_id, *place)
    assert (after.n_open, after.n_decided, after.n_people) == (0, row.n_open, 0)


def test_a_decision_needs_a_reason_and_an_answer(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    for answers, reason, field in (
        (YES, " ", "reason"),
        ({}, "问过", "answers"),
        ({FINANCE: Verdict.MAYBE}, "问过", "answers"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            _decide(session_factory, world, answers, reason=reason)
        assert list(refused.value.details["fields"]) == [field]  # type: ignore[call-overload]


def test_only_caseworkers_and_managers_decide_and_only_in_drives_they_see(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    for by in (world.organiser, world.administrator):
        with pytest.raises(NotAllowedError):
            _decide(session_factory, world, YES, by=by)
    with pytest.raises(NotFoundError):
        _decide(session_factory, world, YES, by=world.outsider)


def test_a_caseworker_of_a_union_below_decides_in_the_drive_for_the_drive(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    with transaction(session_factory) as session:
        below = make_actor(session, Role.CASEWORKER, union=make_union(session, world.union))

    _decide(session_factory, world, YES, by=below)
    drain(session_factory)

    assert _listed(session_factory, world, world.open_ids[0]) is Verdict.YES


def test_a_posting_that_comes_later_with_the_text_is_read_with_the_decision(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    _decide(session_factory, world, YES)
    with transaction(session_factory) as session:
        later = session.get_one(Posting, world.other_id)
        later.issuer = session.get_one(Posting, world.open_ids[0]).issuer
    rank(session_factory, world.drive_id)

    assert _listed(session_factory, world, world.other_id) is Verdict.YES


def test_who_decided_what_and_why_is_kept_and_shown_without_any_name_of_people(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    made = _decide(session_factory, world, YES)
    with transaction(session_factory) as session:
        take_back(session, world.manager, world.drive_id, made, reason="口径变了")

    with reading(session_factory) as session:
        (row,) = list_decisions(session, world.manager, world.drive_id, with_taken_back=True)
        live = list_decisions(session, world.manager, world.drive_id)
        acts = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)).all()

    assert live == []
    assert (row.decision.made_by_id, row.decision.taken_back_by_id) == (
        world.caseworker.account_id,
        world.manager.account_id,
    )
    assert (row.decision.text, row.decision.major_name, row.decision.reason) == (
        OPEN_TEXT,
        "财务管理",
        "问过用人单位",
    )
    told = [act for act in acts if act.action.startswith("requirement.")]
    assert [act.action for act in told] == [
        "requirement.decided",
        "requirement.decision_taken_back",
    ]
    assert told[0].details["answers"] == {FINANCE: "yes"}


def test_what_was_decided_can_be_looked_at_again(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    _decide(session_factory, world, YES)

    with reading(session_factory) as session:
        page = doubtful_texts(session, world.caseworker, world.drive_id, decided=Decided.DECIDED)

    assert [(row.text_key, row.n_decided) for row in page.rows] == [(OPEN_KEY, 1)]
