"""Two files of one household become one, as a person chose, and apart again within the time."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import Base
from matcher.errors import ConflictError, InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import HardshipTier, Role, TaskState
from matcher.kinds.households import FileState, WorkStatus
from matcher.models.households import Household, HouseholdMember
from matcher.models.ranking_runs import RankingChange
from matcher.models.tasks import Task
from matcher.services import tasks
from matcher.services.hardship import merge_undo, merging
from matcher.services.hardship.merge_previews import Side
from matcher.services.hardship.merging import MergeChoices
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household, make_id_number, make_member

_BORN = dt.date(1975, 3, 2)


@pytest.fixture
def worker(session: Session) -> Actor:
    return make_actor(session, Role.CASEWORKER)


def _file(session: Session, worker: Actor, **changes: object) -> Household:
    return make_household(session, None, union_id=worker.union_id, **changes)  # type: ignore[arg-type]  # any column


def _twins(session: Session, worker: Actor) -> tuple[Household, Household]:
    """Make one household twice: the second file has no identity number, and a phone of its own."""
    kept = _file(session, worker, tier=HardshipTier.RELATIVE)
    gone = _file(session, worker, tier=HardshipTier.DEEP, unit_name="第二棉纺厂")
    number = make_id_number(born=_BORN)
    make_member(session, kept, name="王某", is_holder=True, birth_on=_BORN, id_number=number)
    make_member(
        session,
        gone,
        name="王某",
        is_holder=True,
        birth_on=_BORN,
        phone="13800000001",
        work_status=WorkStatus.UNEMPLOYED,
    )
    make_member(session, gone, name="王小", relation="子女")
    return kept, gone


def _members(session: Session, household: Household) -> dict[str, HouseholdMember]:
    found = sa.select(HouseholdMember).where(HouseholdMember.household_id == household.id)
    return {row.name: row for row in session.scalars(found.order_by(HouseholdMember.id))}


def test_a_preview_suggests_what_only_one_file_fills_and_changes_nothing(
    session: Session, worker: Actor
) -> None:
    kept, gone = _twins(session, worker)

    preview = merging.preview_merge(session, worker, kept.id, gone.id)

    head = {one.field.name: one for one in preview.head}
    assert (head["unit_name"].suggested, head["tier"].suggested) == (Side.GONE, Side.KEPT)
    assert (head["tier"].kept, head["tier"].gone) == (HardshipTier.RELATIVE, HardshipTier.DEEP)
    pairs = {pair.gone.name: pair for pair in preview.members}
    assert pairs["王某"].kept is not None
    assert pairs["王小"].kept is None
    assert {one.field.name for one in pairs["王某"].fields if one.suggested is Side.GONE} == {
        "phone",
        "work_status",
    }
    assert gone.is_open


def test_a_merge_takes_each_field_from_where_it_was_chosen(session: Session, worker: Actor) -> None:
    kept, gone = _twins(session, worker)
    twin = _members(session, gone)["王某"]
    choices = MergeChoices(head={"tier": Side.GONE}, members={twin.id: {"work_status": Side.KEPT}})

    merging.merge_files(session, worker, kept.id, gone.id, choices, reason="同一户，重复建档")

    people = _members(session, kept)
    assert (kept.tier, kept.unit_name) == (HardshipTier.DEEP, "第二棉纺厂")
    assert people["王某"].phone_masked == "138****0001"
    assert people["王某"].work_status is WorkStatus.UNKNOWN
    assert people["王某"].id_number_index is not None
    assert set(people) == {"王某", "王小"}
    assert (gone.state, gone.is_open, gone.merged_into_id) == (FileState.MERGED, False, kept.id)
    assert [member.in_open_file for member in _members(session, gone).values()] == [False]


def test_what_hangs_on_the_file_that_goes_moves_with_it_and_comes_back(
    session: Session, worker: Actor
) -> None:
    kept, gone = _twins(session, worker)
    graduate = make_graduate(session, None, household=gone, union_id=worker.union_id)
    make_entry(session, make_drive(session), graduate)
    merge = merging.merge_files(
        session, worker, kept.id, gone.id, MergeChoices(), reason="同一户，重复建档"
    )
    session.refresh(graduate)
    moved_to = graduate.household_id

    merge_undo.undo_merge(session, worker, merge.public_id)

    session.refresh(graduate)
    assert (moved_to, graduate.household_id) == (kept.id, gone.id)
    noted = session.scalars(sa.select(RankingChange.subject_id).order_by(RankingChange.id)).all()
    assert noted
    assert set(noted) == {graduate.id}


def test_an_undone_merge_leaves_both_files_as_they_stood(session: Session, worker: Actor) -> None:
    kept, gone = _twins(session, worker)
    before = [_standing(session, one) for one in (kept, gone)]

    merge = merging.merge_files(
        session,
        worker,
        kept.id,
        gone.id,
        MergeChoices(head={"tier": Side.GONE}),
        reason="同一户，重复建档",
    )
    assert [_standing(session, one) for one in (kept, gone)] != before
    _, newer = merge_undo.undo_merge(session, worker, merge.public_id)

    assert newer == []
    assert [_standing(session, one) for one in (kept, gone)] == before


def _standing(session: Session, household: Household) -> object:
    """Return all that a file and its people say, versions and the day of change aside."""
    session.flush()
    session.expire_all()
    apart = {"version_id", "changed_on"}
    rows: list[Base] = [household, *_members(session, household).values()]
    return [
        {c.name: getattr(row, c.name) for c in row.__table__.columns if c.name not in apart}
        for row in rows
    ]


def test_what_somebody_changed_after_the_merge_is_kept_by_its_undoing(
    session: Session, worker: Actor
) -> None:
    kept, gone = _twins(session, worker)
    merge = merging.merge_files(
        session,
        worker,
        kept.id,
        gone.id,
        MergeChoices(head={"tier": Side.GONE}),
        reason="同一户，重复建档",
    )
    kept.tier = HardshipTier.ACCIDENTAL
    session.flush()

    _, newer = merge_undo.undo_merge(session, worker, merge.public_id)

    assert newer == ["tier"]
    assert kept.tier is HardshipTier.ACCIDENTAL
    assert kept.unit_name is None


def test_a_merge_is_undone_within_thirty_days_and_once(
    session: Session, worker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = _twins(session, worker)
    merge = merging.merge_files(
        session, worker, kept.id, gone.id, MergeChoices(), reason="同一户，重复建档"
    )
    today = clock.today()
    assert merge.undo_until_on == today + dt.timedelta(days=30)

    monkeypatch.setattr(clock, "today", lambda: today + dt.timedelta(days=31))
    with pytest.raises(RuleBrokenError) as late:
        merge_undo.undo_merge(session, worker, merge.public_id)
    monkeypatch.setattr(clock, "today", lambda: today + dt.timedelta(days=30))
    merge_undo.undo_merge(session, worker, merge.public_id)
    with pytest.raises(RuleBrokenError) as twice:
        merge_undo.undo_merge(session, worker, merge.public_id)

    assert (late.value.code, twice.value.code) == ("merge_final", "merge_undone")


def test_a_merge_is_not_undone_into_two_open_files_of_one_person(
    session: Session, worker: Actor
) -> None:
    kept, gone = _twins(session, worker)
    number = make_id_number()
    child = make_member(session, gone, name="王三", id_number=number)
    merge = merging.merge_files(
        session, worker, kept.id, gone.id, MergeChoices(), reason="同一户，重复建档"
    )
    session.refresh(child)
    child.in_open_file = False
    session.flush()
    make_member(session, _file(session, worker), id_number=number)

    with pytest.raises(RuleBrokenError) as refused:
        merge_undo.undo_merge(session, worker, merge.public_id)

    assert refused.value.code == "member_in_open_file"


def test_files_are_merged_by_who_sees_both_whole(session: Session, worker: Actor) -> None:
    kept, _ = _twins(session, worker)
    strange = make_household(session, make_union(session))

    with pytest.raises(NotFoundError):
        merging.preview_merge(session, worker, kept.id, strange.id)
    with pytest.raises(NotFoundError):
        merging.merge_files(session, worker, kept.id, strange.id, MergeChoices(), reason="同一户")


def test_a_merge_needs_two_files_a_reason_and_the_versions_that_were_seen(
    session: Session, worker: Actor
) -> None:
    kept, gone = _twins(session, worker)

    with pytest.raises(RuleBrokenError):
        merging.preview_merge(session, worker, kept.id, kept.id)
    with pytest.raises(InvalidInputError):
        merging.merge_files(session, worker, kept.id, gone.id, MergeChoices(), reason=" ")
    with pytest.raises(ConflictError):
        merging.merge_files(
            session,
            worker,
            kept.id,
            gone.id,
            MergeChoices(),
            reason="同一户",
            expected_versions=(kept.version_id, gone.version_id + 1),
        )
    gone.state = FileState.IN_APPROVAL
    session.flush()
    with pytest.raises(RuleBrokenError) as refused:
        merging.preview_merge(session, worker, kept.id, gone.id)
    assert refused.value.code == "merge_not_open"


def test_open_tasks_go_to_the_kept_file_once(session: Session, worker: Actor) -> None:
    kept, gone = _twins(session, worker)
    for household, rule in ((kept, "a.b"), (gone, "a.b"), (gone, "c.d")):
        tasks.open_task(
            session, union_id=kept.union_id, rule=rule, subject=("household", household.id)
        )

    merging.merge_files(session, worker, kept.id, gone.id, MergeChoices(), reason="同一户，重复")

    found = sa.select(Task.rule, Task.subject_id).where(
        Task.state == TaskState.OPEN, Task.rule.in_(("a.b", "c.d"))
    )
    standing = session.execute(found.order_by(Task.rule)).all()
    assert [tuple(row) for row in standing] == [("a.b", kept.id), ("c.d", kept.id)]
