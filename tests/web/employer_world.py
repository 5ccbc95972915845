"""Everything an employer with people referred to it may open or take along, and hardship turned round."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from matcher import clock
from matcher.db.engine import make_engine, transaction
from matcher.db.engine import session_factory as make_session_factory
from matcher.kinds import HardshipTier, Role, SeatClass
from matcher.kinds.referrals import LinkPurpose, ReferralState
from matcher.models.drives import Drive
from matcher.models.households import Household
from matcher.models.postings import Seat
from matcher.models.referrals import Referral
from matcher.services.referrals import links
from tests.factories.employer_side import (
    STATES,
    TELLING_NAME,
    EmployerSide,
    make_employer_side,
    make_job_elsewhere,
    make_person_referred,
)
from tests.factories.follow_ups import make_survey
from tests.factories.interviews import make_day, make_interview, make_slots
from tests.support.pages import PageClient
from tests.web.house import House, open_house
from tests.web.test_matrix import _address, _allowed, _is_program, _rules
from tests.web.test_secrecy import _RANDOM, _VOLATILE
from web import fair_ticket_cookie
from web.app import create_app
from web.pages import own_people

Said = dict[str, tuple[int, dict[str, str], bytes]]

_ANY = {"X-Request-Id", "Content-Security-Policy", "Set-Cookie", "Date"}
"""Headers that differ each time."""

_TEXTS = {"text/html", "text/calendar", "application/json", "application/problem+json"}

TAKEN = (
    "own_people_files.sheet",
    "own_people_files.prints",
    "own_people_files.resume",
    "own_people_files.phone",
)
"""Forms of an employer that hand something out and change nothing but the trail."""

ACTS = (
    "own_people_acts.answer",
    "own_people_acts.answer_many",
    "interview_acts.note",
    "closed_postings.answer",
    "api_people.give_answer",
)
"""Forms of an employer that answer; two employers that differ in nothing they may know are answered alike."""


class World:
    """A house whose own employer has people referred to it."""

    def __init__(self, house: House, side: EmployerSide) -> None:
        self.house, self.side = house, side
        self.links: list[str] = []
        self.interview, self.survey = "", ""
        agent = house.own.actors[Role.EMPLOYER]
        self.client: PageClient = house.client(agent)
        self.bearer = house.bearer(agent)
        self.people = [one.public_id for one in side.referrals]

    def answers(self, only: str = "") -> Said:
        """Return what every address says to the employer, or one alone."""
        return {**self._read(only), **({} if only else {**self._taken(), **self._by_link()})}

    def _by_link(self) -> Said:
        """Return what the links sent to the employer open, for who has no account."""
        nobody = self.house.client(None)
        return {address: said_by(nobody.get(address)) for address in self.links}

    def _read(self, only: str) -> Said:
        # A visitor's page makes a phone known to the queues, which is no difference between two readings.
        self.client.delete_cookie(fair_ticket_cookie.COOKIE, path=fair_ticket_cookie.PATH)
        found: Said = {}
        for method, rule in _rules(self.house):
            if method != "GET" or rule.endpoint in _RANDOM:
                continue
            if not _allowed(self.house, rule, Role.EMPLOYER) or (only and rule.rule != only):
                continue
            for address in self._addresses(rule):
                found[address] = said_by(self._get(rule, address))
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
            found[f"POST {address}"] = said_by(answer)
        return found


def said_by(answer: TestResponse) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and bytes, freed of tokens and clock times alone."""
    headers = {name: value for name, value in answer.headers if name not in _ANY}
    body: bytes = answer.get_data()
    if answer.mimetype in _TEXTS:
        text = body.decode()
        for volatile in _VOLATILE:
            text = volatile.sub(lambda found: "#" * len(found[0]), text)
        body = text.encode()
    return answer.status_code, headers, body


@contextmanager
def open_world(template: Path, folder: Path, *, is_blind: bool = False) -> Iterator[World]:
    """Open a house whose own employer has people referred, in a drive with a telling name."""
    with open_house(template, folder) as house:
        with transaction(house.factory) as session:
            side = make_employer_side(session, is_blind=is_blind, employer_id=house.own.employer_id)
            house.own.referral = side.referrals[0].public_id
            session.execute(
                sa.update(Drive)
                .where(Drive.id == house.own.drive_id)
                .values(name=f"{TELLING_NAME}二", is_blind=is_blind)
            )
            asked = _ask(session, side)
            session.expunge_all()
        world = World(house, side)
        world.interview, world.survey, world.links = asked
        yield world


@contextmanager
def open_twins(template: Path, folder: Path) -> Iterator[tuple[World, World]]:
    """Open a world and a copy of it in which hardship is turned round.

    Three more people hold no seat, and the job elsewhere of a fourth (`EmployerSide.elsewhere`) ended an offer here.
    """
    with open_world(template, folder) as one:
        with transaction(one.house.factory) as session:
            for place in (20, 21, 22):
                one.side.referrals.append(
                    make_person_referred(session, one.side, place, ReferralState.SENT)
                )
            make_job_elsewhere(session, one.side, 24)
            session.flush()
            session.expunge_all()
        one.people = [person.public_id for person in one.side.referrals]
        path = folder / "other.db"
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
        other.interview, other.survey, other.links = one.interview, one.survey, one.links
        with transaction(factory) as session:
            turn_round(session, one.side)
        yield one, other
        engine.dispose()


def _ask(session: Session, side: EmployerSide) -> tuple[str, str, list[str]]:
    """Insert an interview of today, a question about the seats, and the links an employer is sent."""
    invited = side.referrals[STATES.index(ReferralState.INTERVIEW)]
    slots = make_slots(session, make_day(session, side.drive, held_on=clock.today()), side.employer)
    interview = make_interview(session, slots[0], invited).public_id
    survey = make_survey(session, side.posting).public_id
    addresses = [
        "/a/"
        + links.issue(
            session,
            purpose=purpose,
            subject=("employer", side.employer.id),
            employer_id=side.employer.id,
        )
        for purpose in (LinkPurpose.EMPLOYER_ANSWER, LinkPurpose.SEATS_FILLED)
    ]
    return interview, survey, addresses


def turn_round(session: Session, side: EmployerSide) -> None:
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


def differing(before: Said, after: Said) -> dict[str, list[Any]]:
    """Return what was said before and after where it differs."""
    assert before.keys() == after.keys()
    return {
        address: [before[address][:2], after[address][:2]]
        for address in before
        if before[address] != after[address]
    }
