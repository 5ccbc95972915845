"""One open file a household, nobody in two, and every change of priority reaches ranking."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, transaction
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import HardshipTier, Role
from matcher.models.households import HouseholdMember
from matcher.models.ranking_runs import RankingChange
from matcher.services import household_states, households
from matcher.services.households import HouseholdInput, MemberInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household, make_id_number, make_member


@pytest.fixture
def worker(session: Session) -> Actor:
    return make_actor(session, Role.CASEWORKER)


def _holder(number: str | None = None) -> MemberInput:
    return MemberInput(name="王某", relation="本人", is_holder=True, id_number=number)


def _open(session: Session, by: Actor, *members: MemberInput, file_number: str = "A1") -> int:
    assert by.union_id is not None
    facts = HouseholdInput(file_number=file_number, tier=HardshipTier.DEEP)
    return households.create_household(
        session, by, facts, members or [_holder()], union_id=by.union_id
    ).id


def test_a_file_keeps_its_members_closed_and_the_holder_first(
    session: Session, worker: Actor
) -> None:
    number = make_id_number(born=dt.date(1975, 3, 2))
    child = MemberInput(name="王小", relation="子女", id_number=make_id_number())

    household_id = _open(session, worker, child, _holder(number))

    holder, second = households.list_members(session, worker, household_id)
    assert (holder.is_holder, second.is_holder) == (True, False)
    assert holder.birth_on == dt.date(1975, 3, 2)
    assert holder.id_number_masked is not None
    assert number not in holder.id_number_masked


def test_a_file_has_exactly_one_holder_and_true_numbers(session: Session, worker: Actor) -> None:
    number = make_id_number()
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    twice = MemberInput(name="二", relation="配偶", id_number=number)

    for members, field in (
        ([MemberInput(name="一", relation="配偶")], "members"),
        ([_holder(), _holder()], "members"),
        ([_holder(wrong)], "members.0.id_number"),
        ([_holder(number), twice], "members.1.id_number"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            _open(session, worker, *members)
        assert field in refused.value.details["fields"]  # type: ignore[operator]  # a dict


def test_nobody_stands_in_two_open_files_and_the_other_is_not_disclosed(
    session: Session, worker: Actor
) -> None:
    number = make_id_number()
    elsewhere = make_household(session, make_union(session, name="秘密区总工会"))
    make_member(session, elsewhere, id_number=number)

    with pytest.raises(RuleBrokenError) as refused:
        _open(session, worker, _holder(), MemberInput(name="某", relation="子女", id_number=number))

    assert refused.value.code == "member_in_open_file"
    assert refused.value.details == {"member": 1}
    assert "秘密" not in str(refused.value)
    assert session.scalar(sa.select(sa.func.count()).select_from(HouseholdMember)) == 1


def test_after_a_file_is_closed_its_people_may_stand_in_another(
    session: Session, worker: Actor
) -> None:
    number = make_id_number()
    first = _open(session, worker, _holder(number))

    household_states.close_household(session, worker, first, reason="脱困")
    second = _open(session, worker, _holder(number), file_number="A2")

    assert second != first
    with pytest.raises(RuleBrokenError) as refused:
        household_states.reopen_household(session, worker, first)
    assert refused.value.code == "member_in_open_file"


def test_a_closed_file_does_not_change(session: Session, worker: Actor) -> None:
    household_id = _open(session, worker)
    household_states.close_household(session, worker, household_id, reason="去世")

    with pytest.raises(RuleBrokenError) as refused:
        household_states.set_tier(session, worker, household_id, HardshipTier.RELATIVE)

    assert refused.value.code == "file_closed"


def test_two_files_of_one_person_opened_at_once_leave_one(session_factory: SessionFactory) -> None:
    number = make_id_number()
    with transaction(session_factory) as session:
        actors = [make_actor(session, Role.CASEWORKER) for _ in range(2)]
    together = threading.Barrier(2)
    outcomes: list[str] = []

    def open_one(by: Actor) -> None:
        together.wait()
        try:
            with transaction(session_factory) as session:
                _open(session, by, _holder(number))
            outcomes.append("opened")
        except RuleBrokenError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=open_one, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["member_in_open_file", "opened"]


def test_a_file_number_is_used_once_in_a_union_but_again_in_another(
    session: Session, worker: Actor
) -> None:
    _open(session, worker, file_number="A7")
    other = make_actor(session, Role.CASEWORKER)

    assert _open(session, other, file_number="A7")
    with pytest.raises(RuleBrokenError) as refused:
        _open(session, worker, file_number="A7")

    assert refused.value.code == "file_number_taken"


@pytest.mark.parametrize("act", ["tier", "zero", "close"])
def test_what_changes_priority_is_told_to_ranking(
    session: Session, worker: Actor, act: str
) -> None:
    assert worker.union_id is not None
    household = make_household(session, None, union_id=worker.union_id)
    graduate = make_graduate(session, None, household=household, union_id=worker.union_id)
    make_entry(session, make_drive(session), graduate)

    if act == "tier":
        household_states.set_tier(session, worker, household.id, HardshipTier.DEEP)
    elif act == "zero":
        since = dt.date(2026, 2, 1)
        household_states.set_zero_employment(session, worker, household.id, since=since)
    else:
        household_states.close_household(session, worker, household.id, reason="脱困")

    changes = session.execute(sa.select(RankingChange.side, RankingChange.subject_id)).all()
    assert [tuple(change) for change in changes] == [("graduate", graduate.id)]


def test_the_zero_employment_flag_has_a_day_that_is_not_to_come(
    session: Session, worker: Actor
) -> None:
    household_id = _open(session, worker)
    since = dt.date(2026, 2, 1)

    flagged = household_states.set_zero_employment(session, worker, household_id, since=since)
    with pytest.raises(RuleBrokenError):
        household_states.set_zero_employment(
            session, worker, household_id, since=dt.date(2999, 1, 1)
        )
    state = (flagged.is_zero_employment, flagged.zero_employment_on)
    household_states.set_zero_employment(session, worker, household_id, since=None)

    assert state == (True, since)
    assert (flagged.is_zero_employment, flagged.zero_employment_on) == (False, None)


def test_households_are_seen_by_their_union_and_by_who_may_see_hardship(
    session: Session, worker: Actor
) -> None:
    household_id = _open(session, worker)
    stranger = make_actor(session, Role.CASEWORKER)
    union = make_union(session)
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=union)

    with pytest.raises(NotFoundError):
        households.get_household(session, stranger, household_id)
    with pytest.raises(NotAllowedError):
        households.get_household(session, organiser, household_id)
