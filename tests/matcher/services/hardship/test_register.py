"""The national register (全国系统): what is still to be keyed there, and how its export differs from ours."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.kinds import HardshipTier, TaskState
from matcher.kinds.approvals import DifferenceKind, RegisterChangeKind
from matcher.models.audit import AuditEntry
from matcher.models.households import Household
from matcher.models.reviews import RegisterChange
from matcher.models.tasks import Task
from matcher.policy.national_form import load_form
from matcher.services.hardship import comparing, register
from matcher.services.hardship.register_changes import note_change, note_exit
from tests.factories.approvals import Office, make_draft, make_office
from tests.factories.people import make_household, make_id_number, make_member
from tests.matcher.intake.sheets import make_xlsx


@pytest.fixture
def office(session: Session) -> Office:
    return make_office(session)


@pytest.fixture
def change(session: Session, office: Office) -> RegisterChange:
    household = make_draft(session, office.unit, entered_by=office.chair)
    return note_change(session, household, RegisterChangeKind.NEW_FILE)


def test_the_values_stand_in_the_order_of_the_national_form(
    session: Session, office: Office, change: RegisterChange
) -> None:
    lines = register.open_values(session, office.chair, change.id)

    order = [one.code for one in load_form()]
    head = [order.index(line["code"]) for line in lines if line["part"] == "head"]
    assert head == sorted(head)
    values = {line["code"]: line["value"] for line in lines}
    assert (values["holder_name"], values["tier"]) == ("张建国", "深度困难")
    assert len(values["id_number"]) == 18
    assert values["member_name"] == "张小雨"


def test_the_values_are_sealed_and_opening_them_is_in_the_trail(
    session: Session, office: Office, change: RegisterChange
) -> None:
    assert "张建国".encode() not in change.values_cipher
    register.open_values(session, office.chair, change.id)
    session.commit()

    found = sa.select(AuditEntry.actor_id).where(AuditEntry.action == "register.opened")
    assert session.scalars(found).all() == [office.chair.account_id]


def test_a_change_is_ticked_once_with_a_day_for_the_system_and_for_paper(
    session: Session, office: Office, change: RegisterChange
) -> None:
    assert register.count_changes(session, office.chair) == 1
    register.tick_keyed(session, office.chair, change.id, clock.today())
    with pytest.raises(RuleBrokenError) as twice:
        register.tick_keyed(session, office.chair, change.id, clock.today())
    assert twice.value.code == "already_ticked"
    assert register.count_changes(session, office.chair) == 1

    register.tick_paper(session, office.chair, change.id, clock.today())

    assert register.count_changes(session, office.chair) == 0
    assert register.list_changes(session, office.chair) == []
    assert session.get_one(Household, change.household_id).paper_on == clock.today()
    assert not session.scalars(sa.select(Task).where(Task.state == TaskState.OPEN)).all()


def test_the_day_of_a_tick_lies_between_approval_and_today(
    session: Session, office: Office, change: RegisterChange
) -> None:
    for days in (-1, 1):
        with pytest.raises(InvalidInputError):
            register.tick_paper(
                session, office.chair, change.id, clock.today() + dt.timedelta(days=days)
            )


def test_who_ticks_what_another_ticked_meanwhile_is_told(
    session: Session, office: Office, change: RegisterChange
) -> None:
    seen = change.version_id
    register.tick_keyed(session, office.chair, change.id, clock.today())

    with pytest.raises(ConflictError):
        register.tick_paper(session, office.chair, change.id, clock.today(), expected_version=seen)


def test_an_exit_is_keyed_nationally_too(session: Session, office: Office) -> None:
    household = make_draft(session, office.unit, entered_by=office.chair)
    change = note_exit(session, household, kind="脱困", on=clock.today(), reason="已就业")

    lines = register.open_values(session, office.chair, change.id)

    assert [line["code"] for line in lines] == [
        "file_number",
        "holder_name",
        "id_number",
        "exit_kind",
        "exit_on",
        "exit_reason",
    ]


_HEAD = ["档案编号", "困难类别", "姓名", "身份证号", "工作单位", "家庭人口"]


def _file(session: Session, office: Office, number: str, person: str, **more: object) -> Household:
    fields = {"file_number": number, "unit_name": "红星机械厂"} | more
    household = make_household(session, office.unit, **fields)  # type: ignore[arg-type]
    make_member(session, household, name="张建国", is_holder=True, id_number=person)
    return household


def test_an_export_laid_beside_ours_shows_what_is_only_there_only_here_and_different(
    session: Session, office: Office
) -> None:
    same, other, ours = (make_id_number(born=dt.date(1975, 3, n)) for n in (1, 2, 3))
    _file(session, office, "H1", same, tier=HardshipTier.DEEP)
    differs = _file(session, office, "H2", other, tier=HardshipTier.RELATIVE)
    only_here = _file(session, office, "H3", ours)
    data = make_xlsx(
        [
            _HEAD,
            ["H1", "深度困难", "张建国", same, "红星机械厂", 1],
            ["H2", "深度困难", "张建国", other, "红星机械厂", 1],
            ["H9", "深度困难", "李国强", make_id_number(born=dt.date(1970, 1, 1)), "东风厂", 3],
        ]
    )

    found = comparing.compare(
        session, office.county_approver, union_id=office.county.id, data=data, file_name="导出.xlsx"
    )

    assert (found.there, found.here, found.same) == (3, 3, 1)
    lines = comparing.list_differences(session, office.county_approver, found.id)
    by_kind = {line.difference.kind: line for line in lines}
    assert len(lines) == 3
    assert by_kind[DifferenceKind.ONLY_THERE].difference.name_masked == "李*强"
    assert by_kind[DifferenceKind.ONLY_HERE].difference.household_id == only_here.id
    assert by_kind[DifferenceKind.DIFFERS].difference.household_id == differs.id
    assert by_kind[DifferenceKind.DIFFERS].sides == {"tier": ["深度困难", "相对困难"]}


def test_comparing_changes_no_file(session: Session, office: Office) -> None:
    person = make_id_number(born=dt.date(1975, 3, 2))
    household = _file(session, office, "H1", person, tier=HardshipTier.RELATIVE)
    data = make_xlsx([_HEAD, ["H1", "深度困难", "张建国", person, "红星机械厂", 1]])

    comparing.compare(
        session, office.county_approver, union_id=office.county.id, data=data, file_name="a.xlsx"
    )

    assert household.tier is HardshipTier.RELATIVE
