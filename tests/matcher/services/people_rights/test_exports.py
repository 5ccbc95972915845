"""Files leave only with a purpose, an approval of somebody else, a watermark, and an alarm when they are many."""

import io
import zipfile

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.people_rights import DisclosureBasis, ExportField, ExportState
from matcher.models.accounts import Membership
from matcher.models.audit import AuditEntry
from matcher.models.outbox import OutboxMessage
from matcher.models.people_rights import Disclosure, ExportedFile, ExportRequest, StorageOnly
from matcher.models.tasks import Task
from matcher.services.people_rights import alarms, export_tables, exports, rights
from matcher.services.permissions import Actor
from tests.factories.accounts import make_account, make_actor, make_union
from tests.factories.people import make_household
from tests.factories.people_rights import PURPOSE, Caseload, ask_export, make_caseload


@pytest.fixture
def load(session: Session) -> Caseload:
    return make_caseload(session)


def _make(session: Session, export: ExportRequest, approver: Actor) -> ExportRequest:
    exports.decide_export(session, approver, export.public_id, is_approved=True)
    return export_tables.keep_table(session, export.id, export_tables.make_table(session, export))


def test_an_export_holds_the_own_caseload_and_no_colleagues_files(
    session: Session, load: Caseload
) -> None:
    colleague = make_actor(session, Role.CASEWORKER, union=load.union)
    make_household(session, load.union, owner_id=colleague.account_id)
    make_household(session, make_union(session))

    export = _make(session, ask_export(session, load.worker), load.approver)

    left = session.scalars(sa.select(ExportedFile.household_id)).all()
    assert sorted(left) == [one.id for one in load.files]
    assert (export.state, export.n_records) == (ExportState.READY, 3)


def test_nobody_approves_the_own_export_neither_by_the_use_case_nor_in_the_table(
    session: Session, load: Caseload
) -> None:
    manager = make_actor(session, Role.DRIVE_MANAGER, union=load.union)
    export = ask_export(session, manager)
    twin = Actor(manager.account_id, Role.APPROVER, union_id=load.union.id)

    with pytest.raises(RuleBrokenError) as refused:
        exports.decide_export(session, twin, export.public_id, is_approved=True)
    assert refused.value.code == "export_own"
    export.decided_by_id = manager.account_id
    with pytest.raises(IntegrityError):
        session.flush()


def test_an_approver_elsewhere_does_not_find_it(session: Session, load: Caseload) -> None:
    export = ask_export(session, load.worker)
    stranger = make_actor(session, Role.APPROVER)

    with pytest.raises(NotFoundError):
        exports.decide_export(session, stranger, export.public_id, is_approved=True)
    with pytest.raises(NotFoundError):
        exports.get_export(session, stranger, export.public_id)


def test_a_refusal_needs_a_reason_and_ends_the_request(session: Session, load: Caseload) -> None:
    export = ask_export(session, load.worker)

    with pytest.raises(RuleBrokenError):
        exports.decide_export(session, load.approver, export.public_id, is_approved=False)
    exports.decide_export(
        session, load.approver, export.public_id, is_approved=False, comment="用途不明"
    )
    with pytest.raises(RuleBrokenError) as twice:
        exports.decide_export(session, load.approver, export.public_id, is_approved=True)

    assert export.state is ExportState.REFUSED
    assert twice.value.code == "export_decided"


def test_purpose_fields_and_recipient_are_asked(session: Session, load: Caseload) -> None:
    with pytest.raises(InvalidInputError) as refused:
        ask_export(session, load.worker, fields=(), purpose="总结", recipient="某医院")

    assert set(refused.value.details["fields"]) == {  # type: ignore[call-overload]
        "fields",
        "purpose",
        "recipient_contact",
        "basis",
    }


def test_every_page_and_the_file_itself_carry_asker_time_and_number(
    session: Session, load: Caseload
) -> None:
    export = _make(session, ask_export(session, load.worker), load.approver)

    stored, content = exports.download_export(session, load.worker, export.public_id)

    book = openpyxl.load_workbook(io.BytesIO(content))
    number = exports.number_of(export)
    for sheet in book.worksheets:
        for text in (sheet["A1"].value, sheet.oddHeader.center.text, sheet.oddFooter.left.text):
            assert number in text
            assert f"{clock.in_china(clock.now()):%Y-%m-%d}" in text
            assert "用户" in text
    assert [one.value for one in book.custom_doc_props.props] == [f"{number}/{export.public_id}"]
    assert stored.file_name == f"export-{number}.xlsx"
    hidden = zipfile.ZipFile(io.BytesIO(content)).read("docProps/custom.xml").decode()
    assert not any(word in hidden for word in ("困难", "就业", "帮扶"))


def test_a_phone_in_the_table_is_whole_and_a_person_only_stored_is_not_in_it(
    session: Session, load: Caseload
) -> None:
    asked = rights.enter_request(
        session, load.worker, ("member", load.holders[0].id), kind="deletion", words="请删除"
    )
    session.add(
        StorageOnly(
            member_id=load.holders[0].id, request_id=asked.id, basis="档案", blocked_at=clock.now()
        )
    )
    export = _make(session, ask_export(session, load.worker), load.approver)

    _, content = exports.download_export(session, load.worker, export.public_id)

    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert [row[0] for row in rows] == [one.file_number for one in load.files[1:]]
    assert all(len(str(row[2])) == 11 and "*" not in str(row[2]) for row in rows)


def test_bank_cards_and_illness_can_never_be_exported() -> None:
    assert {field.value for field in ExportField} & {"card", "illness", "health"} == set()


def test_only_the_asker_fetches_it_each_time_logged_and_not_after_its_time(
    session: Session, load: Caseload
) -> None:
    export = _make(session, ask_export(session, load.worker), load.approver)
    with pytest.raises(NotAllowedError):
        exports.download_export(session, load.approver, export.public_id)
    colleague = make_actor(session, Role.CASEWORKER, union=load.union)
    with pytest.raises(NotFoundError):
        exports.download_export(session, colleague, export.public_id)

    exports.download_export(session, load.worker, export.public_id)
    exports.download_export(session, load.worker, export.public_id)
    session.commit()
    fetched = sa.select(AuditEntry).where(AuditEntry.action == "export.downloaded")
    assert len(session.scalars(fetched).all()) == 2

    export.expires_at = clock.now()
    with pytest.raises(RuleBrokenError):
        exports.download_export(session, load.worker, export.public_id)
    assert export_tables.expire_exports(session) == 1
    session.expire_all()
    assert export.state is ExportState.EXPIRED


def test_passing_it_on_writes_a_disclosure_once(session: Session, load: Caseload) -> None:
    export = ask_export(
        session,
        load.worker,
        recipient="某市民政局",
        recipient_contact="0951-1234567",
        basis=DisclosureBasis.LAW,
    )
    _make(session, export, load.approver)

    for _ in range(2):
        exports.download_export(session, load.worker, export.public_id)

    row = session.scalars(sa.select(Disclosure)).one()
    assert (row.recipient, row.purpose, row.n_persons) == ("某市民政局", PURPOSE, 3)
    assert (row.keep_until_on - clock.today()).days >= 3 * 365


def test_an_asker_who_lost_the_role_gets_nothing(session: Session, load: Caseload) -> None:
    export = ask_export(session, load.worker)
    exports.decide_export(session, load.approver, export.public_id, is_approved=True)
    held = sa.select(Membership).where(Membership.account_id == load.worker.account_id)
    session.scalars(held).one().ended_on = clock.today()

    with pytest.raises(NotAllowedError):
        export_tables.make_table(session, export)


def test_fifty_records_raise_an_alarm_and_so_do_fifty_in_small_portions(session: Session) -> None:
    load = make_caseload(session, 20)
    first = ask_export(session, load.worker)
    second = ask_export(session, load.worker)
    third = ask_export(session, load.worker)

    assert [one.alarm_level for one in (first, second, third)] == [0, 0, 1]
    task = session.scalars(sa.select(Task).where(Task.rule == "export.alarm")).one()
    assert (task.subject_id, task.facts["records"], task.facts["from"]) == (third.id, 60, 50)
    assert task.assignee_id == load.officer.account_id
    told = session.scalars(sa.select(OutboxMessage)).one()
    assert (told.account_id, told.template) == (load.officer.account_id, "export_alarm")


@pytest.mark.parametrize(("asked", "level"), [(49, 0), (50, 1), (499, 1), (500, 2), (5000, 3)])
def test_the_three_levels_are_fifty_five_hundred_and_five_thousand(
    session: Session, asked: int, level: int
) -> None:
    load = make_caseload(session, 1)
    export = ask_export(session, load.worker)
    export.n_records = asked

    assert alarms.raise_alarm(session, export) == level


def test_refused_requests_do_not_count_and_another_account_counts_for_itself(
    session: Session,
) -> None:
    load = make_caseload(session, 30)
    refused = ask_export(session, load.worker)
    exports.decide_export(
        session, load.approver, refused.public_id, is_approved=False, comment="重复"
    )
    manager = make_actor(session, Role.DRIVE_MANAGER, union=load.union)

    assert ask_export(session, manager).alarm_level == 0
    assert ask_export(session, load.worker).alarm_level == 0
    assert ask_export(session, load.worker).alarm_level == 1


def test_roles_without_the_permission_ask_for_nothing(session: Session, load: Caseload) -> None:
    for role in (Role.FAIR_ORGANISER, Role.GRASSROOTS_OFFICER, Role.REVIEWER, Role.AUDITOR):
        actor = Actor(make_account(session).id, role, union_id=load.union.id)
        with pytest.raises(NotAllowedError):
            ask_export(session, actor)
