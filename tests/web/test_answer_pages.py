"""Answer links: a page without an account whose buttons act, and which does nothing when it is merely opened."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urljoin

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import HardshipTier, Role
from matcher.kinds.referrals import LinkPurpose, ReferralState, ReferralVia
from matcher.models import Base
from matcher.models.drives import Drive
from matcher.models.referrals import AnswerLink, Referral, ReferralStep
from matcher.services.consents import seed_consent_texts
from matcher.services.referrals import links
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_referable, make_referral
from tests.support.pages import PageClient, form_token
from tests.support.serving import served
from tests.web.conftest import SignInAs
from tests.web.test_outer_words import WORDS

_R = ReferralState


@dataclass(frozen=True)
class Asked:
    """A link that was sent, and what it is about."""

    token: str
    referral_id: int
    employer_id: int

    @property
    def address(self) -> str:
        return f"/a/{self.token}"


Ask = Callable[..., Asked]

_PURPOSE = {
    _R.PROPOSED: LinkPurpose.REFERRAL,
    _R.INTERVIEW: LinkPurpose.INTERVIEW,
    _R.OFFERED: LinkPurpose.OFFER,
    _R.SENT: LinkPurpose.EMPLOYER_ANSWER,
}


@pytest.fixture
def ask(sqlite_factory: SessionFactory) -> Ask:
    """Give a function that sends a link about a new referral in some state."""

    def made(state: ReferralState = _R.PROPOSED, **changes: Any) -> Asked:
        with transaction(sqlite_factory) as session:
            seed_consent_texts(session)
            union = make_union(session)
            drive = make_drive(session, union, name="阳光就业", neutral_name="2026 毕业生就业服务")
            employer = make_employer(session, union, name="博兴智联信息有限公司")
            posting = make_posting(session, drive, employer, title="网络运维工程师")
            household = make_household(session, union, tier=HardshipTier.DEEP, zero_employment=True)
            graduate = make_graduate(session, union, household=household, name="陈小辰")
            make_referable(session, drive, graduate)
            seat = state is _R.OFFERED
            referral = make_referral(session, posting, graduate, state=state, seat=seat, **changes)
            of_unit = state is _R.SENT
            token = links.issue(
                session,
                purpose=_PURPOSE[state],
                subject=("employer", employer.id) if of_unit else ("referral", referral.id),
                graduate_id=None if of_unit else graduate.id,
                employer_id=employer.id if of_unit else None,
            )
            return Asked(token, referral.id, employer.id)

    return made


def _send(client: PageClient, asked: Asked, **fields: Any) -> Any:
    token = form_token(client.get(asked.address).text)
    return client.post(asked.address, data={"csrf_token": token, "version": "1", **fields})


def _state(factory: SessionFactory, asked: Asked) -> ReferralState:
    with reading(factory) as session:
        return session.get_one(Referral, asked.referral_id).state


def _everything(factory: SessionFactory) -> dict[str, list[str]]:
    """Return every row of every table."""
    with reading(factory) as session:
        return {
            table.name: sorted(map(repr, session.execute(sa.select(table))))
            for table in Base.metadata.sorted_tables
        }


def test_agreeing_by_link_sends_the_referral_with_the_parts_ticked(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    asked = ask()

    answer = _send(client, asked, act="agree", parts=["name", "school"])

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

    unsaid = _send(client, asked, act="decline")
    assert unsaid.status_code == 422
    assert _state(sqlite_factory, asked) is _R.PROPOSED
    said = _send(client, asked, act="decline", reason="place", words="太远")

    assert said.status_code == 303
    assert _state(sqlite_factory, asked) is _R.DECLINED


def test_an_offer_is_accepted_once_and_the_link_is_over(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    asked = ask(_R.OFFERED)

    _send(client, asked, act="accept")

    assert _state(sqlite_factory, asked) is _R.ACCEPTED
    again = client.get(asked.address)
    assert again.status_code == 404
    assert "不能用了" in again.text


def test_an_interview_is_answered_and_the_answer_may_change(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    asked = ask(_R.INTERVIEW)

    for word in ("yes", "no", "yes"):
        assert _send(client, asked, act="come", coming=word).status_code == 303

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

    answer = _send(client, asked, act="refuse", person=person, seen="sent", reason="skill")

    assert answer.headers["Location"] == asked.address
    assert _state(sqlite_factory, asked) is _R.REFUSED
    assert "都答复了" in client.get(asked.address).text


def test_a_unit_cannot_answer_for_another_units_people(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    mine, other = ask(_R.SENT), ask(_R.SENT)
    with reading(sqlite_factory) as session:
        stranger = session.get_one(Referral, other.referral_id).public_id

    answer = _send(client, mine, act="refuse", person=stranger, seen="sent", reason="skill")

    assert answer.status_code == 404
    assert _state(sqlite_factory, other) is _R.SENT


@pytest.mark.parametrize("state", [_R.PROPOSED, _R.INTERVIEW, _R.OFFERED, _R.SENT])
def test_opening_a_link_a_hundred_times_changes_nothing(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory, state: ReferralState
) -> None:
    asked = ask(state)
    before = _everything(sqlite_factory)

    for _ in range(100):
        assert client.get(asked.address).status_code == 200
        assert client.head(asked.address).status_code == 200

    assert _everything(sqlite_factory) == before


def test_a_scanner_that_follows_every_link_over_http_changes_nothing(
    app: APIFlask, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    sent = [ask(state) for state in (_R.PROPOSED, _R.INTERVIEW, _R.OFFERED, _R.SENT)]
    before = _everything(sqlite_factory)

    with served(app) as house:
        waiting, seen = [house + one.address for one in sent], set[str]()
        while waiting:
            address = waiting.pop()
            if address in seen or not address.startswith(house) or "/static/" in address:
                continue
            seen.add(address)
            waiting += [urljoin(address, one) for one in _fetched(address)]

    assert len(seen) > len(sent)
    assert _everything(sqlite_factory) == before


def _fetched(address: str) -> list[str]:
    """Fetch an address as a scanner does, with HEAD and GET, and return the links of the page."""
    text = ""
    for method in ("HEAD", "GET", "OPTIONS"):
        asked = urllib.request.Request(address, method=method)  # noqa: S310 - our own server
        try:
            with urllib.request.urlopen(asked) as answer:  # noqa: S310
                text = answer.read().decode() or text
        except urllib.error.HTTPError as error:
            error.close()
    return re.findall(r'(?:href|action|src)="([^"]+)"', text)


def test_a_form_without_the_browsers_own_token_changes_nothing(
    client: PageClient, app: APIFlask, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    asked = ask()
    stolen = form_token(client.get(asked.address).text)

    bare = client.post(asked.address, data={"act": "agree"})
    elsewhere = cast(PageClient, app.test_client()).post(
        asked.address, data={"act": "agree", "csrf_token": stolen}
    )

    assert (bare.status_code, elsewhere.status_code) == (400, 400)
    assert _state(sqlite_factory, asked) is _R.PROPOSED


_CHANCE = re.compile(r'csrf_token" value="[^"]+"|nonce="[^"]+"|Token": "[^"]+')


def _without_chance(answer: Any, address: str) -> tuple[int, str]:
    """Return a page without what differs from one opening to the next."""
    return answer.status_code, _CHANCE.sub("", answer.text.replace(address, ""))


def test_links_of_no_use_look_all_the_same(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    used, revoked, expired = ask(_R.OFFERED), ask(), ask()
    _send(client, used, act="accept")
    with transaction(sqlite_factory) as session:
        links.revoke(session, ("referral", revoked.referral_id))
        session.execute(
            sa.update(AnswerLink)
            .where(AnswerLink.subject_id == expired.referral_id)
            .values(expires_at=session.get_one(Referral, expired.referral_id).asked_at)
        )
    client.get("/a/done")  # takes the notice of the answer

    addresses = (used.address, revoked.address, expired.address, "/a/unknown")
    pages = [_without_chance(client.get(address), address) for address in addresses]

    assert len(set(pages)) == 1
    assert pages[0][0] == 404


def test_a_link_shows_no_more_of_the_person_than_the_masked_name(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    for state in (_R.PROPOSED, _R.INTERVIEW, _R.OFFERED, _R.SENT):
        asked = ask(state)
        answer = client.get(asked.address)
        with reading(sqlite_factory) as session:
            from_row = session.get_one(Referral, asked.referral_id)
            drive = session.get_one(Drive, from_row.drive_id)

        assert "陈*辰" in answer.text
        school = () if state is _R.SENT else ("宁夏大学",)  # shown to the unit by consent
        for told in ("陈小辰", "139", "6401", drive.name, *school):
            assert told not in re.sub(r'value="[^"]*"', "", answer.text), (state, told)
        found = WORDS.search(answer.text)
        assert found is None, (state, found)


def test_the_address_goes_nowhere(client: PageClient, ask: Ask) -> None:
    answer = client.get(ask().address)

    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/sign-in").headers["Referrer-Policy"] == "same-origin"


def test_who_is_signed_in_does_not_matter(
    ask: Ask, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        clerk = make_actor(session, Role.CASEWORKER)
    asked, client = ask(), signed_in_as(clerk)

    page = client.get(asked.address)
    assert "阳光就业" not in page.text
    _send(client, asked, act="decline", reason="pay")

    with reading(sqlite_factory) as session:
        step = session.scalars(sa.select(ReferralStep).order_by(ReferralStep.id.desc())).first()
    assert step is not None
    assert (step.via, step.by_account_id) == (ReferralVia.LINK, None)


def test_a_question_that_is_settled_says_so_without_buttons(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    asked = ask()
    with transaction(sqlite_factory) as session:
        session.get_one(Referral, asked.referral_id).state = _R.SENT

    page = client.get(asked.address)

    assert "现在不用答复" in page.text
    assert "同意推荐给这家单位" not in page.text


def test_an_answer_to_another_version_is_refused_in_words(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    asked = ask()

    answer = _send(client, asked, act="agree", version="7")

    assert answer.status_code == 409
    assert "没有办成" in answer.text
    assert _state(sqlite_factory, asked) is _R.PROPOSED
    assert client.get(asked.address).status_code == 200
