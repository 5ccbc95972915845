"""A run under a cap: exact lists stay as they are, what is shown is spread, changed lists keep to it."""

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ListSide
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.ranking_runs import RankedList, RankingRun
from matcher.models.ranking_studies import SpreadList
from matcher.ranking.parameters import DriveParameters
from matcher.services import ranking_changes
from matcher.services.drives import revise_parameters
from matcher.services.permissions import SYSTEM
from matcher.services.quality.evaluation import evaluate
from matcher.services.quality.spread import seats_of, shown_list
from matcher.services.ranking_lists import explain_absence
from matcher.services.ranking_replay import replay_run
from matcher.services.ranking_retention import forget_some_lists, forget_some_spread
from tests.factories.ranked_drives import drain, make_ranked_drive, rank

CAP, FLOOR = 2, 1


def _lists(session: Session, run_id: int) -> dict[int, list[int]]:
    """Return the lists of graduates as ranked."""
    chosen = sa.select(RankedList.subject_id, RankedList.partners).where(
        RankedList.run_id == run_id, RankedList.side == ListSide.GRADUATE
    )
    return {one: _partners(packed) for one, packed in session.execute(chosen)}


def _shown(session: Session, run_id: int) -> dict[int, list[int]]:
    """Return what is shown of the lists a cap took something from."""
    chosen = sa.select(SpreadList.graduate_id, SpreadList.partners).where(
        SpreadList.run_id == run_id
    )
    return {one: _partners(packed) for one, packed in session.execute(chosen)}


def _partners(packed: bytes) -> list[int]:
    return np.frombuffer(packed, dtype="<i4").tolist()


def a_capped_run(factory: SessionFactory) -> tuple[int, int]:
    with transaction(factory) as session:
        drive_id = make_ranked_drive(session).id
        capped = DriveParameters(cap_per_seat=CAP, floor_per_graduate=FLOOR)
        revise_parameters(session, SYSTEM, drive_id, capped)
    return drive_id, rank(factory, drive_id)


def test_no_posting_is_shown_more_often_than_seats_allow_but_through_floors(
    session_factory: SessionFactory,
) -> None:
    drive_id, run_id = a_capped_run(session_factory)

    with reading(session_factory) as session:
        seats = seats_of(session, drive_id)
        whole = _lists(session, run_id)
        spread = _shown(session, run_id)
    shown = whole | spread
    assert spread
    assert all(own[:FLOOR] == whole[one][:FLOOR] for one, own in shown.items())
    for posting, n in seats.items():
        lists = sum(posting in own for own in shown.values())
        floors = sum(posting in own[:FLOOR] for own in whole.values())
        assert lists <= max(CAP * n, floors)


def test_the_exact_lists_and_their_replay_stay(sqlite_factory: SessionFactory) -> None:
    _, run_id = a_capped_run(sqlite_factory)

    with reading(sqlite_factory) as session:
        report = replay_run(session, run_id)

    assert report.equal


def test_a_capped_list_says_how_much_it_keeps_back(sqlite_factory: SessionFactory) -> None:
    _, run_id = a_capped_run(sqlite_factory)

    with reading(sqlite_factory) as session:
        run = session.get_one(RankingRun, run_id)
        whole = {one: len(own) for one, own in _lists(session, run_id).items()}
        for one, kept in _shown(session, run_id).items():
            found = shown_list(session, run, one)
            assert found is not None
            assert _partners(found.partners) == kept
            assert len(kept) + found.n_held_back == whole[one]


def test_why_not_tells_what_a_cap_keeps_back_from_what_is_shown(
    sqlite_factory: SessionFactory,
) -> None:
    _, run_id = a_capped_run(sqlite_factory)

    with reading(sqlite_factory) as session:
        whole = _lists(session, run_id)
        one, found = next(iter(_shown(session, run_id).items()))
        shown = found
        answers = {
            posting: explain_absence(
                session, SYSTEM, ListSide.GRADUATE, posting_id=posting, graduate_id=one
            )
            for posting in whole[one]
        }
    assert set(shown) < set(whole[one])
    for posting, why in answers.items():
        assert why is not None
        if posting in shown:
            assert (why.state, why.position) == ("listed", shown.index(posting) + 1)
        else:
            assert (why.state, why.position) == ("held_back", whole[one].index(posting) + 1)


def test_a_changed_list_shows_its_floor_and_what_the_run_had_given(
    sqlite_factory: SessionFactory,
) -> None:
    _, run_id = a_capped_run(sqlite_factory)
    with transaction(sqlite_factory) as session:
        one = session.scalars(
            sa.select(SpreadList.graduate_id).order_by(SpreadList.graduate_id)
        ).first()
        assert one is not None
        graduate = session.get_one(Graduate, one)
        graduate.about = "会接口开发和测试，做过账务处理"
        session.flush()
        ranking_changes.note_graduate(session, one)
    drain(sqlite_factory)

    with reading(sqlite_factory) as session:
        run = session.get_one(RankingRun, run_id)
        found = shown_list(session, run, one)
        given = set(_shown(session, run_id)[one])
    assert found is not None
    assert found.change_number is not None
    shown = np.frombuffer(found.partners, dtype="<i4").tolist()
    assert set(shown[FLOOR:]) <= given


def test_a_second_end_of_the_run_stores_the_same(sqlite_factory: SessionFactory) -> None:
    _, run_id = a_capped_run(sqlite_factory)

    with reading(sqlite_factory) as session:
        rows = session.scalar(sa.select(sa.func.count()).select_from(SpreadList))
        lists = sa.select(sa.func.count()).where(
            RankedList.run_id == run_id, RankedList.side == ListSide.GRADUATE
        )
        assert 0 < (rows or 0) < (session.scalar(lists) or 0) + 1


def test_the_evaluation_reports_before_and_after(sqlite_factory: SessionFactory) -> None:
    drive_id, _ = a_capped_run(sqlite_factory)

    with reading(sqlite_factory) as session:
        found = evaluate(session, session.get_one(Drive, drive_id))

    assert found.congestion_shown is not None
    assert found.congestion_shown.per_seat_max < found.congestion.per_seat_max
    assert found.congestion_shown.gini <= found.congestion.gini
    assert found.congestion_shown.empty_lists == found.congestion.empty_lists


def test_without_a_cap_nothing_is_stored(sqlite_factory: SessionFactory) -> None:
    with transaction(sqlite_factory) as session:
        drive_id = make_ranked_drive(session).id
    run_id = rank(sqlite_factory, drive_id)

    with reading(sqlite_factory) as session:
        assert _shown(session, run_id) == {}


def test_what_a_cap_left_is_forgotten_with_the_lists(session_factory: SessionFactory) -> None:
    _, run_id = a_capped_run(session_factory)

    with transaction(session_factory) as session:
        while forget_some_spread(session, run_id) or forget_some_lists(session, run_id):
            pass

    with reading(session_factory) as session:
        assert _shown(session, run_id) == {}
