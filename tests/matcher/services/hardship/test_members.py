"""Members of a file: corrected without losing sealed values, leaving, coming back, holding the file."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.kinds import Role
from matcher.models.households import Household
from matcher.services import sealing
from matcher.services.hardship import changes, members, people
from matcher.services.hardship.members import MemberInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.files import child, holder, open_draft
from tests.factories.people import make_graduate, make_id_number


@pytest.fixture
def worker(session: Session) -> Actor:
    return make_actor(session, Role.CASEWORKER)


@pytest.fixture
def file(session: Session, worker: Actor) -> Household:
    return open_draft(session, worker, holder(phone="13912345678", illness="肺病"), child())


def test_a_sealed_value_left_empty_stays_and_one_typed_anew_replaces_it(
    session: Session, worker: Actor, file: Household
) -> None:
    first = people.members_of(session, file.id)[0]
    facts = MemberInput(name="王某", relation="本人", phone="13800001111")

    members.change_member(session, worker, file.id, first.id, facts)

    assert sealing.open_sealed(session, first, "phone") == "13800001111"
    assert sealing.open_sealed(session, first, "illness") == "肺病"
    assert first.id_number_masked is not None
    newest = changes.list_changes(session, file)[0][0]
    told = {one["field"]: one["after"] for one in newest.fields}
    assert told["phone_cipher"] == "138****1111"
    assert "illness_cipher" not in told


def test_a_sealed_value_is_cleared_only_when_asked(
    session: Session, worker: Actor, file: Household
) -> None:
    first = people.members_of(session, file.id)[0]
    facts = MemberInput(name="王某", relation="本人", clears=frozenset({"phone", "id_number"}))

    members.change_member(session, worker, file.id, first.id, facts)

    assert (first.phone_cipher, first.phone_index, first.phone_masked) == (None, None, None)
    assert first.id_number_cipher is not None


def test_a_number_of_somebody_in_an_open_file_is_refused_in_a_correction_too(
    session: Session, worker: Actor, file: Household
) -> None:
    number = make_id_number()
    open_draft(session, worker, holder(id_number=number))
    second = people.members_of(session, file.id)[1]
    facts = MemberInput(name="王小", relation="子女", id_number=number)

    with pytest.raises(RuleBrokenError) as refused:
        members.change_member(session, worker, file.id, second.id, facts)

    assert refused.value.code == "member_in_open_file"


def test_a_phone_another_changed_meanwhile_is_shown_masked(
    session: Session, worker: Actor, file: Household
) -> None:
    first = people.members_of(session, file.id)[0]
    seen = changes.marks(first, members.READ_FIELDS)
    theirs = MemberInput(name="王某", relation="本人", phone="13800001111")
    members.change_member(session, worker, file.id, first.id, theirs)

    with pytest.raises(ConflictError) as conflict:
        members.change_member(session, worker, file.id, first.id, theirs, seen=seen)

    assert "138****1111" in str(conflict.value.details["changed"])
    assert "13800001111" not in str(conflict.value.details)


def test_who_left_is_free_for_another_file_and_comes_back_only_while_free(
    session: Session, worker: Actor
) -> None:
    number = make_id_number()
    file = open_draft(session, worker, holder(), child(id_number=number))
    second = people.members_of(session, file.id)[1]

    members.leave(session, worker, file.id, second.id, on=clock.today(), reason="婚嫁")
    members.return_member(session, worker, file.id, second.id)
    members.leave(session, worker, file.id, second.id, on=clock.today(), reason="婚嫁")
    open_draft(session, worker, holder(id_number=number))

    with pytest.raises(RuleBrokenError) as refused:
        members.return_member(session, worker, file.id, second.id)
    assert refused.value.code == "member_in_open_file"


def test_leaving_needs_a_day_that_was_a_reason_and_another_holder(
    session: Session, worker: Actor, file: Household
) -> None:
    first, second = people.members_of(session, file.id)
    tomorrow = clock.today() + dt.timedelta(days=1)
    with pytest.raises(InvalidInputError):
        members.leave(session, worker, file.id, second.id, on=tomorrow, reason="婚嫁")
    with pytest.raises(InvalidInputError):
        members.leave(session, worker, file.id, second.id, on=clock.today(), reason=" ")
    with pytest.raises(RuleBrokenError) as refused:
        members.leave(session, worker, file.id, first.id, on=clock.today(), reason="去世")
    assert refused.value.code == "holder_leaves"

    members.make_holder(session, worker, file.id, second.id)
    members.leave(session, worker, file.id, first.id, on=clock.today(), reason="去世")

    assert [one.id for one in people.members_of(session, file.id) if one.is_holder] == [second.id]


def test_a_graduate_who_left_the_household_loses_its_file(session: Session, worker: Actor) -> None:
    number = make_id_number()
    graduate = make_graduate(session, None, union_id=worker.union_id, id_number=number)
    file = open_draft(session, worker, holder(), child(id_number=number))
    member = people.members_of(session, file.id)[1]
    before = graduate.household_id

    members.leave(session, worker, file.id, member.id, on=clock.today(), reason="婚嫁")

    assert (before, graduate.household_id) == (file.id, None)
