"""The pages of service events, marks of employers, public-welfare posts and start-ups: what they show and change."""

import datetime as dt

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.placements import PlacementStep
from matcher.models.postings import Posting
from matcher.models.service_events import BusinessEffect, EmployerMark, ServiceEvent
from tests.factories.cohorts import make_event
from tests.factories.placements import make_placement
from tests.web.cohort_world import TODAY, Enter, Office, enter, office, send

WORLD = (enter, office)


def test_an_event_is_entered_corrected_and_withdrawn_by_an_organiser(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    client = enter(Role.FAIR_ORGANISER)
    facts = {
        "kind": "fair",
        "channel": "livestream",
        "title": "直播带岗",
        "happened_on": TODAY.isoformat(),
        "n_posts": "120",
    }

    made = send(client, "/events", **facts, drive=office.drive_id)
    with reading(sqlite_factory) as session:
        event = session.scalars(sa.select(ServiceEvent)).one()
        public_id, row = event.public_id, event.id
    listed = client.get("/events").text
    silent = send(client, f"/events/{public_id}/correct", **facts, row=row, why="")
    done = send(
        client, f"/events/{public_id}/correct", **(facts | {"n_posts": "80"}), row=row, why="数错"
    )
    stale = send(client, f"/events/{public_id}/void", row=row, why="重复")
    voided = send(client, f"/events/{public_id}/void", why="重复")
    page = client.get(f"/events/{public_id}").text

    assert (made, silent, done, stale, voided) == (303, 422, 303, 409, 303)
    assert "展示岗位 120 个次" in listed
    assert "已作废，不计入" in page
    assert "还没有登记服务活动" in client.get("/events").text


def test_a_wrong_event_comes_back_with_what_was_typed(enter: Enter, office: Office) -> None:
    client = enter(Role.CASEWORKER)
    data = {
        "csrf_token": client.token(),
        "drive": office.drive_id,
        "kind": "fair",
        "channel": "on_site",
        "title": "招聘会甲",
        "happened_on": (TODAY + dt.timedelta(days=2)).isoformat(),
    }

    answer = client.post("/events", data=data)

    assert answer.status_code == 422
    assert "招聘会甲" in answer.text
    assert "活动日期不能晚于今天" in answer.text


def test_filters_of_events_stand_in_the_address(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    with transaction(sqlite_factory) as session:
        union = session.get_one(Union, office.union.id)
        drive = session.get_one(Posting, 1).drive_id
        make_event(session, union, None, drive_id=drive)

    page = enter(Role.CASEWORKER).get("/events?kind=policy_talk").text

    assert "没有这样的活动" in page


def test_marks_of_an_employer_are_set_and_withdrawn(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    client = enter(Role.DRIVE_MANAGER)
    address = f"/employers/{office.employer_id}"
    fields = {"kind": "model_worker", "from_on": "2024-05-01"}

    silent = send(client, f"{address}/marks", **fields, source="")
    made = send(client, f"{address}/marks", **fields, source="2024 年名单")
    shown = client.get(address).text
    with reading(sqlite_factory) as session:
        mark = session.scalar(sa.select(EmployerMark.id))
    gone = send(client, f"{address}/marks/{mark}/withdraw")

    assert (silent, made, gone) == (422, 303, 303)
    assert "2024 年名单" in shown
    assert "2024 年名单" not in client.get(address).text


def test_a_posting_is_named_one_of_public_welfare_by_the_manager_alone(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    address = f"/postings/{office.posting}/public-welfare"

    refused = send(enter(Role.CASEWORKER), address, is_one="yes")
    client = enter(Role.DRIVE_MANAGER)
    done = send(client, address, is_one="yes")

    assert (refused, done) == (403, 303)
    assert "不算公益性岗位" in client.get(f"/postings/{office.posting}").text
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(Posting.is_public_welfare))


def test_a_start_up_says_how_many_it_gives_work_to(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    with transaction(sqlite_factory) as session:
        person = session.scalars(
            sa.select(Graduate).where(Graduate.public_id == office.person)
        ).one()
        placement = make_placement(session, person, destination_code="75").public_id
    client = enter(Role.CASEWORKER)
    address = f"/placements/{placement}/effects"
    fields = {"n_jobs": "4", "seen_on": TODAY.isoformat()}

    early = send(client, address, **(fields | {"seen_on": "2020-01-01"}), evidence="合同")
    done = send(client, address, **fields, evidence="社保缴费名单")

    assert (early, done) == (422, 303)
    assert "4 人" in client.get(f"/placements/{placement}").text
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(BusinessEffect.n_jobs)) == 4


def test_a_placement_at_a_public_welfare_post_says_so_in_its_log(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    client = enter(Role.CASEWORKER)
    data = {
        "graduate": office.person,
        "destination": "graduate_destination:12",
        "started_on": TODAY.isoformat(),
        "employer_name": "某社区",
        "is_helped": "on",
        "is_public_welfare": "on",
        "reason": "已电话核对",
    }

    assert send(client, "/placements", **data) == 303

    with reading(sqlite_factory) as session:
        facts = session.scalars(sa.select(PlacementStep.facts)).one()
    assert facts["is_public_welfare"]
    assert facts["is_helped"]
    assert facts["is_outcome"]
    assert facts["signed_on"] is None
