"""A drive with postings and graduates, ranked in this process: what the ranking pages are tried on."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import EducationLevel, HardshipTier, MajorLevel, Role, SeatClass
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankingChunk
from matcher.services import ranking_runs
from matcher.services.permissions import SYSTEM, Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_employer, make_posting
from workers import ranking
from workers.runner import JobContext

ACCOUNTING = (MajorLevel.BACHELOR, "会计学", "120203")
FINANCE = (MajorLevel.BACHELOR, "财务管理", "120204")
SOFTWARE = (MajorLevel.BACHELOR, "软件工程", "080902")

DUTIES = "负责日常账务处理，编制财务报表，申报纳税"


@dataclass(frozen=True)
class World:
    """Numbers and public numbers of what was made."""

    drive_id: int
    union_id: int
    manager: Actor
    caseworker: Actor
    organiser: Actor
    posting: str
    posting_id: int
    open_ended: str
    people: dict[str, str]
    """Public numbers of graduates by name."""


def make_world(factory: SessionFactory) -> World:
    """Make a world and rank it.

    周一 fits best; 吴二 less, of a zero-employment household; 郑三 like 吴二 without one; 冯宁 studied software;
    王五 withdrew nothing but is of another union.
    """
    with transaction(factory) as session:
        union = make_union(session)
        drive = make_drive(session, union)
        employer = make_employer(session, union, name="滨海会计师事务所")
        posting = make_posting(
            session,
            drive,
            employer,
            reserved={SeatClass.HARDSHIP: 1},
            title="出纳",
            headcount=3,
            duties=DUTIES,
            requirement={"混合": "会计学、财务管理"},
        )
        loose = make_posting(
            session,
            drive,
            employer,
            title="文员",
            requirement={"混合": "会计学等相关专业"},
            incomplete=["基本劳动报酬"],
            pay_low_yuan=None,
            pay_high_yuan=None,
        )
        people = _people(session, union, drive)
        world = World(
            drive_id=drive.id,
            union_id=union.id,
            manager=make_actor(session, Role.DRIVE_MANAGER, union=union),
            caseworker=make_actor(session, Role.CASEWORKER, union=union),
            organiser=make_actor(session, Role.FAIR_ORGANISER, union=union),
            posting=posting.public_id,
            posting_id=posting.id,
            open_ended=loose.public_id,
            people=people,
        )
    rank(factory, world.drive_id)
    return world


OWN_WORDS = "账房类、汉语言文学"
"""A requirement with a word only its issuer (甲市人社局) uses."""


def make_world_of_own_words(factory: SessionFactory) -> World:
    """Make a world whose first posting has the text OWN_WORDS of an issuer."""
    made = make_world(factory)
    with transaction(factory) as session:
        posting = posting_of(session, made)
        posting.requirement, posting.issuer = {"混合": OWN_WORDS}, "甲市人社局"
    rank(factory, made.drive_id)
    return made


def _people(session: Session, union: Union, drive: Drive) -> dict[str, str]:
    zero = make_household(session, union, tier=HardshipTier.DEEP, zero_employment=True)
    other = make_union(session)
    wanted = (
        ("周一", ACCOUNTING, None, "编制财务报表，申报纳税", union),
        ("吴二", FINANCE, zero, "账务处理", union),
        ("郑三", FINANCE, None, "账务处理", union),
        ("冯宁", SOFTWARE, None, "写程序", union),
        ("王五", ACCOUNTING, None, "", other),
    )
    made = {}
    for name, major, household, about, home in wanted:
        graduate = make_graduate(
            session,
            home,
            household=household,
            major=major,
            name=name,
            about=about,
            education=EducationLevel.BACHELOR,
        )
        make_entry(session, drive, graduate)
        made[name] = graduate.public_id
    return made


def rank(factory: SessionFactory, drive_id: int) -> int:
    """Rank a drive by the job bodies, without a worker; return the run."""
    with transaction(factory) as session:
        run_id = ranking_runs.request_run(session, SYSTEM, drive_id).id
    context = JobContext(factory, job_id=0, token="", attempt=1)
    ranking.prepare_run(context, run_id=run_id)
    with reading(factory) as session:
        chunks = session.execute(
            sa.select(RankingChunk.side, RankingChunk.row_start)
            .where(RankingChunk.run_id == run_id)
            .order_by(RankingChunk.side, RankingChunk.row_start)
        ).all()
    for side, start in chunks:
        ranking.rank_chunk(context, run_id=run_id, side=side.value, row_start=start)
    ranking.finish_run(context, run_id=run_id)
    return run_id


def graduate_of(session: Session, world: World, name: str) -> Graduate:
    """Return a graduate of the world."""
    return session.scalars(
        sa.select(Graduate).where(Graduate.public_id == world.people[name])
    ).one()


def posting_of(session: Session, world: World) -> Posting:
    """Return the posting with the two lists."""
    return session.get_one(Posting, world.posting_id)
