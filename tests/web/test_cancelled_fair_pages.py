"""A cancelled fair: whoever still opens its wall or a booth's code reads that it is off, and nothing else."""

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.fairs import FairState
from matcher.models.employers import Employer
from matcher.models.fair_papers import FairPrint
from matcher.models.fairs import Booth, Fair
from matcher.models.jobs import Job
from matcher.models.postings import Posting
from tests.factories.fair_hall import HallWorld, make_hall_world
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

OFF = "这场招聘会取消了"


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> HallWorld:
    with transaction(sqlite_factory) as session:
        made = make_hall_world(session)
        fair = session.get_one(Fair, made.fair.id)
        fair.state, fair.cancelled_because = FairState.CANCELLED, "场地检修"
        session.flush()
        session.expunge_all()
    return made


def test_wall_and_booth_of_a_cancelled_fair_say_that_it_is_off_and_nothing_else(
    client: PageClient, world: HallWorld, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        world.session = session
        code = world.code()
        employer = session.get_one(Employer, world.place.employer_id).name
        posting = session.get_one(Posting, world.posting.id).title
        queue = f"/q/{session.scalars(sa.select(Booth.public_id)).one()}"
    wall = f"/f/{world.fair.token}/wall"

    shown = [client.get(one) for one in (wall, f"{wall}/figures", queue)]
    refused = client.submit(f"{queue}/number", code=code)

    assert [one.status_code for one in (*shown, refused)] == [200, 200, 200, 409]
    for answer in (*shown, refused):
        assert OFF in answer.text
        assert "场地检修" in answer.text
        told = (employer, posting, code, "取号", "已入场", "达成意向")
        assert [word for word in told if word in answer.text] == []
    assert "hx-get" not in shown[1].text


def test_the_own_booth_of_a_cancelled_fair_leads_to_the_page_that_says_so(
    world: HallWorld, signed_in_as: SignInAs
) -> None:
    agent = signed_in_as(world.agent)

    led = agent.get(f"/my-fairs/{world.place.public_id}/booth")

    assert led.headers["Location"] == f"/my-fairs/{world.fair.public_id}"
    assert OFF in agent.get(led.headers["Location"]).text
    assert agent.get("/my-fairs/nothing/booth").status_code == 404


_NO_MORE = "这场招聘会取消了，不再打印，也不再排路线和展位。报告和名单还能看。"


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        *[("prints", {"kind": one}) for one in ("booklet", "booklet_word", "posters", "cards")],
        ("guests/slips", {"part": "1"}),
        ("guests/routes", {}),
    ],
)
def test_papers_for_the_day_and_routes_of_a_cancelled_fair_are_refused(
    world: HallWorld,
    signed_in_as: SignInAs,
    sqlite_factory: SessionFactory,
    act: str,
    fields: dict[str, str],
) -> None:
    answer = signed_in_as(world.organiser).submit(f"/fairs/{world.fair.public_id}/{act}", **fields)

    assert answer.status_code == 409
    assert _NO_MORE in answer.text
    with reading(sqlite_factory) as session:
        made = [
            session.scalar(sa.select(sa.func.count()).select_from(one)) for one in (FairPrint, Job)
        ]
    assert made == [0, 0]


def test_poster_and_booth_plan_of_a_cancelled_fair_are_refused(
    world: HallWorld, signed_in_as: SignInAs
) -> None:
    organiser, fair = signed_in_as(world.organiser), f"/fairs/{world.fair.public_id}"

    answers = [
        organiser.get(f"{fair}/poster.pdf"),
        organiser.get(f"{fair}/plan/print"),
        organiser.submit(f"{fair}/plan/compute", scope="all"),
    ]

    assert [one.status_code for one in answers] == [409] * 3


def test_pages_of_a_cancelled_fair_offer_no_paper_and_say_why_and_keep_what_must_be_kept(
    world: HallWorld, signed_in_as: SignInAs
) -> None:
    organiser, fair = signed_in_as(world.organiser), f"/fairs/{world.fair.public_id}"

    pages = {one: organiser.get(f"{fair}/{one}") for one in ("prints", "guests", "plan")}
    kept = [organiser.get(f"{fair}/{one}") for one in ("report", "intents", "door/log", "paper")]
    table = organiser.submit(f"{fair}/prints", kind="posts")

    assert [one.status_code for one in pages.values()] == [200] * 3
    for page in pages.values():
        assert "不再打印，也不再排路线和展位" in page.text
        offered = (
            "岗位汇编（PDF）",
            "guests/slips",
            "重排全部路线",
            "计算方案",
            "plan/print",
            'value="cards"',
        )
        assert [words for words in offered if words in page.text] == []
    assert 'value="posts"' in pages["prints"].text
    assert [one.status_code for one in kept] == [200] * 4
    assert table.status_code == 303
