"""Answer links: a page without an account whose buttons act, as the person or unit it was sent to."""

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.referrals import ReferralState, ReferralVia
from matcher.models.referrals import Referral, ReferralStep
from tests.support.pages import PageClient
from tests.web.answer_world import Ask, ask, send, state_of

__all__ = ["ask"]

_R = ReferralState


def test_agreeing_by_link_sends_the_referral_with_the_parts_ticked(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    asked = ask()

    answer = send(client, asked, act="agree", parts=["name", "school"])

    assert (answer.status_code, answer.headers["Location"]) == (303, "/a/done")
    assert "已同意推荐" in client.get("/a/done").text
    with reading(sqlite_factory) as session:
        referral = session.get_one(Referral, asked.referral_id)
        step = session.scalars(sa.select(ReferralStep).order_by(ReferralStep.id.desc())).first()
    assert (referral.state, referral.disclosed) == (_R.SENT, ["name", "school"])
    assert step is not None
    assert (step.via, step.by_account_id) == (ReferralVia.LINK, None)


def test_declining_by_link_asks_for_a_reason_first(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    asked = ask()

    unsaid = send(client, asked, act="decline")
    assert unsaid.status_code == 422
    assert state_of(sqlite_factory, asked) is _R.PROPOSED
    said = send(client, asked, act="decline", reason="place", words="太远")

    assert said.status_code == 303
    assert state_of(sqlite_factory, asked) is _R.DECLINED


def test_an_offer_is_accepted_once_and_the_link_is_over(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    asked = ask(_R.OFFERED)

    send(client, asked, act="accept")

    assert state_of(sqlite_factory, asked) is _R.ACCEPTED
    again = client.get(asked.address)
    assert again.status_code == 404
    assert "不能用了" in again.text


def test_an_interview_is_answered_and_the_answer_may_change(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    asked = ask(_R.INTERVIEW)

    for word in ("yes", "no", "yes"):
        assert send(client, asked, act="come", coming=word).status_code == 303

    with reading(sqlite_factory) as session:
        notes = session.scalars(sa.select(ReferralStep.facts).order_by(ReferralStep.id)).all()
    assert [one["is_coming"] for one in notes if "is_coming" in one] == [True, False, True]


def test_a_unit_answers_those_who_wait_from_its_link(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    asked = ask(_R.SENT)
    with reading(sqlite_factory) as session:
        person = session.get_one(Referral, asked.referral_id).public_id
    page = client.get(asked.address)
    assert "陈*辰" in page.text
    assert "陈小辰" not in page.text

    answer = send(client, asked, act="refuse", person=person, seen="sent", reason="skill")

    assert answer.headers["Location"] == asked.address
    assert state_of(sqlite_factory, asked) is _R.REFUSED
    assert "都答复了" in client.get(asked.address).text


def test_a_unit_cannot_answer_for_another_units_people(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    mine, other = ask(_R.SENT), ask(_R.SENT)
    with reading(sqlite_factory) as session:
        stranger = session.get_one(Referral, other.referral_id).public_id

    answer = send(client, mine, act="refuse", person=stranger, seen="sent", reason="skill")

    assert answer.status_code == 404
    assert state_of(sqlite_factory, other) is _R.SENT


def test_an_interview_that_was_cancelled_asks_nobody_whether_they_come(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    asked = ask(_R.INTERVIEW)
    with transaction(sqlite_factory) as session:
        referral = session.get_one(Referral, asked.referral_id)
        referral.interview_on = referral.interview_words = None

    page = client.get(asked.address)

    assert page.status_code == 200
    assert "原来约的面试取消了" in page.text
    assert "我会来" not in page.text
