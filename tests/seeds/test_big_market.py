"""A market straight in a database: as many rows as asked for, the shares that are said, and a drive that ranks."""

import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading
from matcher.kinds import DriveState, ListSide, Mobility
from matcher.models.drives import Drive
from matcher.models.graduates import Intent
from matcher.models.postings import Posting, Seat
from matcher.models.ranking_runs import RankedList
from matcher.services.ranking_facts import graduate_facts, posting_facts
from seeds.big_market import fill_market
from tests.factories.ranked_drives import rank


def test_everybody_of_the_market_takes_part_and_the_drive_goes_on_counting(
    session_factory: SessionFactory,
) -> None:
    drive_id = fill_market(session_factory, graduates=300, postings=40, seed=2)

    with reading(session_factory) as session:
        drive = session.get_one(Drive, drive_id)
        people = list(graduate_facts(session, drive_id))
        offers = list(posting_facts(session, drive_id, clock.today()))
        seats = session.scalar(sa.select(sa.func.sum(Posting.headcount)))
        assert session.scalar(sa.select(sa.func.count(Seat.id))) == seats
    assert (len(people), len(offers), drive.state) == (300, 40, DriveState.OPEN)
    assert (drive.next_entry_number, drive.next_posting_number) == (301, 41)
    assert {facts.priority_rank for facts in people} >= {0, 3, 4}
    assert any(len(facts.majors) == 2 for facts in people)
    assert len({facts.text for facts in people}) > 290


def test_the_same_seed_gives_the_same_market_in_another_drive(
    sqlite_factory: SessionFactory,
) -> None:
    first, second = (
        fill_market(sqlite_factory, graduates=40, postings=10, seed=seed) for seed in (5, 5)
    )

    with reading(sqlite_factory) as session:
        wishes = [
            [(f.places, f.occupations, f.text) for f in graduate_facts(session, drive_id)]
            for drive_id in (first, second)
        ]
    assert first != second
    assert wishes[0] == wishes[1]


def test_half_stay_where_they_say_and_three_in_ten_postings_take_any_major(
    sqlite_factory: SessionFactory,
) -> None:
    fill_market(sqlite_factory, graduates=1_500, postings=600, seed=1)

    with reading(sqlite_factory) as session:
        listed = sa.select(sa.func.count()).where(Intent.mobility == Mobility.LISTED)
        assert abs((session.scalar(listed) or 0) / 1_500 - 0.5) < 0.05
        texts = list(session.scalars(sa.select(Posting.requirement)))
    assert abs(sum(text == {"混合": "不限"} for text in texts) / 600 - 0.3) < 0.07


def test_a_market_ranks(sqlite_factory: SessionFactory) -> None:
    drive_id = fill_market(sqlite_factory, graduates=60, postings=20, seed=4)

    run_id = rank(sqlite_factory, drive_id)

    with reading(sqlite_factory) as session:
        found = sa.select(sa.func.sum(RankedList.length)).where(
            RankedList.run_id == run_id, RankedList.side == ListSide.GRADUATE
        )
        assert (session.scalar(found) or 0) > 0
