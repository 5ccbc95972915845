"""The pages of a fair: entering, sessions, permits and plan, announcing, cancelling, copying."""

import datetime as dt
import io

import segno
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.fairs import FairState
from matcher.models.drives import Drive
from matcher.models.fair_paperwork import FairDocument, FairFiling
from matcher.models.fairs import Fair, FairSession
from matcher.services.consents import seed_consent_texts
from tests.factories.fairs import (
    make_fair,
    make_fair_employer,
    make_session,
)
from tests.support.pages import PageClient
from tests.web.cohort_world import TODAY, Enter, Office, enter, office, send
from web.fair_tabs import TABS
from web.words.fairs import STEPS

WORLD = (enter, office)
SOON = TODAY + dt.timedelta(days=40)

FACTS = {
    "title": "毕业生冬季招聘会",
    "channel": "on_site",
    "first_on": SOON.isoformat(),
    "venue_name": "市体育馆",
    "venue_address": "银川市金凤区人民广场东街 1 号",
    "venue_region": "640106",
    "venue_capacity": "3000",
    "expected_people": "1500",
    "enquiries": "0951-1234567",
}


def _picture() -> bytes:
    """Return a small picture."""
    drawn = io.BytesIO()
    segno.make("plan").save(drawn, kind="png")
    return drawn.getvalue()


def _create(client: PageClient, office: Office, **changes: str) -> int:
    return send(client, "/fairs", **(FACTS | changes), drive=str(office.drive_id))


def _fair(factory: SessionFactory) -> Fair:
    with reading(factory) as session:
        return session.scalars(sa.select(Fair)).one()


def test_an_organiser_brings_a_fair_from_its_form_to_its_public_page(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    client = enter(Role.FAIR_ORGANISER)

    made = _create(client, office)
    fair = _fair(sqlite_factory)
    home = client.get(f"/fairs/{fair.public_id}").text
    hidden = client.get(f"/f/{fair.token}").status_code
    early = send(client, f"/fairs/{fair.public_id}/announce")
    held = send(
        client,
        f"/fairs/{fair.public_id}/sessions",
        name="上午场",
        held_on=SOON.isoformat(),
        begins="09:00",
        ends="12:00",
        opens_minutes_before="30",
        approved_number="900",
    )
    announced = send(client, f"/fairs/{fair.public_id}/announce")
    public = client.get(f"/f/{fair.token}")

    assert (made, hidden, early, held, announced) == (303, 404, 409, 303, 303)
    assert "还没有场次" in home
    assert "县级公安机关" in home
    assert "毕业生冬季招聘会" in public.text
    assert "谁都可以来" in public.text


def test_a_wrong_fair_comes_back_with_what_was_typed(enter: Enter, office: Office) -> None:
    client = enter(Role.FAIR_ORGANISER)
    data = FACTS | {"title": "困难家庭专场", "csrf_token": client.token(), "drive": office.drive_id}

    answer = client.post("/fairs", data=data)

    assert answer.status_code == 422
    assert "困难家庭专场" in answer.text
    assert "对外公开，不能出现" in answer.text


def test_a_permit_is_filed_answered_and_its_number_stops_the_session(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    client = enter(Role.FAIR_ORGANISER)
    _create(client, office)
    fair = _fair(sqlite_factory)
    with transaction(sqlite_factory) as session:
        row = session.get_one(Fair, fair.id)
        held = make_session(session, row, approved_number=None)
        number = held.public_id
    base = f"/fairs/{fair.public_id}/permits"

    filed = send(
        client,
        f"{base}/filings",
        rule="large_event",
        authority="县公安局",
        filed_on=TODAY.isoformat(),
    )
    again = send(
        client,
        f"{base}/filings",
        rule="large_event",
        authority="县公安局",
        filed_on=TODAY.isoformat(),
    )
    with reading(sqlite_factory) as session:
        filing = session.scalars(sa.select(FairFiling)).one()
    bare = send(
        client,
        f"{base}/filings/{filing.public_id}/decision",
        outcome="approved",
        decided_on=TODAY.isoformat(),
        document_number="公许〔2026〕1 号",
    )
    given = send(
        client,
        f"{base}/filings/{filing.public_id}/decision",
        **{
            "outcome": "approved",
            "decided_on": TODAY.isoformat(),
            "document_number": "公许〔2026〕1 号",
            f"number-{number}": "1500",
        },
    )
    page = client.get(base).text

    assert (filed, again, bare, given) == (303, 409, 422, 303)
    assert "公许〔2026〕1 号" in page
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(FairSession.approved_number)).one() == 1500


def test_the_nine_parts_of_the_plan_are_written_one_by_one_and_printed(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    client = enter(Role.FAIR_ORGANISER)
    _create(client, office)
    base = f"/fairs/{_fair(sqlite_factory).public_id}/permits"

    empty = send(client, f"{base}/plan/fire", text="", is_done="true")
    written = send(client, f"{base}/plan/fire", text="灭火器 20 个", who="消防组", is_done="true")
    stale = send(client, f"{base}/plan/fire", text="灭火器 30 个", who="消防组")
    page = client.get(base).text
    printed = client.get(f"{base}/plan.pdf")

    assert (empty, written, stale) == (422, 303, 409)
    assert page.count("还没有写") == 8
    assert "已落实，消防组" in page
    assert printed.data.startswith(b"%PDF")


def test_a_cancelled_fair_says_why_and_takes_nobody(
    sqlite_factory: SessionFactory, enter: Enter, client: PageClient, office: Office
) -> None:
    organiser = enter(Role.FAIR_ORGANISER)
    _create(organiser, office)
    fair = _fair(sqlite_factory)
    with transaction(sqlite_factory) as session:
        row = session.get_one(Fair, fair.id)
        make_session(session, row)
        row.state = FairState.ANNOUNCED
        seed_consent_texts(session)

    silent = send(organiser, f"/fairs/{fair.public_id}/cancel", reason="")
    done = send(organiser, f"/fairs/{fair.public_id}/cancel", reason="大雪，道路封闭")
    page = client.get(f"/f/{fair.token}").text

    assert (silent, done) == (422, 303)
    assert "大雪，道路封闭" in page
    assert "我要报名" not in page
    assert "现在不接收报名" in client.get(f"/f/{fair.token}/register").text


def test_the_calendar_shows_a_fair_on_each_of_its_days(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    day = clock.today().replace(day=10)
    with transaction(sqlite_factory) as session:
        make_fair(
            session,
            session.get_one(Drive, office.drive_id),
            title="三天的招聘会",
            first_on=day,
            last_on=day + dt.timedelta(days=2),
        )

    page = enter(Role.CASEWORKER).get(f"/fairs/calendar?month={day:%Y-%m}").text

    assert page.count("三天的招聘会") == 3


def test_a_new_fair_like_an_earlier_one_has_its_sessions_and_none_of_its_people(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    client = enter(Role.FAIR_ORGANISER)
    _create(client, office)
    fair = _fair(sqlite_factory)
    with transaction(sqlite_factory) as session:
        row = session.get_one(Fair, fair.id)
        make_session(session, row)
        make_fair_employer(session, row)
    later = SOON + dt.timedelta(days=7)

    past = send(client, f"/fairs/{fair.public_id}/copy", title="再来一场", first_on="2020-01-01")
    made = send(
        client, f"/fairs/{fair.public_id}/copy", title="再来一场", first_on=later.isoformat()
    )

    assert (past, made) == (422, 303)
    with reading(sqlite_factory) as session:
        copied = session.scalars(sa.select(Fair).where(Fair.title == "再来一场")).one()
        held = session.scalars(sa.select(FairSession).where(FairSession.fair_id == copied.id)).one()
        assert held.held_on == later
        assert copied.state is FairState.DRAFT


def test_a_caseworker_reads_a_fair_and_changes_nothing(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    _create(enter(Role.FAIR_ORGANISER), office)
    public_id = _fair(sqlite_factory).public_id
    client = enter(Role.CASEWORKER)

    page = client.get(f"/fairs/{public_id}").text

    assert "修改信息" not in page
    assert client.get(f"/fairs/{public_id}/edit").status_code == 403
    assert client.get("/fairs").status_code == 200


def test_a_poster_carries_the_address_of_the_public_page(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    client = enter(Role.FAIR_ORGANISER)
    _create(client, office)

    answer = client.get(f"/fairs/{_fair(sqlite_factory).public_id}/poster.pdf")

    assert answer.data.startswith(b"%PDF")
    assert "poster" in answer.headers["Content-Disposition"]


def test_a_scan_stands_beside_its_part_until_it_is_taken_off(
    sqlite_factory: SessionFactory, enter: Enter, office: Office
) -> None:
    client = enter(Role.FAIR_ORGANISER)
    _create(client, office)
    fair = _fair(sqlite_factory)
    base = f"/fairs/{fair.public_id}"

    def hand_in(content: bytes) -> int:
        data = {
            "csrf_token": client.token(),
            "name": "场馆平面图",
            "part": "fire",
            "content": (io.BytesIO(content), "plan.png"),
        }
        return client.post(f"{base}/documents", data=data).status_code

    wrong = hand_in(b"<script>")
    kept = hand_in(_picture())
    with reading(sqlite_factory) as session:
        number = session.scalars(sa.select(FairDocument.public_id)).one()
    read = client.post(f"{base}/documents/{number}/file", data={"csrf_token": client.token()})
    shown = client.get(f"{base}/permits").text
    removed = send(client, f"{base}/documents/{number}/remove")

    assert (wrong, kept, removed) == (422, 303, 303)
    assert read.data == _picture()
    assert "场馆平面图" in shown
    assert "场馆平面图" not in client.get(f"{base}/permits").text


def test_every_tab_and_step_of_a_fair_names_a_page_that_exists(client: PageClient) -> None:
    named = {endpoint for endpoint, _, _ in TABS} | {step[2] for step in STEPS.values()}

    assert named <= set(client.application.view_functions)
