"""The pages of phases and of whom a drive counts: what they show and change."""

import datetime as dt

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading
from matcher.kinds import Role
from matcher.kinds.cohorts import CohortActKind, LeaveReason, PhaseKind
from matcher.models.cohorts import Census, CohortAct, DrivePhase
from tests.support.pages import PageClient
from tests.web.cohort_world import TODAY, Enter, Office, enter, office, send

WORLD = (enter, office)


def _take(client: PageClient, office: Office) -> None:
    assert send(client, f"/drives/{office.drive_id}/cohort/census") == 303


def test_the_preview_says_what_the_button_freezes(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    client = enter(Role.DRIVE_MANAGER)
    address = f"/drives/{office.drive_id}/cohort"

    before = client.get(address).text
    _take(client, office)
    after = client.get(address).text

    assert "固定 1 人为统计人群" in before
    assert "计入统计 1 人 − 签约或升学 0 人 ＝ 需援助 1 人" in after
    assert "张*辰" in after
    assert "张小辰" not in after
    assert "深度困难" in after
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(Census.n_people)) == 1


def test_taking_it_twice_says_that_it_was_taken(enter: Enter, office: Office) -> None:
    client = enter(Role.DRIVE_MANAGER)
    _take(client, office)
    _take(client, office)

    assert "统计人群已经固定" in client.get(f"/drives/{office.drive_id}/cohort").text


def test_a_caseworker_reads_the_list_and_takes_no_census(enter: Enter, office: Office) -> None:
    _take(enter(Role.DRIVE_MANAGER), office)
    client = enter(Role.CASEWORKER)

    page = client.get(f"/drives/{office.drive_id}/cohort?show=outside")

    assert "没有在档的档案" in page.text
    assert send(client, f"/drives/{office.drive_id}/cohort/census") == 403


def test_an_organiser_reads_phases_and_nothing_of_people(enter: Enter, office: Office) -> None:
    client = enter(Role.FAIR_ORGANISER)

    phases = client.get(f"/drives/{office.drive_id}/phases")

    assert phases.status_code == 200
    assert "统计人群</a>" not in phases.text
    assert client.get(f"/drives/{office.drive_id}/cohort").status_code == 403


def test_leaving_asks_a_reason_says_what_it_does_and_is_undone(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    client = enter(Role.DRIVE_MANAGER)
    _take(client, office)
    address = f"/drives/{office.drive_id}/cohort/{office.person}"

    page = client.get(address).text
    silent = send(client, f"{address}/leave", reason="")
    left = send(client, f"{address}/leave", reason="moved", words="去外省")
    shown = client.get(f"/drives/{office.drive_id}/cohort?show=left").text
    back = send(client, f"{address}/return")

    assert "转入其他地区的活动（不再计入分母）" in page
    assert "本人不愿参加（仍在分母）" in page
    assert (silent, left, back) == (422, 303, 303)
    assert "不再计入分母" in shown
    assert "去外省" not in shown
    with reading(sqlite_factory) as session:
        acts = session.scalars(sa.select(CohortAct).order_by(CohortAct.id)).all()
        assert [act.kind for act in acts] == [
            CohortActKind.COUNTED,
            CohortActKind.LEFT,
            CohortActKind.RETURNED,
        ]
        assert acts[1].reason is LeaveReason.MOVED


def test_a_correction_shows_what_stood_and_what_stands(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    client = enter(Role.DRIVE_MANAGER)
    _take(client, office)
    address = f"/drives/{office.drive_id}/cohort/{office.person}"
    with reading(sqlite_factory) as session:
        row = session.scalar(sa.select(CohortAct.id))
    fields = {"standing": "signed", "tier": "deep", "union_id": office.union.id, "row": row}

    silent = send(client, f"{address}/correct", **fields, words="")
    done = send(client, f"{address}/correct", **fields, words="看了三方协议")
    stale = send(client, f"{address}/correct", **fields, words="再改一次")
    page = client.get(address).text

    assert (silent, done, stale) == (422, 303, 409)
    assert "看了三方协议" in page
    assert "未摸清" in page


def test_phases_are_offered_saved_and_refused_with_what_was_typed(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    client = enter(Role.DRIVE_MANAGER)
    address = f"/drives/{office.drive_id}/phases"
    day = TODAY.isoformat()
    fields = {f"{kind.value}_{end}": day for kind in PhaseKind for end in ("from", "until")}

    offered = client.get(address).text
    wrong = client.post(
        address,
        data={
            "csrf_token": client.token(),
            **fields,
            "survey_until": (TODAY - dt.timedelta(days=1)).isoformat(),
        },
    )
    saved = send(client, address, **fields, census_on=day)

    assert "参考依据：银川市总工会" in offered
    assert wrong.status_code == 422
    assert "结束日期不能早于开始日期" in wrong.text
    assert saved == 303
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count(DrivePhase.id))) == 3
