"""Answer links that are merely opened: nothing changes, nothing more is shown, the address goes nowhere."""

import re
import urllib.error
import urllib.request
from typing import Any, cast
from urllib.parse import urljoin

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.kinds.referrals import ReferralState, ReferralVia
from matcher.models.drives import Drive
from matcher.models.referrals import AnswerLink, Referral, ReferralStep
from matcher.services.referrals import links
from tests.factories.accounts import make_actor
from tests.support.pages import PageClient, form_token
from tests.support.serving import served
from tests.web.answer_world import Ask, ask, everything, send, state_of
from tests.web.conftest import SignInAs
from tests.web.test_outer_words import WORDS

__all__ = ["ask"]

_R = ReferralState


@pytest.mark.parametrize("state", [_R.PROPOSED, _R.INTERVIEW, _R.OFFERED, _R.SENT])
def test_opening_a_link_a_hundred_times_changes_nothing(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory, state: ReferralState
) -> None:
    asked = ask(state)
    before = everything(sqlite_factory)

    for _ in range(100):
        assert client.get(asked.address).status_code == 200
        assert client.head(asked.address).status_code == 200

    assert everything(sqlite_factory) == before


def test_a_scanner_that_follows_every_link_over_http_changes_nothing(
    app: APIFlask, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    sent = [ask(state) for state in (_R.PROPOSED, _R.INTERVIEW, _R.OFFERED, _R.SENT)]
    before = everything(sqlite_factory)

    with served(app) as house:
        waiting, seen = [house + one.address for one in sent], set[str]()
        while waiting:
            address = waiting.pop()
            if address in seen or not address.startswith(house) or "/static/" in address:
                continue
            seen.add(address)
            waiting += [urljoin(address, one) for one in _fetched(address)]

    assert len(seen) > len(sent)
    assert everything(sqlite_factory) == before


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
    assert state_of(sqlite_factory, asked) is _R.PROPOSED


_CHANCE = re.compile(r'csrf_token" value="[^"]+"|nonce="[^"]+"|Token": "[^"]+')


def _without_chance(answer: Any, address: str) -> tuple[int, str]:
    """Return a page without what differs from one opening to the next."""
    return answer.status_code, _CHANCE.sub("", answer.text.replace(address, ""))


def test_links_of_no_use_look_all_the_same(
    client: PageClient, ask: Ask, sqlite_factory: SessionFactory
) -> None:
    used, revoked, expired = ask(_R.OFFERED), ask(), ask()
    send(client, used, act="accept")
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
    send(client, asked, act="decline", reason="pay")

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

    answer = send(client, asked, act="agree", version="7")

    assert answer.status_code == 409
    assert "没有办成" in answer.text
    assert state_of(sqlite_factory, asked) is _R.PROPOSED
    assert client.get(asked.address).status_code == 200
