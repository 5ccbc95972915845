"""The same people referred, their hardship turned round: no answer to their employer differs by a byte.

Every address an employer may open is walked, pages and programs, and every file an employer can take along; a new
route is walked by itself.
"""

import io
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from matcher import clock
from matcher.db.engine import make_engine, transaction
from matcher.db.engine import session_factory as make_session_factory
from matcher.kinds import HardshipTier, Role, SeatClass
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive
from matcher.models.households import Household
from matcher.models.outbox import OutboxMessage
from matcher.models.postings import Seat
from matcher.models.referrals import Referral, SeatHold
from matcher.services import message_texts
from matcher.services.permissions import GRANTS, SYSTEM, Permission
from matcher.services.referrals import digests
from tests.factories.employer_side import (
    CONTACT,
    NEUTRAL_NAME,
    TELLING_NAME,
    EmployerSide,
    make_employer_side,
    make_person_referred,
)
from tests.support.pages import PageClient
from tests.web.house import House, open_house
from tests.web.test_matrix import _address, _allowed, _is_program, _rules
from tests.web.test_secrecy import _RANDOM, _VOLATILE
from web.app import create_app
from web.pages import own_people

Said = dict[str, tuple[int, dict[str, str], bytes]]

_ANY = {"X-Request-Id", "Content-Security-Policy", "Set-Cookie", "Date"}
"""Headers that differ each time."""

TAKEN = (
    "own_people_files.sheet",
    "own_people_files.prints",
    "own_people_files.resume",
    "own_people_files.phone",
)
"""Forms of an employer that hand something out and change nothing but the trail."""


class World:
    """A house whose own employer has people referred to it."""

    def __init__(self, house: House, side: EmployerSide) -> None:
        self.house, self.side = house, side
        agent = house.own.actors[Role.EMPLOYER]
        self.client: PageClient = house.client(agent)
        self.bearer = house.bearer(agent)
        self.people = [one.public_id for one in side.referrals]

    def answers(self, only: str = "") -> Said:
        """Return what every address says to the employer, or one alone."""
        return {**self._read(only), **({} if only else self._taken())}

    def _read(self, only: str) -> Said:
        found: Said = {}
        for method, rule in _rules(self.house):
            if method != "GET" or rule.endpoint in _RANDOM:
                continue
            if not _allowed(self.house, rule, Role.EMPLOYER) or (only and rule.rule != only):
                continue
            for address in self._addresses(rule):
                found[address] = _said(self._get(rule, address))
        return found

    def _get(self, rule: Rule, address: str) -> TestResponse:
        if not _is_program(self.house, rule):
            return self.client.get(address)
        return self.house.client(None).get(address, headers=self.bearer)

    def _addresses(self, rule: Rule) -> list[str]:
        """Return the addresses of a rule: of every person where it shows a person, else one."""
        area = rule.endpoint.split(".")[0]
        if "public_id" in rule.arguments and area in ("own_people", "api_people"):
            values = [{"public_id": one} for one in self.people]
            with self.house.app.test_request_context():
                return [self.house.app.url_for(rule.endpoint, **one) for one in values]
        address = _address(self.house, rule, self.house.own)
        if rule.endpoint == "own_people.index":
            return [address, *(f"{address}?group={one.value}" for one in own_people.PeopleGroup)]
        if rule.endpoint == "own_people_acts.many":
            picked = "&".join(f"pick={one}" for one in self.people)
            return [
                f"{address}?act={act}&{picked}" for act in ("invite", "offer", "refuse", "hold")
            ]
        return [address]

    def _taken(self) -> Said:
        """Return the files an employer can take along, and numbers and résumés of everybody."""
        found: Said = {}
        with self.house.app.test_request_context():
            url = self.house.app.url_for
            addresses = [url(one) for one in TAKEN[:2]]
            addresses += [url(one, public_id=who) for one in TAKEN[2:] for who in self.people]
        token = self.client.token()
        for address in addresses:
            answer = self.client.post(address, data={"csrf_token": token})
            found[f"POST {address}"] = _said(answer)
        return found


def _said(answer: TestResponse) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and bytes, freed of tokens and clock times alone."""
    headers = {name: value for name, value in answer.headers if name not in _ANY}
    body: bytes = answer.get_data()
    if answer.mimetype in {"text/html", "application/json", "application/problem+json"}:
        text = body.decode()
        for volatile in _VOLATILE:
            text = volatile.sub(lambda found: "#" * len(found[0]), text)
        body = text.encode()
    return answer.status_code, headers, body


@contextmanager
def _world(template: Path, folder: Path, *, is_blind: bool = False) -> Iterator[World]:
    with open_house(template, folder) as house:
        with transaction(house.factory) as session:
            side = make_employer_side(session, is_blind=is_blind, employer_id=house.own.employer_id)
            house.own.referral = side.referrals[0].public_id
            session.execute(
                sa.update(Drive)
                .where(Drive.id == house.own.drive_id)
                .values(name=f"{TELLING_NAME}二", is_blind=is_blind)
            )
            session.expunge_all()
        yield World(house, side)


@pytest.fixture(scope="module", params=[False, True], ids=["open", "blind"])
def both(
    request: pytest.FixtureRequest,
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Give an open and a blind drive, one after the other."""
    with _world(sqlite_template, tmp_path_factory.mktemp("people"), is_blind=request.param) as made:
        yield made


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give an open drive."""
    with _world(sqlite_template, tmp_path_factory.mktemp("people")) as made:
        yield made


def _turn(session: Session, side: EmployerSide) -> None:
    """Turn everybody's status, the classes of the seats they hold, and who followed whom."""
    for household in session.scalars(sa.select(Household).order_by(Household.id)):
        turned = not household.is_zero_employment
        household.tier = (
            HardshipTier.NONE if household.tier is HardshipTier.DEEP else HardshipTier.DEEP
        )
        household.is_zero_employment = turned
        household.zero_employment_on = clock.today() if turned else None
    _turn_seats(session, side)
    ids = [one.id for one in side.referrals]
    for place, number in enumerate(ids):
        follows = ids[place - 1] if place % 2 else None
        session.execute(
            sa.update(Referral)
            .where(Referral.id == number)
            .values(follows_id=follows, is_fallback=~Referral.is_fallback, case_id=None)
        )


def _turn_seats(session: Session, side: EmployerSide) -> None:
    """Give the classes to other seats: as many of each kind in all, and held by others."""
    seats = session.scalars(
        sa.select(Seat).where(Seat.posting_id == side.posting.id).order_by(Seat.number)
    ).all()
    classes = [seat.seat_class for seat in seats]
    swapped = {
        SeatClass.HARDSHIP: SeatClass.ZERO_EMPLOYMENT,
        SeatClass.ZERO_EMPLOYMENT: SeatClass.HARDSHIP,
    }
    for seat, turned in zip(seats, reversed(classes), strict=True):
        seat.seat_class = swapped.get(turned, turned)


def _differing(before: Said, after: Said) -> dict[str, list[Any]]:
    assert before.keys() == after.keys()
    return {
        address: [before[address][:2], after[address][:2]]
        for address in before
        if before[address] != after[address]
    }


def test_hardship_turned_round_changes_no_byte_an_employer_gets(both: World) -> None:
    before = both.answers()

    with transaction(both.house.factory) as session:
        _turn(session, both.side)
    after = both.answers()

    assert len(before) > 90
    assert {status for status, _, _ in before.values()} <= {200, 303, 404}
    assert _differing(before, after) == {}


@pytest.fixture
def twins(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Give a world and a copy of it in which hardship is turned round; three more people hold no seat."""
    with _world(sqlite_template, tmp_path) as one:
        with transaction(one.house.factory) as session:
            for place in (20, 21, 22):
                one.side.referrals.append(
                    make_person_referred(session, one.side, place, ReferralState.SENT)
                )
            session.flush()
            session.expunge_all()
        one.people = [person.public_id for person in one.side.referrals]
        path = tmp_path / "other.db"
        with (
            sqlite3.connect(one.house.factory.kw["bind"].url.database) as source,
            sqlite3.connect(path) as target,
        ):
            source.backup(target)
        info = one.house.factory.kw["info"]
        engine = make_engine(f"sqlite:///{path}")
        factory = make_session_factory(engine, info["ring"], info["settings"])
        app = create_app(info["settings"], factory=factory)
        app.testing, app.test_client_class = True, PageClient
        other = World(House(app, factory, one.house.own, one.house.other), one.side)
        with transaction(factory) as session:
            _turn(session, one.side)
        yield one, other
        engine.dispose()


def test_answers_are_taken_alike_whoever_holds_which_seat(twins: tuple[World, World]) -> None:
    """An offer to somebody for whom no seat is free must not be refused for that."""
    day = clock.today().isoformat()
    given = [
        *(("offer", place, {"reports_on": day}) for place in (14, 15, 16, 0)),
        ("invite", 1, {"on": day, "note": "九点"}),
        ("refuse", 2, {"reason": "skill"}),
        ("attendance", 3, {"attended": "true"}),
        ("offer", 3, {"reports_on": day}),
        ("resume", 4, {}),
        ("refuse", 5, {"reason": "cancelled"}),
        ("report", 6, {"on": day}),
        ("missing", 7, {"reason": "person"}),
        ("left", 8, {"on": day}),
        ("offer", 12, {}),
    ]
    said: list[list[tuple[int, str, bytes]]] = []
    for world in twins:
        answers = [
            world.client.submit(f"/people/{world.people[place]}/answers/{act}", **fields)
            for act, place, fields in given
        ]
        many = world.client.submit("/people/many", act="refuse", reason="filled", pick=world.people)
        said.append(
            [
                (one.status_code, one.headers.get("Location", ""), _said(one)[2])
                for one in [*answers, many]
            ]
        )

    assert [one[:2] for one in said[0]] == [one[:2] for one in said[1]]
    assert said[0] == said[1]
    assert {one[0] for one in said[0]} >= {200, 303}
    assert _differing(twins[0].answers("/people"), twins[1].answers("/people")) == {}


def test_a_leak_on_purpose_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above would pass on pages that show nobody at all."""
    kept = own_people.employer_people.list_people

    def leaking(session: Session, by: Any, wish: Any, **more: Any) -> Any:
        found = kept(session, by, wish, **more)
        held = (
            sa.select(SeatHold.referral_id).join(Seat).where(Seat.seat_class != SeatClass.ORDINARY)
        )
        first = set(session.scalars(held))
        found.rows.sort(key=lambda row: row.id not in first)
        return found

    monkeypatch.setattr(own_people.employer_people, "list_people", leaking)
    leaked = world.answers(only="/people")
    with transaction(world.house.factory) as session:
        _turn(session, world.side)
    after = world.answers(only="/people")

    assert "/people" in _differing(leaked, after)


def test_what_is_taken_along_names_nobodys_status_in_its_properties(world: World) -> None:
    taken = world.answers()
    book = zipfile.ZipFile(io.BytesIO(taken["POST /people/sheet"][2]))
    inside = "".join(book.read(name).decode() for name in book.namelist())
    names = taken["POST /people/sheet"][1]["Content-Disposition"]
    names += taken["POST /people/print"][1]["Content-Disposition"]

    for word in ("困难", "零就业", "预留", "保底", "低保", "hardship", "reserved", TELLING_NAME):
        assert word not in inside
        assert word not in names


def test_the_drives_own_name_stands_nowhere_outside(world: World) -> None:
    with transaction(world.house.factory) as session:
        digests.write_digest(session, SYSTEM, world.side.employer.id)

    told = [
        address
        for address, (_, headers, body) in world.answers().items()
        if TELLING_NAME.encode() in body or TELLING_NAME in str(headers)
    ]
    with transaction(world.house.factory) as session:
        messages = [
            message_texts.compose(one.template, one.parameters).text
            for one in session.scalars(sa.select(OutboxMessage))
        ]

    assert told == []
    assert messages
    assert [text for text in messages if TELLING_NAME in text] == []


def test_the_neutral_words_stand_on_the_employers_pages(world: World) -> None:
    page = world.client.get("/people").text

    assert NEUTRAL_NAME in page
    assert CONTACT in page


def test_every_form_that_hands_something_to_an_employer_is_tried_here(world: World) -> None:
    handing = {
        rule.endpoint
        for method, rule in _rules(world.house)
        if method == "POST"
        and Permission.ANSWER_REFERRALS
        in getattr(world.house.app.view_functions[rule.endpoint], "needs", ())
        and rule.endpoint.startswith("own_people_files.")
    }

    assert handing == {*TAKEN, "own_people_files.statement"}  # a statement is meant to be told
    assert Permission.ANSWER_REFERRALS in GRANTS[Role.EMPLOYER]
