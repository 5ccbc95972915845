"""A file is opened in one way, as a draft; one open file a household, nobody in two, every change noted."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RuleBrokenError,
)
from matcher.kinds import Role
from matcher.kinds.household_facts import FileAct
from matcher.kinds.households import FileState
from matcher.models.audit import AuditEntry
from matcher.models.household_facts import HouseholdChange
from matcher.models.households import HouseholdMember
from matcher.services.hardship import changes, files, people
from matcher.services.hardship.files import FileInput
from matcher.services.hardship.members import MemberInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.files import child, holder, open_draft
from tests.factories.people import make_graduate, make_household, make_id_number, make_member


@pytest.fixture
def worker(session: Session) -> Actor:
    return make_actor(session, Role.CASEWORKER)


def test_a_new_file_is_a_draft_owned_by_the_caseworker_who_opened_it(
    session: Session, worker: Actor
) -> None:
    file = files.open_file(session, worker, FileInput(), [holder(), child()])

    assert (file.state, file.is_open) == (FileState.DRAFT, True)
    assert file.owner_id == file.created_by_id == worker.account_id
    assert file.file_number.startswith("N20")
    assert file.changed_on == clock.today()


def test_a_file_keeps_its_members_closed_and_the_holder_first(
    session: Session, worker: Actor
) -> None:
    number = make_id_number(born=dt.date(1975, 3, 2))

    file = open_draft(session, worker, child(), holder(id_number=number, illness="肺病"))

    first, second = people.members_of(session, file.id)
    assert (first.is_holder, second.is_holder) == (True, False)
    assert first.birth_on == dt.date(1975, 3, 2)
    assert first.id_number_masked is not None
    assert number not in first.id_number_masked
    assert first.illness_cipher is not None
    assert "肺病".encode() not in first.illness_cipher


def test_a_file_has_exactly_one_holder_and_true_numbers(session: Session, worker: Actor) -> None:
    number = make_id_number()
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    twice = MemberInput(name="二", relation="配偶", id_number=number)

    for wanted, field in (
        ([MemberInput(name="一", relation="配偶")], "members"),
        ([holder(), holder()], "members"),
        ([holder(id_number=wrong)], "members.0.id_number"),
        ([holder(id_number=number), twice], "members.1.id_number"),
        ([holder(name=" ")], "members.0.name"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            open_draft(session, worker, *wanted)
        assert field in refused.value.details["fields"]  # type: ignore[operator]  # a dict


def test_nobody_stands_in_two_open_files_and_the_other_is_not_disclosed(
    session: Session, worker: Actor
) -> None:
    number = make_id_number()
    elsewhere = make_household(session, make_union(session, name="秘密区总工会"))
    make_member(session, elsewhere, id_number=number)

    with pytest.raises(RuleBrokenError) as refused:
        open_draft(session, worker, holder(), child(id_number=number))

    assert refused.value.code == "member_in_open_file"
    assert refused.value.details == {"member": 1}
    assert "秘密" not in str(refused.value)
    assert session.scalar(sa.select(sa.func.count()).select_from(HouseholdMember)) == 1


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
                open_draft(session, by, holder(id_number=number))
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
    open_draft(session, worker, file_number="A7")
    other = make_actor(session, Role.CASEWORKER)

    assert open_draft(session, other, file_number="A7")
    with pytest.raises(RuleBrokenError) as refused:
        open_draft(session, worker, file_number="A7")

    assert refused.value.code == "file_number_taken"


def test_a_withdrawn_draft_frees_its_people_and_comes_back_only_while_they_are_free(
    session: Session, worker: Actor
) -> None:
    number = make_id_number()
    first = open_draft(session, worker, holder(id_number=number))
    with pytest.raises(InvalidInputError):
        files.withdraw_draft(session, worker, first.id, reason=" ")

    files.withdraw_draft(session, worker, first.id, reason="本人不申请了")
    assert (first.state, first.is_open) == (FileState.WITHDRAWN, False)
    files.restore_draft(session, worker, first.id)
    assert (first.state, first.is_open) == (FileState.DRAFT, True)
    files.withdraw_draft(session, worker, first.id, reason="本人不申请了")
    open_draft(session, worker, holder(id_number=number))

    with pytest.raises(RuleBrokenError) as refused:
        files.restore_draft(session, worker, first.id)
    assert refused.value.code == "member_in_open_file"


def test_only_a_draft_is_withdrawn(session: Session, worker: Actor) -> None:
    file = make_household(session, None, union_id=worker.union_id)

    with pytest.raises(RuleBrokenError) as refused:
        files.withdraw_draft(session, worker, file.id, reason="误建")

    assert refused.value.code == "not_a_draft"


def test_a_file_in_approval_is_not_changed(session: Session, worker: Actor) -> None:
    file = open_draft(session, worker)
    file.state = FileState.IN_APPROVAL

    with pytest.raises(RuleBrokenError) as refused:
        files.change_head(session, worker, file.id, FileInput(unit_name="某厂"))

    assert refused.value.code == "file_in_approval"


def test_files_are_changed_by_who_sees_them_whole_and_may_edit(
    session: Session, worker: Actor
) -> None:
    file = open_draft(session, worker)
    union_id = worker.union_id
    colleague = make_actor(session, Role.CASEWORKER)
    colleague = Actor(colleague.account_id, Role.CASEWORKER, union_id=union_id)
    approver = Actor(colleague.account_id, Role.APPROVER, union_id=union_id)
    stranger = make_actor(session, Role.CASEWORKER)

    for other, error in (
        (colleague, NotFoundError),
        (stranger, NotFoundError),
        (approver, NotAllowedError),
    ):
        with pytest.raises(error):
            files.change_head(session, other, file.id, FileInput(unit_name="某厂"))


def test_a_change_of_the_head_is_told_field_by_field_and_secrets_stay_out(
    session: Session, worker: Actor
) -> None:
    file = open_draft(session, worker, file_number="A1")

    facts = FileInput(file_number="A1", unit_name="某厂", address="某街 1 号")
    files.change_head(session, worker, file.id, facts)

    newest, total = changes.list_changes(session, file)
    assert total == 2
    told = {one["field"]: (one["before"], one["after"]) for one in newest[0].fields}
    assert told == {"unit_name": (None, "某厂"), "address_cipher": (None, "*")}
    assert (newest[0].act, newest[0].actor_id) == (FileAct.CHANGED, worker.account_id)
    assert newest[0].entered_at is not None


def test_saving_what_stands_changes_nothing(session: Session, worker: Actor) -> None:
    file = open_draft(session, worker, file_number="A1")
    file.changed_on = dt.date(2026, 1, 1)

    files.change_head(session, worker, file.id, FileInput(file_number="A1"))

    assert file.changed_on == dt.date(2026, 1, 1)
    assert changes.list_changes(session, file)[1] == 1


def test_what_another_changed_meanwhile_is_shown_and_not_overwritten(
    session: Session, worker: Actor
) -> None:
    file = open_draft(session, worker, file_number="A1")
    seen = changes.marks(file, files.HEAD_FIELDS)
    files.change_head(session, worker, file.id, FileInput(file_number="A1", unit_name="一厂"))

    with pytest.raises(ConflictError) as conflict:
        files.change_head(
            session, worker, file.id, FileInput(file_number="A1", unit_name="二厂"), seen=seen
        )

    assert conflict.value.details["changed"] == {"unit_name": "一厂"}
    assert file.unit_name == "一厂"


def test_paper_brought_in_step_is_dated_and_is_no_change_of_the_file(
    session: Session, worker: Actor
) -> None:
    file = open_draft(session, worker)
    file.changed_on = dt.date(2026, 1, 5)
    with pytest.raises(InvalidInputError):
        files.mark_paper(session, worker, file.id, on=clock.today() + dt.timedelta(days=1))

    files.mark_paper(session, worker, file.id, on=clock.today())

    assert (file.paper_on, file.changed_on) == (clock.today(), dt.date(2026, 1, 5))


def test_a_file_nobody_owns_is_taken_up_once(session: Session, worker: Actor) -> None:
    file = make_household(session, None, union_id=worker.union_id)
    other = make_actor(session, Role.CASEWORKER)
    other = Actor(other.account_id, Role.CASEWORKER, union_id=worker.union_id)

    files.take_up(session, worker, file.id)

    assert file.owner_id == worker.account_id
    with pytest.raises(NotFoundError):
        files.take_up(session, other, file.id)


def test_a_member_who_is_a_graduate_of_the_union_is_tied_to_that_record(
    session: Session, worker: Actor
) -> None:
    number = make_id_number()
    graduate = make_graduate(session, None, union_id=worker.union_id, id_number=number)
    far = make_graduate(session)

    file = open_draft(session, worker, holder(), child(id_number=number))

    member = people.members_of(session, file.id)[1]
    assert member.graduate_id == graduate.id
    assert graduate.household_id == file.id
    assert far.household_id is None


def test_every_change_stands_in_the_trail_without_a_value(session: Session, worker: Actor) -> None:
    file = open_draft(session, worker, file_number="A1")
    files.change_head(session, worker, file.id, FileInput(file_number="A1", unit_name="秘密厂"))
    session.commit()

    found = session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.action.like("household.%"))
        .order_by(AuditEntry.number)
    ).all()

    assert [one.action for one in found] == ["household.added", "household.changed"]
    assert "秘密厂" not in str(found[-1].details)
    assert found[-1].details["fields"] == ["unit_name"]
    assert session.scalar(sa.select(sa.func.count()).select_from(HouseholdChange)) == 2
