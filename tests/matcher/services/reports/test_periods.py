"""Periods: days in order, drafts for every unit with the system, who owes, reminders as tasks."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, TaskState
from matcher.kinds.sheets import SheetState
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.models.tasks import Task
from matcher.services.permissions import SYSTEM
from matcher.services.reports import deciding, filling, nightly, periods, progress
from matcher.services.reports.deciding import Remark
from matcher.services.reports.filling import DUE_RULE
from tests.factories.accounts import make_actor, make_union
from tests.factories.sheets import DAY, Tree, make_period, make_tree, period_input, sheet_of


@pytest.fixture
def tree(session: Session) -> Tree:
    """Give a city with counties and a drive."""
    return make_tree(session)


def test_a_new_period_sends_a_draft_to_every_unit_with_the_system(
    session: Session, tree: Tree
) -> None:
    period = make_period(session, tree)

    found = session.execute(
        sa.select(Sheet.union_id, Sheet.state, Sheet.edition).order_by(Sheet.union_id)
    ).all()
    wanted = [tree.city.id, tree.county.id, tree.other.id]
    assert [tuple(row) for row in found] == [(one, SheetState.DRAFT, 1) for one in wanted]
    assert periods.send_drafts(session, SYSTEM, period) == 0


@pytest.mark.parametrize(
    ("field", "days"), [("until_on", -90), ("due_on", -2), ("locks_on", 0), ("from_on", -90)]
)
def test_days_out_of_order_are_told_at_their_field(
    session: Session, tree: Tree, field: str, days: int
) -> None:
    with pytest.raises(InvalidInputError) as told:
        make_period(session, tree, **{field: clock.today() + days * DAY})

    fields = told.value.details["fields"]
    assert isinstance(fields, dict)
    assert field in fields


def test_two_periods_of_a_drive_have_two_names(session: Session, tree: Tree) -> None:
    make_period(session, tree)

    with pytest.raises(RuleBrokenError, match="同名"):
        make_period(session, tree)


def test_days_stay_once_somebody_filled(session: Session, tree: Tree) -> None:
    period = make_period(session, tree)
    filling.fill_sheet(session, tree.filler, sheet_of(session, period, tree.county).id)

    earlier = period_input(tree.drive, until_on=clock.today() - 2 * DAY)
    with pytest.raises(RuleBrokenError, match="起止日期不能再改"):
        periods.change_period(session, tree.manager, period.id, earlier)
    with pytest.raises(RuleBrokenError, match="不能删除"):
        periods.remove_period(session, tree.manager, period.id)

    later = period_input(tree.drive, locks_on=clock.today() + 9 * DAY)
    changed = periods.change_period(session, tree.manager, period.id, later)
    assert changed.locks_on == clock.today() + 9 * DAY


def test_an_unused_period_is_removed_with_its_drafts(session: Session, tree: Tree) -> None:
    period = make_period(session, tree)

    periods.remove_period(session, tree.manager, period.id)

    assert session.scalars(sa.select(ReportPeriod.id)).all() == []
    assert session.scalars(sa.select(Sheet.id)).all() == []


def test_a_period_somebody_changed_meanwhile_is_a_conflict(session: Session, tree: Tree) -> None:
    period = make_period(session, tree)
    seen = period.version_id
    later = period_input(tree.drive, locks_on=clock.today() + 9 * DAY)
    periods.change_period(session, tree.manager, period.id, later, expected_version=seen)

    with pytest.raises(ConflictError):
        periods.change_period(session, tree.manager, period.id, later, expected_version=seen)


def test_a_county_makes_no_period_of_the_citys_drive(session: Session, tree: Tree) -> None:
    below = make_actor(session, Role.DRIVE_MANAGER, union=tree.county)

    with pytest.raises(NotFoundError):
        periods.create_period(session, below, tree.drive.id, period_input(tree.drive))


def test_progress_tells_who_owes_who_waits_and_who_is_done(session: Session, tree: Tree) -> None:
    period = make_period(session, tree)
    sent = sheet_of(session, period, tree.county)
    filling.fill_sheet(session, tree.filler, sent.id)
    filling.submit_sheet(session, tree.reviewer, sent.id, led_by="王主席")

    found = progress.list_progress(session, tree.manager, period)

    names = [row.unit.union.id for row in found.units]
    assert names == [tree.city.id, tree.county.id, tree.other.id, tree.offline.id]
    assert (found.n_owed, found.n_waiting, found.n_accepted) == (3, 1, 0)
    own = progress.list_progress(session, tree.filler, period)
    assert [row.unit.union.id for row in own.units] == [tree.county.id]


def test_what_lies_below_a_unit_without_the_system_is_not_asked_for_apart(
    session: Session, tree: Tree
) -> None:
    make_union(session, tree.offline)
    period = make_period(session, tree)

    found = progress.list_progress(session, tree.manager, period)

    assert [row.unit.union.id for row in found.units][-1] == tree.offline.id


def test_a_reminder_is_one_task_of_the_unit_with_the_day_it_is_due(
    session: Session, tree: Tree
) -> None:
    period = make_period(session, tree)
    units = {tree.county.id, tree.other.id, tree.offline.id}

    first = progress.remind(session, tree.approver, period.id, units)
    progress.remind(session, tree.approver, period.id, units)

    open_ones = session.scalars(
        sa.select(Task).where(Task.rule == DUE_RULE, Task.state == TaskState.OPEN)
    ).all()
    assert first == 2
    assert {(one.union_id, one.due_on) for one in open_ones} == {
        (tree.county.id, period.due_on),
        (tree.other.id, period.due_on),
    }


def test_nobody_reminds_the_own_union(session: Session, tree: Tree) -> None:
    period = make_period(session, tree)

    assert progress.remind(session, tree.reviewer, period.id, {tree.county.id}) == 0


def test_the_night_reminds_before_the_day_and_finds_its_tasks_again(
    session: Session, tree: Tree
) -> None:
    soon, late = clock.today() + 3 * DAY, clock.today() + 4 * DAY
    make_period(session, tree, due_on=soon, locks_on=late)
    make_period(session, tree, name="下一期", due_on=late, locks_on=late)

    first, second = (nightly.run_night(session, SYSTEM) for _ in range(2))

    assert (first["n_reminded"], second["n_reminded"]) == (3, 0)


def test_a_unit_that_joins_the_system_gets_its_draft_by_night(session: Session, tree: Tree) -> None:
    period = make_period(session, tree)
    make_actor(session, Role.GRASSROOTS_OFFICER, union=tree.offline)

    assert nightly.run_night(session, SYSTEM)["n_drafts"] == 1
    assert sheet_of(session, period, tree.offline).state is SheetState.DRAFT


def test_a_returned_sheet_is_not_owed_twice(session: Session, tree: Tree) -> None:
    period = make_period(session, tree)
    sheet = sheet_of(session, period, tree.county)
    filling.fill_sheet(session, tree.filler, sheet.id)
    filling.submit_sheet(session, tree.reviewer, sheet.id, led_by="王主席")
    deciding.return_sheet(session, tree.approver, sheet.id, [Remark(None, "再核对")])

    found = progress.list_progress(session, tree.manager, period)

    row = next(one for one in found.units if one.unit.union.id == tree.county.id)
    assert (row.sheet.edition if row.sheet else 0, row.is_owed) == (2, True)


def test_a_suggested_period_is_the_drives_whole_time(session: Session, tree: Tree) -> None:
    facts = periods.suggested_period(session, tree.manager, tree.drive.id)

    assert (facts.from_on, facts.until_on) == (tree.drive.opens_on, tree.drive.closes_on)
    assert facts.locks_on >= facts.due_on >= facts.until_on >= dt.date(2026, 1, 1)
