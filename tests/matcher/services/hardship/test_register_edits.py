"""What is edited in a file in force reaches the list for the national system, once, with what differs."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.approvals import RegisterChangeKind
from matcher.kinds.household_facts import FileAct
from matcher.kinds.households import FileState, HardshipCause, HousingKind
from matcher.models.households import Household
from matcher.models.reviews import RegisterChange
from matcher.services.hardship import (
    causes,
    changes,
    merge_undo,
    merging,
    register,
    register_edits,
)
from matcher.services.hardship.causes import CausesInput
from matcher.services.hardship.merging import MergeChoices
from matcher.services.hardship.register_changes import note_change
from tests.factories.approvals import Office, make_draft, make_office


@pytest.fixture
def office(session: Session) -> Office:
    return make_office(session)


@pytest.fixture
def household(session: Session, office: Office) -> Household:
    made = make_draft(session, office.unit, entered_by=office.chair)
    made.state = FileState.ACTIVE
    session.flush()
    return made


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every look at the clock be a second later than the one before."""
    start, looks = clock.now(), iter(range(10_000))
    monkeypatch.setattr(clock, "now", lambda: start + dt.timedelta(seconds=next(looks)))


def _rows(session: Session) -> list[RegisterChange]:
    return list(session.scalars(sa.select(RegisterChange).order_by(RegisterChange.id)))


def _house(session: Session, office: Office, household: Household, kind: HousingKind) -> None:
    before = changes.shown(household, ["housing"])
    household.housing = kind
    told = changes.differences(before, changes.shown(household, ["housing"]))
    changes.note(session, office.chair, household, household, FileAct.CHANGED, told)


def _key(session: Session, office: Office) -> None:
    for row in _rows(session):
        if row.keyed_on is None:
            register.tick_keyed(session, office.chair, row.id, clock.today())


def test_an_edit_of_a_file_in_force_is_noted_with_the_fields_that_differ(
    session: Session, office: Office, household: Household
) -> None:
    note_change(session, household, RegisterChangeKind.NEW_FILE)
    _key(session, office)
    _house(session, office, household, HousingKind.RENTED)

    noted, _ = register_edits.collect_edits(session)

    assert noted == 1
    assert (_rows(session)[-1].kind, _rows(session)[-1].fields) == (
        RegisterChangeKind.CHANGED,
        ["housing"],
    )


def test_edits_before_it_is_keyed_join_the_row_that_waits_and_a_second_night_adds_nothing(
    session: Session, office: Office, household: Household
) -> None:
    note_change(session, household, RegisterChangeKind.NEW_FILE)
    _key(session, office)
    _house(session, office, household, HousingKind.RENTED)
    register_edits.collect_edits(session)
    causes.set_causes(
        session, office.chair, household.id, CausesInput(main=HardshipCause.SCHOOLING)
    )

    first, _ = register_edits.collect_edits(session)
    second, _ = register_edits.collect_edits(session)

    assert (first, second) == (1, 0)
    assert len(_rows(session)) == 2
    assert _rows(session)[-1].fields == ["housing", "main_cause"]
    values = register.open_values(session, office.chair, _rows(session)[-1].id)
    assert [line["value"] for line in values] == ["租房", "子女上学"]


def test_what_was_put_back_before_it_was_told_is_not_told(
    session: Session, office: Office, household: Household
) -> None:
    note_change(session, household, RegisterChangeKind.NEW_FILE)
    _key(session, office)
    stood = household.housing
    _house(session, office, household, HousingKind.RENTED)
    household.housing = stood
    session.flush()

    assert register_edits.collect_edits(session)[0] == 0


def test_of_a_file_that_was_never_told_the_parts_that_changed_are(
    session: Session, office: Office, household: Household
) -> None:
    causes.set_causes(
        session, office.chair, household.id, CausesInput(main=HardshipCause.SCHOOLING)
    )

    register_edits.collect_edits(session)

    (row,) = _rows(session)
    assert {"main_cause", "other_causes"} <= set(row.fields)
    assert "bank_card" not in row.fields


def test_a_draft_is_told_when_it_is_approved_and_not_before(
    session: Session, office: Office, household: Household
) -> None:
    household.state = FileState.DRAFT
    _house(session, office, household, HousingKind.RENTED)

    assert register_edits.collect_edits(session) == (0, 0)


def test_a_merge_and_its_undoing_are_told_of_both_files(
    session: Session, office: Office, household: Household
) -> None:
    twin = make_draft(session, office.unit, entered_by=office.chair)
    twin.state = FileState.ACTIVE
    session.flush()

    merge = merging.merge_files(
        session, office.chair, household.id, twin.id, MergeChoices(), reason="两次建档"
    )
    merge_undo.undo_merge(session, office.chair, merge.public_id)

    told = {(row.household_id, row.kind) for row in _rows(session)}
    assert told == {
        (twin.id, RegisterChangeKind.EXITED),
        (twin.id, RegisterChangeKind.NEW_FILE),
        (household.id, RegisterChangeKind.CHANGED),
    }
