"""Undo takes a batch back, leaves what somebody touched since, and lists it."""

from typing import Any

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import BatchState, ImportKind, SeatState
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate, GraduateMajor, Intent
from matcher.models.households import Household, HouseholdMember
from matcher.models.postings import Posting, Seat
from matcher.services.imports.batches import list_rows
from matcher.services.imports.committing import commit_batch
from matcher.services.imports.undoing import KEPT, undo_batch
from matcher.services.permissions import Actor
from tests.matcher.services.imports.taking_in import (
    EMPLOYERS,
    GRADUATES,
    HOUSEHOLDS,
    POSTINGS,
    counts,
    graduate,
    member,
    posting,
    stage,
    state_of,
    take_in,
)

_IGNORED = {"version_id"}
"""Goes up with the change and with its undoing."""


def _tables(factory: SessionFactory) -> dict[str, list[dict[str, Any]]]:
    """Return all rows an import writes, as they stand."""
    models = (Posting, Seat, Employer, Graduate, GraduateMajor, Intent, Household, HouseholdMember)
    with reading(factory) as session:
        return {
            model.__tablename__: [
                {name: value for name, value in row.items() if name not in _IGNORED}
                for row in session.execute(
                    sa.select(model.__table__).order_by(*model.__table__.primary_key)
                ).mappings()
            ]
            for model in models
        }


def _without_ids(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Leave out the numbers of parts that are written anew."""
    parts = {"seat", "graduate_major", "intent", "household_member"}
    plain = {
        name: [{k: v for k, v in row.items() if name not in parts or k != "id"} for row in rows]
        for name, rows in tables.items()
    }
    return plain | {"seat": sorted(plain["seat"], key=lambda s: (s["posting_id"], s["number"]))}


SHEETS = {
    ImportKind.POSTINGS: (
        [POSTINGS, posting("A1"), posting("A2", "出纳")],
        [POSTINGS, posting("A1", 招聘人数=5, 专业要求="财务管理"), posting("A3", "文员")],
    ),
    ImportKind.EMPLOYERS: (
        [EMPLOYERS, ["银川甲公司", None, "民营企业", "李明", "13900000001"]],
        [
            EMPLOYERS,
            ["银川甲公司", None, "国有企业", "王明", "13900000002"],
            ["银川丙公司", None, "民营企业", None, "13900000003"],
        ],
    ),
}


def _graduate_sheets() -> tuple[list[list[object]], list[list[object]]]:
    row = graduate("王小明")
    changed = [*row[:2], "13911112222", "北方民族大学", "硕士", "审计学", "2026-06", "吴忠市", None]
    return [GRADUATES, row], [GRADUATES, changed, graduate("李小红")]


def _household_sheets() -> tuple[list[list[object]], list[list[object]]]:
    row = member("D1", "赵大")
    changed = [*row[:2], "相对困难", *row[3:6], "是"]
    return [HOUSEHOLDS, row], [
        HOUSEHOLDS,
        changed,
        member("D1", "赵小", "儿子", 困难类别="相对困难", 是否零就业家庭="是"),
        member("D2", "孙大"),
    ]


@pytest.mark.parametrize("kind", list(ImportKind))
def test_undo_leaves_everything_as_it_was_before_the_batch(
    session_factory: SessionFactory, manager: Actor, drive_id: int, kind: ImportKind
) -> None:
    made = {
        ImportKind.GRADUATES: _graduate_sheets,
        ImportKind.HOUSEHOLDS: _household_sheets,
    }
    before, after = made[kind]() if kind in made else SHEETS[kind]
    take_in(session_factory, manager, kind, drive_id, *before)
    stood = _tables(session_factory)
    batch = take_in(session_factory, manager, kind, drive_id, *after)
    assert {"new", "changed"} <= set(counts(session_factory, batch))
    assert _tables(session_factory) != stood

    report = undo_batch(session_factory, manager, batch)

    assert report.kept == []
    assert _without_ids(_tables(session_factory)) == _without_ids(stood)
    assert state_of(session_factory, batch) is BatchState.UNDONE


def test_after_an_undo_the_same_file_can_be_taken_in_again(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    rows = [POSTINGS, posting("A1")]
    undo_batch(
        session_factory,
        manager,
        take_in(session_factory, manager, ImportKind.POSTINGS, drive_id, *rows),
    )

    again = take_in(session_factory, manager, ImportKind.POSTINGS, drive_id, *rows)

    assert counts(session_factory, again)["new"] == 1


def test_rows_somebody_changed_since_stay_and_are_listed(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    rows = [GRADUATES, graduate("王小明"), graduate("李小红")]
    batch = take_in(session_factory, manager, ImportKind.GRADUATES, drive_id, *rows)
    with transaction(session_factory) as session:
        session.scalars(sa.select(Graduate).where(Graduate.name == "李小红")).one().about = "改过"

    report = undo_batch(session_factory, manager, batch)

    assert [(one["sheet"], one["row"]) for one in report.kept] == [("表1", 3)]
    assert report.removed == 1
    with reading(session_factory) as session:
        assert session.scalars(sa.select(Graduate.name)).all() == ["李小红"]
        listed = list_rows(session, manager, batch, code=KEPT)
    assert [row.row for row in listed.rows] == [3]


def test_an_employer_with_somebody_elses_posting_stays(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    name = str(posting("A1")[0])
    batch = take_in(
        session_factory,
        manager,
        ImportKind.EMPLOYERS,
        drive_id,
        EMPLOYERS,
        [name, None, "民营企业", None, "13900000004"],
    )
    take_in(session_factory, manager, ImportKind.POSTINGS, drive_id, POSTINGS, posting("A1"))

    report = undo_batch(session_factory, manager, batch)

    assert report.removed == 0
    assert len(report.kept) == 1


def test_a_posting_with_a_seat_that_is_taken_stays(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    batch = take_in(
        session_factory,
        manager,
        ImportKind.POSTINGS,
        drive_id,
        POSTINGS,
        posting("A1"),
        posting("A2"),
    )
    with transaction(session_factory) as session:
        first = session.scalars(sa.select(Posting).where(Posting.external_id == "A1")).one()
        seat = session.scalars(
            sa.select(Seat).where(Seat.posting_id == first.id, Seat.number == 1)
        ).one()
        seat.state = SeatState.OFFERED

    report = undo_batch(session_factory, manager, batch)

    assert [one["row"] for one in report.kept] == [2]
    with reading(session_factory) as session:
        assert session.scalars(sa.select(Posting.external_id)).all() == ["A1"]


def test_a_household_with_a_graduate_linked_since_stays(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    batch = take_in(
        session_factory, manager, ImportKind.HOUSEHOLDS, drive_id, HOUSEHOLDS, member("D1", "赵大")
    )
    row = graduate("赵小", 困难职工档案编号="D1")
    take_in(session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, row)

    report = undo_batch(session_factory, manager, batch)

    assert len(report.kept) == 1


def test_only_a_committed_batch_is_undone_and_only_once(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    batch = stage(session_factory, manager, ImportKind.POSTINGS, drive_id, POSTINGS, posting("A1"))
    with pytest.raises(RuleBrokenError):
        undo_batch(session_factory, manager, batch)
    commit_batch(session_factory, manager, batch)
    undo_batch(session_factory, manager, batch)

    with pytest.raises(RuleBrokenError):
        undo_batch(session_factory, manager, batch)
    with pytest.raises(RuleBrokenError):
        commit_batch(session_factory, manager, batch)
