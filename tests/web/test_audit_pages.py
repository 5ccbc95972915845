"""The trail at the screen, and the working days: read by scope, verified, corrected with a source."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.models.accounts import Account
from matcher.models.audit import AuditEntry
from matcher.models.calendar import CalendarDay
from matcher.services import audit
from matcher.services.calendar import seed_calendar_days
from matcher.services.permissions import SYSTEM
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_graduate
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

AsRole = Callable[[Role], PageClient]


def test_the_trail_tells_who_did_what_when_and_is_filtered(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        auditor = make_actor(session, Role.AUDITOR, union=union)
        manager = make_actor(session, Role.DRIVE_MANAGER, union=union)
        session.get_one(Account, manager.account_id).display_name = "李主管"
        audit.record(session, manager, "drive.opened", subject=("drive", 7))
        audit.record(session, manager, "import.committed", subject=("import_batch", 9))
        audit.record(session, manager, "import.undone", subject=("import_batch", 9))
    client = signed_in_as(auditor)

    page = client.get("/audit").text
    imports = client.get("/audit?action=import").text
    one = client.get("/audit?subject=import_batch&id=9&action=import.undone").text

    for words in ("李主管", "活动主管", "开启活动", "drive.opened", "活动 7"):
        assert words in page
    assert "共 2 条" in imports
    assert "共 1 条" in one


def test_an_auditor_of_a_county_reads_the_county_alone(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        city = make_union(session)
        county = make_union(session, city)
        auditor = make_actor(session, Role.AUDITOR, union=county)
        above = make_actor(session, Role.AUDITOR, union=city)
        here, there = (make_actor(session, union=union) for union in (county, city))
        audit.record(session, here, "drive.opened", subject=("drive", 1))
        audit.record(session, there, "drive.closed", subject=("drive", 2))
        audit.record(session, SYSTEM, "file.expired")

    page = signed_in_as(auditor).get("/audit").text
    all_of_it = signed_in_as(above).get("/audit").text

    rows = page.partition("<tbody")[2].partition("</tbody>")[0]
    assert "drive.opened" in rows
    assert "drive.closed" not in rows
    assert "file.expired" not in rows
    for action in ("drive.opened", "drive.closed", "file.expired"):
        assert action in all_of_it.partition("<tbody")[2]


def test_graduates_are_never_named_in_the_trail(
    sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        auditor = make_actor(session, Role.AUDITOR, union=union)
        graduate = make_actor(session, Role.GRADUATE, graduate=make_graduate(session, union))
        session.get_one(Account, graduate.account_id).display_name = "王小明"
        audit.record(session, graduate, "graduate.registered_self")

    page = signed_in_as(auditor).get("/audit").text

    assert "graduate.registered_self" in page
    assert "王小明" not in page


def test_verifying_says_whole_and_is_noted_itself(
    sqlite_factory: SessionFactory, as_role: AsRole
) -> None:
    client = as_role(Role.AUDITOR)

    answer = client.submit("/audit/verify")

    assert answer.status_code == 200
    assert "没有被改过" in answer.text
    with reading(sqlite_factory) as session:
        noted = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "audit.verified")
        ).all()
    assert len(noted) == 1


def test_verifying_names_the_entry_somebody_changed(
    sqlite_factory: SessionFactory, as_role: AsRole
) -> None:
    client = as_role(Role.AUDITOR)
    client.submit("/audit/verify")
    with transaction(sqlite_factory) as session:  # as only the owner of the file can
        session.execute(sa.text("DROP TRIGGER audit_entry_no_update"))
        session.execute(
            sa.text("UPDATE audit_entry SET action = 'audit.nothing' WHERE action LIKE 'audit.v%'")
        )

    answer = client.submit("/audit/verify")

    assert "有问题" in answer.text
    assert "内容被改过" in answer.text


def test_working_days_show_the_notice_and_say_when_there_is_none(
    sqlite_factory: SessionFactory, as_role: AsRole
) -> None:
    with transaction(sqlite_factory) as session:
        seed_calendar_days(session)
    client = as_role(Role.ADMINISTRATOR)
    year = clock.today().year

    known = client.get("/working-days").text
    unknown = client.get(f"/working-days?year={year + 2}").text

    assert "国务院办公厅节假日安排" in known
    assert "这一年还没有放假通知" not in known
    assert "这一年还没有放假通知" in unknown


def test_a_day_is_corrected_with_its_source_and_the_seed_leaves_it(
    sqlite_factory: SessionFactory, as_role: AsRole
) -> None:
    with transaction(sqlite_factory) as session:
        seed_calendar_days(session)
    client = as_role(Role.ADMINISTRATOR)
    day = dt.date(clock.today().year, 6, 3)
    wish = {"day": day.isoformat(), "is_working": "no"}

    blank = client.submit("/working-days", **wish, source="")
    taken = client.submit("/working-days", **wish, source="省政府放假通知")
    with transaction(sqlite_factory) as session:
        seed_calendar_days(session)

    assert blank.status_code == 422
    assert taken.status_code == 303
    assert "省政府放假通知" in client.get("/working-days").text
    with reading(sqlite_factory) as session:
        assert session.get_one(CalendarDay, day).is_working is False


def test_only_an_administrator_corrects_days(as_role: AsRole) -> None:
    client = as_role(Role.DRIVE_MANAGER)

    answer = client.submit("/working-days", day="2026-06-03", is_working="no", source="x")

    assert (client.get("/working-days").status_code, answer.status_code) == (403, 403)
