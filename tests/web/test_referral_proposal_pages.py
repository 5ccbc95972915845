"""Proposing from ranked lists and by hand, looked at pair by pair, a result each; the seats of a posting."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ConsentPurpose, Role, SeatClass
from matcher.kinds.referrals import HoldEnd, ReferralState
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.postings import Seat
from matcher.models.referrals import HiddenEmployer, Referral, SeatHold
from tests.factories.accounts import make_actor, make_union
from tests.factories.referrals import make_consent, make_referral
from tests.support.pages import PageClient
from tests.web.ranking_world import World, graduate_of, make_world, posting_of

Enter = Callable[..., PageClient]


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    made = make_world(sqlite_factory)
    with transaction(sqlite_factory) as session:
        for graduate in session.scalars(sa.select(Graduate)):
            make_consent(session, graduate, ConsentPurpose.SERVICE)
    return made


@pytest.fixture
def client(world: World, signed_in_as: Enter) -> PageClient:
    return signed_in_as(world.caseworker)


def _pair(world: World, name: str) -> str:
    return f"{world.posting}:{world.people[name]}"


def _referrals(factory: SessionFactory) -> list[Referral]:
    with reading(factory) as session:
        return list(session.scalars(sa.select(Referral).order_by(Referral.id)))


def test_a_ranked_list_offers_to_refer_who_fits_and_nobody_who_is_to_be_confirmed(
    world: World, client: PageClient
) -> None:
    page = client.get(f"/postings/{world.posting}").get_data(as_text=True)
    maybe = client.get(f"/postings/{world.open_ended}?list=c").get_data(as_text=True)

    assert f'value="{_pair(world, "周一")}"' in page
    assert 'id="refer"' in page
    assert 'name="pair"' not in maybe


def test_the_graduates_list_offers_the_same(world: World, client: PageClient) -> None:
    page = client.get(f"/graduates/{world.people['周一']}").get_data(as_text=True)

    assert f'value="{_pair(world, "周一")}"' in page
    assert "还没有推荐过岗位" in page


def test_each_pair_is_looked_at_before_it_is_proposed(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        hiding = graduate_of(session, world, "郑三")
        employer_id = posting_of(session, world).employer_id
        session.add(
            HiddenEmployer(graduate_id=hiding.id, employer_id=employer_id, hidden_at=sa.func.now())
        )
        make_consent(
            session, graduate_of(session, world, "周一"), ConsentPurpose.DISCLOSURE, employer_id
        )
    pairs = [_pair(world, name) for name in ("周一", "吴二", "郑三", "冯宁", "王五")]

    page = client.get("/referrals/new", query_string={"pair": pairs}).get_data(as_text=True)

    assert "4 对，可以推荐 2 对" in page  # 王五 is another union's and not even counted
    assert "本人不愿被推荐到这家单位" in page
    assert "专业或条件不符合岗位要求" in page
    assert "其中预留 1 个" in page
    assert "已同意" in page
    assert _referrals(sqlite_factory) == []


def test_proposing_twice_leaves_one_referral_and_says_so(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    pairs = [_pair(world, "周一"), _pair(world, "冯宁")]

    first = client.submit("/referrals/new", pair=pairs).get_data(as_text=True)
    second = client.submit("/referrals/new", pair=pairs).get_data(as_text=True)

    assert "1 条已办，1 条没有办" in first
    assert "0 条已办，2 条没有办" in second
    assert "已有在办的推荐" in second
    (made,) = _referrals(sqlite_factory)
    assert made.state is ReferralState.PROPOSED
    assert made.run_id is not None
    page = client.get(f"/referrals/{made.public_id}").get_data(as_text=True)
    assert "第 1 次排序" in page
    assert "会计学" in page


def test_a_seat_is_held_on_wish_the_kept_one_first(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    answer = client.submit("/referrals/new", pair=[_pair(world, "吴二")], hold="true")

    assert "1 条已办" in answer.get_data(as_text=True)
    with reading(sqlite_factory) as session:
        seat = session.scalars(sa.select(Seat).join(SeatHold, SeatHold.seat_id == Seat.id)).one()
        assert seat.seat_class is SeatClass.HARDSHIP


def test_by_hand_a_posting_is_found_for_a_person_and_a_person_for_a_posting(
    world: World, client: PageClient
) -> None:
    offers = client.get(f"/referrals/find?graduate={world.people['冯宁']}&q=出纳")
    people = client.get(f"/referrals/find?posting={world.posting}&q=冯")

    for page in (offers, people):
        assert f'value="{_pair(world, "冯宁")}"' in page.get_data(as_text=True)
    nobody = client.get(f"/referrals/find?posting={world.posting}&q=王五").get_data(as_text=True)
    assert world.people["王五"] not in nobody


def test_a_list_says_who_was_referred_and_how_it_stands(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        made = make_referral(
            session, posting_of(session, world), graduate_of(session, world, "周一")
        )
        public_id = made.public_id

    page = client.get(f"/postings/{world.posting}").get_data(as_text=True)
    person = client.get(f"/graduates/{world.people['周一']}").get_data(as_text=True)

    assert _pair(world, "周一") not in page
    for shown in (page, person):
        assert f"/referrals/{public_id}" in shown
        assert "已推荐" in shown


def test_the_board_shows_every_seat_with_its_holder_and_those_before(
    world: World, client: PageClient, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        posting = posting_of(session, world)
        held = make_referral(session, posting, graduate_of(session, world, "周一"), seat=True)
        gone = make_referral(session, posting, graduate_of(session, world, "郑三"), seat=True)
        hold = session.scalars(sa.select(SeatHold).where(SeatHold.referral_id == gone.id)).one()
        hold.ended_at, hold.ended_as = gone.asked_at, HoldEnd.DECLINED
        session.get_one(Seat, hold.seat_id).state = "open"  # type: ignore[assignment]  # by its value
        public_ids = held.public_id, gone.public_id

    page = client.get(f"/postings/{world.posting}/seats").get_data(as_text=True)

    assert "周一" not in page
    for public_id in public_ids:
        assert f"/referrals/{public_id}" in page
    assert "以前留给过 1 人" in page
    assert "预留席位（困难职工家庭）" in page
    assert "发布 = 空缺 + 保留中 + 已发录用 + 已定" in page


def test_a_holder_of_another_union_is_counted_not_named(
    world: World, signed_in_as: Enter, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        union = session.get_one(Union, world.union_id)
        below = make_union(session, union)
        caseworker = make_actor(session, Role.CASEWORKER, union=below)
        made = make_referral(
            session, posting_of(session, world), graduate_of(session, world, "周一"), seat=True
        )
        public_id = made.public_id

    page = signed_in_as(caseworker).get(f"/postings/{world.posting}/seats").get_data(as_text=True)

    assert "其他工会服务的毕业生" in page
    assert public_id not in page
