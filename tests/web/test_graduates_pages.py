"""Rules of a graduate's page on the union's side: masked, numbers by reason, the own list explained."""

import io
import re

import openpyxl
import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.models.audit import AuditEntry
from matcher.models.drives import DriveEntry
from matcher.services import sealing
from tests.factories.accounts import make_actor, make_union
from tests.web.conftest import SignInAs
from tests.web.ranking_world import World, graduate_of, make_world
from tests.web.test_ranking_pages import rows_of, sheet_rows


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a ranked drive."""
    return make_world(sqlite_factory)


def test_the_list_masks_names_and_shows_the_scope_only(
    world: World, signed_in_as: SignInAs
) -> None:
    page = signed_in_as(world.caseworker).get("/graduates").text

    assert re.findall(r'class="lead"><a [^>]+>([^<]+)</a>', page).count("王*") == 0
    assert "周*" in page
    assert "周一" not in page


def test_the_filter_for_zero_employment_keeps_those_people_only(
    world: World, signed_in_as: SignInAs
) -> None:
    page = signed_in_as(world.manager).get("/graduates?home=b").text

    assert re.findall(r'class="lead"><a [^>]+>([^<]+)</a>', page) == ["吴*"]


def test_a_graduates_page_shows_record_wishes_and_postings_in_order(
    world: World, signed_in_as: SignInAs
) -> None:
    page = signed_in_as(world.manager).get(f"/graduates/{world.people['周一']}").text

    assert "会计学（120203）" in page
    assert [row[1] for row in rows_of(page)] == ["出纳", "文员"]
    assert "周一" not in page


def test_the_household_is_shown_to_who_may_see_it(world: World, signed_in_as: SignInAs) -> None:
    page = signed_in_as(world.caseworker).get(f"/graduates/{world.people['吴二']}").text

    assert "深度困难，零就业家庭" in page


def test_reasons_of_a_posting_open_with_and_without_a_script(
    world: World, signed_in_as: SignInAs
) -> None:
    client, person = signed_in_as(world.manager), world.people["周一"]

    whole = client.get(f"/graduates/{person}?open={world.posting}").text
    part = client.get(f"/graduates/{person}/postings/{world.posting}").text

    for page in (whole, part):
        assert "会计学：岗位写明该专业" in page


def test_a_number_is_shown_once_upon_a_reason_and_written_into_the_trail(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    client, person = signed_in_as(world.caseworker), world.people["周一"]
    with reading(sqlite_factory) as session:
        phone = sealing.open_sealed(session, graduate_of(session, world, "周一"), "phone")
    assert phone is not None

    answer = client.submit(f"/graduates/{person}/number", field="phone", reason="回访核实意向")
    again = client.get(f"/graduates/{person}")

    assert phone in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert phone not in again.text
    with reading(sqlite_factory) as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "number.revealed")
        ).one()
    assert entry.details["reason"] == "回访核实意向"


@pytest.mark.parametrize("reason", ["", "无"])
def test_no_number_without_a_reason(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory, reason: str
) -> None:
    client, person = signed_in_as(world.caseworker), world.people["周一"]
    with reading(sqlite_factory) as session:
        phone = sealing.open_sealed(session, graduate_of(session, world, "周一"), "phone")
    assert phone is not None

    answer = client.submit(f"/graduates/{person}/number", field="phone", reason=reason)

    assert answer.status_code == 422
    assert phone not in answer.text
    with reading(sqlite_factory) as session:
        revealed = sa.select(AuditEntry.number).where(AuditEntry.action == "number.revealed")
        assert session.scalars(revealed).all() == []


def test_somebody_of_another_tree_answers_like_a_missing_one(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        elsewhere = make_actor(session, Role.CASEWORKER, union=make_union(session))
    person = world.people["周一"]

    assert (
        signed_in_as(world.caseworker).get(f"/graduates/{world.people['王五']}").status_code == 404
    )
    assert signed_in_as(elsewhere).get(f"/graduates/{person}").status_code == 404
    answer = signed_in_as(elsewhere).submit(
        f"/graduates/{person}/number", field="phone", reason="回访核实意向"
    )
    assert answer.status_code == 404


def test_the_sheet_of_a_graduate_equals_the_screen(world: World, signed_in_as: SignInAs) -> None:
    client, person = signed_in_as(world.manager), world.people["周一"]
    shown = rows_of(client.get(f"/graduates/{person}").text)

    answer = client.submit(f"/graduates/{person}/sheet")

    kept = list(sheet_rows(openpyxl.load_workbook(io.BytesIO(answer.data)).active))
    assert len(kept) == len(shown)
    for cells, pieces in zip(kept, shown, strict=True):
        text = " ".join(pieces).replace(",", "")
        assert [c for c in cells if str(c or "").replace(",", "") not in text] == []


def test_who_left_the_drive_is_told_to_be_out_of_the_ranking(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        graduate = graduate_of(session, world, "周一")
        entry = session.scalars(
            sa.select(DriveEntry).where(DriveEntry.graduate_id == graduate.id)
        ).one()
        entry.left_at = entry.entered_at

    client = signed_in_as(world.manager)
    page = client.get(f"/graduates/{world.people['周一']}").text
    why = client.get(f"/postings/{world.posting}?who={world.people['周一']}").text

    assert "已退出这次活动" in page
    assert "不参加排序：已退出这次活动" in why


def test_why_a_posting_is_missing_names_the_condition(world: World, signed_in_as: SignInAs) -> None:
    page = signed_in_as(world.manager).get(f"/graduates/{world.people['冯宁']}?which=出纳").text

    assert "不在名单：专业不符" in page
