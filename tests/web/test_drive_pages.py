"""The pages of drives: figures that open their lists, opening and closing, who sees what."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import DriveState, EmployerState, PostingState, Role, SeatClass
from matcher.models.accounts import Account
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_employer, make_posting
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

AsRole = Callable[[Role], PageClient]

NEW = {
    "name": "阳光就业 2027",
    "neutral_name": "2027 毕业生就业服务",
    "opens_on": "2027-04-01",
    "closes_on": "2027-09-30",
}


def _full_drive(factory: SessionFactory) -> tuple[Union, int]:
    """Insert a drive with a reserved seat, a person of a zero-employment household, a pending employer."""
    with transaction(factory) as session:
        union = make_union(session)
        drive = make_drive(
            session,
            union,
            targets={
                "placed": {"percent": 60, "source": "困难职工家庭就业文件"},
                "zero_employment": {"percent": 100, "source": "乙文件"},
            },
        )
        make_posting(session, drive, reserved={SeatClass.HARDSHIP: 1}, headcount=3)
        pending = make_employer(session, union, state=EmployerState.PENDING, recheck_due_on=None)
        make_posting(session, drive, pending, incomplete=["pay"])
        household = make_household(session, union, zero_employment=True)
        make_entry(session, drive, make_graduate(session, union, household=household))
        make_entry(session, drive, make_graduate(session, union))
        return union, drive.id


def _as(factory: SessionFactory, enter: SignInAs, union: Union, role: Role) -> PageClient:
    with transaction(factory) as session:
        actor = make_actor(session, role, union=union)
        if role is Role.REVIEWER:  # present: pages do not ask to set it up
            session.get_one(Account, actor.account_id).totp_cipher = b"\0"
    return enter(actor)


def test_a_manager_without_a_drive_is_told_to_make_one(as_role: AsRole) -> None:
    page = as_role(Role.DRIVE_MANAGER).get("/drives")

    assert page.status_code == 200
    assert 'href="/drives/new"' in page.text


def test_the_home_counts_what_the_drive_holds(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    union, drive_id = _full_drive(sqlite_factory)
    client = _as(sqlite_factory, signed_in_as, union, Role.DRIVE_MANAGER)

    page = client.get(f"/drives/{drive_id}").text

    for words, count in [("待核单位", 1), ("要素不全的岗位", 1), ("席位", 5), ("毕业生", 2)]:
        assert f"<span>{words}</span><strong>{count}</strong>" in page
    assert "<span>零就业家庭毕业生</span><strong>1</strong>" in page
    assert "预留 1" in page
    assert f"/employers?drive={drive_id}&amp;state=pending" in page


def test_the_pending_figure_opens_a_list_of_as_many_rows(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    union, drive_id = _full_drive(sqlite_factory)
    with transaction(sqlite_factory) as session:
        make_employer(session, union, state=EmployerState.PENDING, recheck_due_on=None)
    client = _as(sqlite_factory, signed_in_as, union, Role.DRIVE_MANAGER)

    page = client.get(f"/employers?drive={drive_id}&state=pending").text

    assert "共 1 家" in page


def test_the_zero_employment_figure_opens_a_list_of_as_many_people(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    union, drive_id = _full_drive(sqlite_factory)
    client = _as(sqlite_factory, signed_in_as, union, Role.DRIVE_MANAGER)

    assert (
        f'href="/graduates?drive={drive_id}&amp;home=b"' in client.get(f"/drives/{drive_id}").text
    )
    people = client.get(f"/graduates?drive={drive_id}&home=b").text

    assert "1 人" in people


@pytest.mark.parametrize("role", [Role.FAIR_ORGANISER, Role.REVIEWER])
def test_who_may_not_see_hardship_gets_no_figure_that_follows_from_it(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs, role: Role
) -> None:
    union, drive_id = _full_drive(sqlite_factory)
    client = _as(sqlite_factory, signed_in_as, union, role)

    answer = client.get(f"/drives/{drive_id}")

    assert answer.status_code == 200
    assert "<span>席位</span><strong>5</strong>" in answer.text
    for word in ("零就业", "预留", "困难"):
        assert word not in answer.text


def test_a_drive_of_another_union_answers_like_none(
    sqlite_factory: SessionFactory, as_role: AsRole
) -> None:
    _, drive_id = _full_drive(sqlite_factory)

    assert as_role(Role.DRIVE_MANAGER).get(f"/drives/{drive_id}").status_code == 404


def test_a_new_drive_is_prepared_with_a_committed_lottery(
    sqlite_factory: SessionFactory, as_role: AsRole
) -> None:
    client = as_role(Role.DRIVE_MANAGER)

    answer = client.submit("/drives", **NEW)

    with reading(sqlite_factory) as session:
        drive = session.scalars(sa.select(Drive)).one()
    assert answer.status_code == 303
    assert drive.state is DriveState.PREPARING
    assert drive.lottery_commitment in client.get(answer.headers["Location"]).text


def test_a_neutral_name_that_tells_somebodys_status_is_refused_and_what_was_typed_stays(
    sqlite_factory: SessionFactory, as_role: AsRole
) -> None:
    client = as_role(Role.DRIVE_MANAGER)

    answer = client.submit("/drives", **{**NEW, "neutral_name": "困难职工子女招聘"})

    assert answer.status_code == 422
    assert "困难职工子女招聘" in answer.text
    assert "暴露求职者的家庭情况" in answer.text
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(Drive)).all() == []


def test_closing_publishes_the_key_that_was_committed_to(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    union, drive_id = _full_drive(sqlite_factory)
    client = _as(sqlite_factory, signed_in_as, union, Role.DRIVE_MANAGER)
    before = client.get(f"/drives/{drive_id}").text

    answer = client.submit(f"/drives/{drive_id}/close")

    after = client.get(f"/drives/{drive_id}").text
    assert answer.status_code == 303
    assert "活动结束时公布" in before
    assert "活动结束时公布" not in after
    assert "结束活动" not in after


def test_only_a_manager_opens_or_closes_a_drive(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    union, drive_id = _full_drive(sqlite_factory)
    client = _as(sqlite_factory, signed_in_as, union, Role.FAIR_ORGANISER)

    answer = client.submit(f"/drives/{drive_id}/close")

    assert answer.status_code == 403
    assert "结束活动" not in client.get(f"/drives/{drive_id}").text


def test_the_home_asks_the_database_as_often_for_a_large_drive_as_for_a_small_one(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    union, drive_id = _full_drive(sqlite_factory)
    client = _as(sqlite_factory, signed_in_as, union, Role.DRIVE_MANAGER)
    client.get(f"/drives/{drive_id}")
    few = _queries(sqlite_factory, lambda: client.get(f"/drives/{drive_id}"))
    with transaction(sqlite_factory) as session:
        drive = session.get_one(Drive, drive_id)
        for _ in range(20):
            make_posting(session, drive, state=PostingState.PUBLISHED)
            make_entry(session, drive, make_graduate(session, session.get_one(Union, union.id)))

    many = _queries(sqlite_factory, lambda: client.get(f"/drives/{drive_id}"))

    assert many == few


def _queries(factory: SessionFactory, act: Callable[[], object]) -> int:
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    engine = factory.kw["bind"]
    sa.event.listen(engine, "before_cursor_execute", note)
    act()
    sa.event.remove(engine, "before_cursor_execute", note)
    return count
