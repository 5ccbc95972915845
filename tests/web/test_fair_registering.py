"""Registering on a fair's public page: open to anybody, and nothing tells who registered before."""

import re
from dataclasses import dataclass
from typing import cast

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from werkzeug.test import TestResponse

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.fairs import FairState
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.models.outbox import OutboxMessage
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_guests import bookings
from matcher.services.fair_guests import registering as service
from matcher.services.fair_guests.registering import VisitorInput
from tests.factories.fairs import make_fair, make_session
from tests.support.pages import PageClient
from web.logs import JsonLines


@dataclass(frozen=True)
class Registering:
    """A fair that takes visitors, and what one sends to register."""

    address: str
    data: dict[str, str]

    def send(self, client: PageClient, **changes: str) -> TestResponse:
        """Send the form from a browser."""
        sent = self.data | {"csrf_token": client.token(), "consent": "true"} | changes
        return client.post(self.address, data=sent)


@pytest.fixture
def registering(sqlite_factory: SessionFactory, client: PageClient) -> Registering:
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        fair = make_fair(session, state=FairState.ANNOUNCED)
        held = make_session(session, fair)
        address, number = f"/f/{fair.token}/register", held.public_id
    found = re.search(r'name="consent_text" value="(\d+)"', client.get(address).text)
    assert found is not None
    person = {"name": "王小明", "phone": "13800002046", "sessions": number}
    return Registering(address, person | {"consent_text": found[1]})


def _visitors(factory: SessionFactory) -> int:
    with reading(factory) as session:
        return session.scalar(sa.select(sa.func.count(FairVisitor.id))) or 0


def test_anybody_registers_on_the_public_page_and_the_same_browser_once(
    sqlite_factory: SessionFactory, client: PageClient, registering: Registering
) -> None:
    unasked = registering.send(client, consent="")
    made = registering.send(client)
    again = registering.send(client, name="王 小明", phone="138-0000-2046")

    assert (unasked.status_code, made.status_code) == (422, 303)
    assert made.headers["Location"].startswith("/v/")
    assert again.headers["Location"] == made.headers["Location"]
    assert _visitors(sqlite_factory) == 1


def test_who_types_a_registered_name_and_number_is_answered_like_anybody_and_gets_no_page_of_theirs(
    sqlite_factory: SessionFactory, app: APIFlask, client: PageClient, registering: Registering
) -> None:
    own = registering.send(client).headers["Location"]
    strangers = [cast(PageClient, app.test_client()) for _ in range(2)]

    known = registering.send(strangers[0])
    unknown = registering.send(strangers[1], name="李大同", phone="13800009999")

    assert (known.status_code, known.headers["Location"] != own) == (303, True)
    assert [name for name, _ in known.headers] == [name for name, _ in unknown.headers]
    pages = [
        strangers[n].get(answer.headers["Location"]).text
        for n, answer in enumerate((known, unknown))
    ]
    assert _said(pages[0]) == _said(pages[1]).replace("李*同", "王*明")
    assert all(ticket not in pages[0] for ticket in _codes(client.get(own).text))


def _codes(page: str) -> list[str]:
    found = re.findall(r'class="ticket-words">([^<]+)<', page)
    assert found
    return found


def _said(page: str) -> str:
    """Return a visitor's page without what is drawn by lot."""
    for drawn in (r"<svg.*?</svg>", r"/v/[0-9a-f]+", r'ticket-words">[^<]+<', r'nonce="[^"]+"',
                  r'(?<=csrf_token" value=")[^"]+', r'(?<=CSRFToken": ")[^"]+'):  # fmt: skip
        page = re.sub(drawn, "", page, flags=re.DOTALL)
    return page


_WAITS = "名额已满，现在报名进候补"
_ALL_WAIT = "名额已满，报名先进候补"


def test_a_full_session_is_said_to_be_full_before_anybody_sends_and_nothing_of_persons(
    sqlite_factory: SessionFactory, app: APIFlask, registering: Registering
) -> None:
    fair_page = registering.address.removesuffix("/register")
    with transaction(sqlite_factory) as session:
        held = session.scalars(sa.select(FairSession)).one()
        held.approved_number = 1
        places = bookings.places_of(session, session.get_one(Fair, held.fair_id), held)
        make_session(session, session.get_one(Fair, held.fair_id), name="下午场",
                     begins_minute=14 * 60, ends_minute=17 * 60)  # fmt: skip
    reader = cast(PageClient, app.test_client())
    before = reader.get(fair_page)
    form_before = reader.get(registering.address).text
    for _ in range(places or 0):
        assert registering.send(cast(PageClient, app.test_client())).status_code == 303

    after = reader.get(fair_page, headers={"If-None-Match": before.headers["ETag"]})
    form = reader.get(registering.address).text

    assert _WAITS not in before.text + form_before
    assert (after.status_code, after.text.count(_WAITS), form.count(_WAITS)) == (200, 1, 1)
    assert re.search(f"上午场[^/]*</?[^>]*>[^/]*{_WAITS}", form)
    assert _ALL_WAIT not in form
    assert "报名，拿入场码" in form
    assert "王" not in after.text + form


def test_who_can_only_wait_is_told_so_above_the_form(
    sqlite_factory: SessionFactory, app: APIFlask, client: PageClient, registering: Registering
) -> None:
    with transaction(sqlite_factory) as session:
        session.scalars(sa.select(FairSession)).one().approved_number = 1
    assert registering.send(cast(PageClient, app.test_client())).status_code == 303

    form = client.get(registering.address).text
    own = client.get(registering.send(client).headers["Location"]).text

    assert _ALL_WAIT in form
    assert "报名，进候补" in form
    assert "报名，拿入场码" not in form
    assert "上午场在候补" in own


def test_one_number_gets_few_messages_however_often_it_is_typed(
    sqlite_factory: SessionFactory, app: APIFlask, registering: Registering
) -> None:
    for number in range(8):
        answer = registering.send(
            cast(PageClient, app.test_client()), name=f"王{'一' * (number + 1)}"
        )
        assert answer.status_code == 303

    with reading(sqlite_factory) as session:
        written = sa.select(OutboxMessage).where(OutboxMessage.template == "fair_visit_link")
        assert len(session.scalars(written).all()) == 4


def test_a_registration_that_fails_leaves_no_name_and_no_number_in_the_log(
    registering: Registering,
    client: PageClient,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_session: object, _fair: object, facts: VisitorInput, _ids: object) -> None:
        raise RuntimeError(f"{facts.name} {facts.phone}")

    monkeypatch.setattr(service, "register_stranger", fail)
    client.application.config["PROPAGATE_EXCEPTIONS"] = False

    with caplog.at_level("INFO"):
        answer = registering.send(client)

    lines = "\n".join(JsonLines().format(one) for one in caplog.records)
    assert answer.status_code == 500
    assert "RuntimeError" in lines
    assert "fail" in lines
    for told in ("王小明", "13800002046", registering.address.split("/")[2]):
        assert told not in lines
        assert told not in answer.text or told == registering.address.split("/")[2]
