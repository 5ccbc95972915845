"""A person's own referrals, hidden employers and résumé: plain words, nobody else, nothing about status."""

from urllib.parse import unquote

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.referrals import ReferralState, ReferralVia
from matcher.models.employers import Employer
from matcher.models.referrals import HiddenEmployer, Referral, ReferralStep
from tests.factories.accounts import make_actor
from tests.factories.people import make_graduate
from tests.web.conftest import SignInAs
from tests.web.own_referral_world import World, open_world
from tests.web.test_outer_words import WORDS

_R = ReferralState


@pytest.fixture
def world(sqlite_factory: SessionFactory, signed_in_as: SignInAs) -> World:
    """Give the graduate with the own referrals."""
    return open_world(sqlite_factory, signed_in_as)


def _state(factory: SessionFactory, public_id: str) -> ReferralState:
    with reading(factory) as session:
        found = session.scalars(sa.select(Referral.state).where(Referral.public_id == public_id))
        return found.one()


def test_the_list_puts_what_asks_for_an_answer_first(world: World) -> None:
    page = world.client.get("/me/referrals").text

    assert page.index("岗位0") < page.index("岗位1") < page.index("岗位4")
    assert page.index("岗位3") < page.index("岗位1")
    assert page.count("看一看再答复") == 3


def test_no_page_tells_a_status_a_class_of_seat_a_rank_or_somebody_else(world: World) -> None:
    addresses = ["/me/referrals", "/me/hidden", "/me/hidden?name=有限", "/me/resume"]
    addresses += [f"/me/referrals/{one}" for one in world.referrals.values()]
    addresses.append(
        f"/me/referrals/{world.referrals[_R.PROPOSED]}?preview=1&parts=name&parts=phone"
    )

    for address in addresses:
        answer = world.client.get(address)
        assert answer.status_code == 200, address
        shown = answer.text.replace(
            "父亲下岗，家里困难。", ""
        )  # the person's own words, left out of the résumé
        for text in (unquote(address), shown, str(answer.headers)):
            found = WORDS.search(text)
            assert found is None, (address, found, text[max(0, found.start() - 60) : found.end()])


def test_a_look_ahead_puts_no_token_into_the_address(world: World) -> None:
    page = world.client.get(f"/me/referrals/{world.referrals[_R.PROPOSED]}").text
    form = page[page.index('id="agree"') : page.index("formaction=")]

    assert '<input type="hidden" name="csrf_token"' not in form
    assert 'name="version"' in form


def test_the_preview_shows_exactly_the_parts_ticked(world: World) -> None:
    address = f"/me/referrals/{world.referrals[_R.PROPOSED]}"

    some = world.client.get(f"{address}?preview=1&parts=school").text
    others = world.client.get(f"{address}?preview=1&parts=name&parts=about&parts=wrong").text

    panel = some[some.index('id="preview"') :]
    assert "宁夏大学" in panel
    assert "陈小辰" not in panel
    panel = others[others.index('id="preview"') :]
    assert "陈小辰" in panel
    assert "会用 Linux。</dd>" in panel
    assert "这几句不会给单位：父亲下岗，家里困难。" in panel
    assert "宁夏大学" not in panel


def test_agreeing_sends_it_with_the_parts_ticked(
    world: World, sqlite_factory: SessionFactory
) -> None:
    number = world.referrals[_R.PROPOSED]

    answer = world.client.submit(
        f"/me/referrals/{number}/agree", version="1", parts=["school", "about"]
    )

    assert answer.status_code == 303
    with reading(sqlite_factory) as session:
        referral = session.scalars(sa.select(Referral).where(Referral.public_id == number)).one()
        step = session.scalars(
            sa.select(ReferralStep)
            .where(ReferralStep.referral_id == referral.id)
            .order_by(ReferralStep.id.desc())
        ).first()
    assert (referral.state, referral.disclosed) == (_R.SENT, ["school", "about"])
    assert step is not None
    assert step.via is ReferralVia.SELF


def test_declining_takes_a_reason_and_has_no_consequences(
    world: World, sqlite_factory: SessionFactory
) -> None:
    number = world.referrals[_R.OFFERED]

    assert world.client.submit(f"/me/referrals/{number}/decline", version="1").status_code == 422
    answer = world.client.submit(f"/me/referrals/{number}/decline", version="1", reason="family")

    assert "没有任何影响" in world.client.get(answer.headers["Location"]).text
    assert _state(sqlite_factory, number) is _R.DECLINED


def test_accepting_names_what_it_ends(world: World, sqlite_factory: SessionFactory) -> None:
    number = world.referrals[_R.OFFERED]
    page = world.client.get(f"/me/referrals/{number}").text
    for title in ("岗位0", "岗位1", "岗位2"):
        assert f"<li>{title}，" in page
    assert "<li>岗位4，" not in page

    world.client.submit(f"/me/referrals/{number}/accept", version="1")

    assert _state(sqlite_factory, number) is _R.ACCEPTED
    assert _state(sqlite_factory, world.referrals[_R.SENT]) is _R.WITHDRAWN


def test_an_answer_that_comes_too_late_is_said_on_the_page(world: World) -> None:
    address = f"/me/referrals/{world.referrals[_R.SENT]}"

    answer = world.client.submit(f"{address}/accept", version="1")

    assert answer.status_code == 409
    assert "已推荐" in answer.text


def test_another_persons_referral_is_not_there(
    world: World, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        other = make_actor(session, Role.GRADUATE, graduate=make_graduate(session))
    client = signed_in_as(other)

    for number in world.referrals.values():
        assert client.get(f"/me/referrals/{number}").status_code == 404
        assert client.get(f"/me/referrals/{number}/resume").status_code == 404
        assert client.submit(f"/me/referrals/{number}/decline", reason="pay").status_code == 404


def test_hiding_names_what_is_withdrawn_and_can_be_taken_back(
    world: World, sqlite_factory: SessionFactory
) -> None:
    found = world.client.get("/me/hidden?name=sent")
    assert f"employer={world.employer}" in found.text
    assert "岗位1" in world.client.get(f"/me/hidden?employer={world.employer}").text

    world.client.submit("/me/hidden", employer=world.employer)

    assert _state(sqlite_factory, world.referrals[_R.SENT]) is _R.WITHDRAWN
    assert _state(sqlite_factory, world.referrals[_R.PROPOSED]) is _R.PROPOSED
    world.client.submit("/me/hidden/undo", employer=world.employer)
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(HiddenEmployer.employer_id)).all() == []


def test_staff_hide_at_the_persons_word(world: World, sqlite_factory: SessionFactory) -> None:
    address = f"/graduates/{world.graduate}/hidden"
    assert "陈*辰" in world.staff.get(address).text

    world.staff.submit(address, employer=world.employer)

    with reading(sqlite_factory) as session:
        hidden = session.scalars(
            sa.select(Employer.public_id).join(
                HiddenEmployer, HiddenEmployer.employer_id == Employer.id
            )
        ).all()
    assert hidden == [world.employer]


def test_pages_open_for_somebody_without_referrals(
    signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, Role.GRADUATE, graduate=make_graduate(session))

    assert "还没有推荐" in signed_in_as(actor).get("/me/referrals").text
    for address in ("/me/resume", "/me/hidden"):
        assert signed_in_as(actor).get(address).status_code == 200


def test_an_interview_that_was_cancelled_is_shown_no_more(
    world: World, sqlite_factory: SessionFactory
) -> None:
    public_id = world.referrals[_R.INTERVIEW]
    with transaction(sqlite_factory) as session:
        found = sa.select(Referral).where(Referral.public_id == public_id)
        session.scalars(found).one().interview_on = None

    page = world.client.get(f"/me/referrals/{public_id}")

    assert page.status_code == 200
    assert "原来约的面试取消了" in page.text
    assert "我会来" not in page.text
    assert world.client.get("/me/referrals").status_code == 200
    assert world.staff.get(f"/referrals/{public_id}").status_code == 200
