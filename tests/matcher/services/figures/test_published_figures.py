"""Published figures come out of records built to them: 2009 (national, at 1/1000) and Shandong 2017 (full)."""

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.services.figures.counting import count_figures
from matcher.services.figures.moments import Moment
from matcher.services.figures.rows import list_rows
from tests.factories.accounts import make_account
from tests.factories.figure_logs import LogWriter, at
from tests.factories.random_logs import CENSUS, CLOSES, OPENS, LogWorld, make_log_world

END = Moment(OPENS, CLOSES, at(CLOSES + dt.timedelta(days=1), 0))


def _writer(session: Session) -> tuple[LogWorld, LogWriter]:
    world = make_log_world(session)
    account = make_account(session)
    writer = LogWriter(session, drive_id=world.drive.id, account_id=account.id, day=CENSUS)
    return world, writer


def _spread(total: int, parts: int) -> Iterator[int]:
    """Share a number out evenly: the shares add up to it."""
    for n in range(parts):
        yield total * (n + 1) // parts - total * n // parts


def test_2009_arithmetic_at_a_thousandth(session: Session) -> None:
    world, writer = _writer(session)
    for n in range(192):
        union = world.unions[n % 6]
        person = writer.graduate(union)
        standing = "signed" if n < 20 else "further_study" if n < 33 else "seeking"
        writer.cohort(person, union, standing=standing)
        if 33 <= n < 33 + 141:
            writer.act(person, union, "guidance")
            writer.verified(person, union, CENSUS + dt.timedelta(days=20))
    writer.write()

    figures = count_figures(session, world.manager, world.drive.id, world.unions[0], END).values

    assert figures["graduates"].value == 192
    assert (figures["signed"].value or 0) + (figures["study"].value or 0) == 33
    assert (figures["need_help"].value, figures["helped"].value) == (159, 141)
    assert figures["helped_rate"].value == 8868, "88.7 %"
    assert figures["overall_rate"].value == 9063, "90.6 %"


def _people(world: LogWorld, writer: LogWriter, n_people: int) -> list[tuple[int, int]]:
    found = []
    for n in range(n_people):
        union = world.unions[n % 6]
        person = writer.graduate(union)
        writer.cohort(person, union)
        found.append((person, union))
    return found


def _shandong(world: LogWorld, writer: LogWriter) -> None:
    """Write the line of 2017; a tenth of the people shares the services, as 人次 outnumber 人."""
    people = _people(world, writer, 6_731)
    courses = [writer.course(union) for union in world.unions]
    business = writer.course(world.unions[0], "business")
    for n in range(10_736):
        person, union = people[n % len(people)]
        course = courses[n // len(people)]
        training = writer.training(course, person, union, CENSUS)
        if n < 2_335:
            writer.certificate(training, CENSUS + dt.timedelta(days=30))
    for n in range(6_731):
        writer.act(*people[n], "business_guidance")
    for n in range(5_731):
        writer.training(business, *people[n], CENSUS)
    for n, n_jobs in enumerate(_spread(4_725, 945)):
        placement = writer.verified(*people[n], CENSUS, destination="graduate_destination:75")
        writer.put(
            "business_effect",
            placement_id=placement,
            n_jobs=n_jobs,
            happened_on=CENSUS,
            evidence="社保名单",
            entered_at=at(CENSUS),
        )
    for n in range(322):
        writer.event(world.unions[n % 6], "fair" if n % 2 else "guidance")
    _posts(world, writer)
    for n, amount in enumerate(_spread(50_590_000, 3_090)):
        person, union = people[n % 1_000]
        writer.entry(union, "union_job_search", amount, graduate_id=person)
    writer.write()


def _posts(world: LogWorld, writer: LogWriter) -> None:
    supplied = list(_spread(9_373, 400))
    sources = [{"unit_kind": "state_owned"}, {"is_public_welfare": True}, {}, {}]
    for n, seats in enumerate(supplied):
        employer = writer.employer(world.unions[n % 6])
        if n % 4 > 1:
            writer.put(
                "employer_mark",
                employer_id=employer,
                kind="model_worker" if n % 4 == 2 else "caring",
                from_on=OPENS,
                source="名单",
                entered_at=at(OPENS),
            )
        writer.posting(employer, seats, **sources[n % 4])
    for n, seats in enumerate(_spread(46_316 - 9_373, 1_200)):
        writer.posting(writer.employer(world.unions[n % 6]), seats)


def test_shandong_2017_at_full_scale(session: Session) -> None:
    world, writer = _writer(session)
    _shandong(world, writer)
    session.execute(sa.text("ANALYZE"))  # what the database does by itself after many rows

    figures = count_figures(session, world.manager, world.drive.id, world.unions[0], END).values

    expected = {
        "training_times": 10_736,
        "certificates": 2_335,
        "business_guidance_times": 6_731,
        "business_training_times": 5_731,
        "start_up_jobs": 4_725,
        "events": 322,
        "posts": 46_316,
        "job_aid_times": 3_090,
        "job_aid_fen": 505_900 * 100,
        "posts_supplied": 9_373,
    }
    assert {code: figures[code].value for code in expected} == expected
    assert figures["training_people"].value == 6_731
    for code, number in expected.items():
        found = list_rows(
            session, world.manager, world.drive.id, world.unions[0], END, code, limit=1
        )
        assert (code, found.quantity) == (code, number)
