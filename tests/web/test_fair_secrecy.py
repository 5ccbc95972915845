"""Nothing a fair shows tells who is of which household: page, file, slip, door, wall and link are the same for all.

Classes are swapped between people who are otherwise as they were; whoever organises, recruits, admits or only looks
must read the same, letter by letter, before, on and after the day.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
import typst
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from matcher import clock
from matcher.db.engine import transaction
from matcher.kinds import HardshipTier, Role
from matcher.kinds.fair_guests import BookingState
from matcher.kinds.fair_hall import ContactState, ContactStepKind, ContactVia
from matcher.models.drives import Drive
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_guests import FairBooking, FairRoute
from matcher.models.fair_queues import FairQueuePlace
from matcher.models.fair_reports import FairFollow
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairEmployer, FairSession
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.services.fair_hall.steps import NewStep, enter
from tests.factories.drives import make_entry
from tests.factories.fair_after import HeldFair, come_in, make_contact
from tests.factories.people import make_graduate, make_household
from tests.support.pages import PageClient
from tests.web.fair_stages import Stages, add_stages
from tests.web.house import House, Place, open_house
from tests.web.matrix_rows import values_for
from tests.web.test_matrix import _allowed
from tests.web.test_secrecy import _VOLATILE, HARDSHIP
from web.door_pages.devices import COOKIE

READERS = (Role.FAIR_ORGANISER, Role.EMPLOYER, Role.GRADUATE, None)
"""Who must not know; None is anybody: the public page, the wall, the link of a visitor, and the door by its cookie."""

PRINTED = (
    "fair_guests.print_slips", "fair_paper.registered", "fair_report.book", "own_booth_people.sheet",
    "own_booth_people.resume", "door_offline.take_list",
)  # fmt: skip
"""Files and lists that are asked for by a form."""


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path_factory.mktemp("fair-secrecy")) as opened:
        yield opened


@pytest.fixture(scope="module")
def stages(house: House) -> Stages:
    made = add_stages(house)
    with transaction(house.factory) as session:
        for place in made.places:
            _add_people(session, place)
            _follow_the_readers(session, place)
    return made


def _follow_the_readers(session: Session, place: Place) -> None:
    """Make the contact of the graduate who reads an intent that is asked about."""
    found = sa.select(FairContact).where(FairContact.public_id == place.fairs.names["contact_id"])
    contact, now = session.scalars(found).one(), clock.now()
    step = NewStep(ContactStepKind.INTENT, f"intent-{contact.id}", now, ContactVia.BOOTH)
    enter(session, contact, step)
    session.add(
        FairFollow(
            fair_id=contact.fair_id,
            contact_id=contact.id,
            fair_employer_id=contact.fair_employer_id,
            visitor_id=contact.visitor_id,
            due_on=clock.today(),
            opened_at=now,
        )
    )
    session.flush()


def _add_people(session: Session, place: Place) -> None:
    """Let six graduates of three classes come in, stand in line, be met and have a route."""
    fair = session.get_one(Fair, place.fairs.fair_id)
    union = session.get_one(Union, fair.union_id)
    held = session.scalars(sa.select(FairSession).where(FairSession.fair_id == fair.id)).first()
    assert held is not None
    booth = session.scalars(
        sa.select(FairEmployer).where(
            FairEmployer.fair_id == fair.id, FairEmployer.employer_id == place.employer_id
        )
    ).one()
    for number in range(6):
        household = make_household(session, union, zero_employment=True) if number < 2 else None
        if number in (2, 3):
            household = make_household(session, union, tier=HardshipTier.DEEP)
        one = make_graduate(session, union, household=household)
        make_entry(session, session.get_one(Drive, place.drive_id), one)
        visitor = come_in(session, HeldFair(fair, held), one)
        visitor.shown = ["name", "phone", "resume"] if number % 2 else []
        make_contact(session, booth, visitor, list(ContactState)[number % len(ContactState)])
        session.add_all(
            (
                FairRoute(
                    visitor_id=visitor.id,
                    stops=[{"fair_employer": booth.id, "postings": [], "reasons": []}],
                    made_at=clock.now(),
                ),
                FairBooking(visitor_id=visitor.id, session_id=held.id, state=BookingState.BOOKED),
                FairQueuePlace(
                    fair_employer_id=booth.id,
                    visitor_id=visitor.id,
                    held_on=clock.today(),
                    number=500 + number,
                    taken_at=clock.now(),
                ),
            )
        )
    session.flush()


def _swap_classes(session: Session) -> int:
    """Give everybody at a fair the household of another, and those without one that of somebody who has; how many."""
    guests = sa.select(FairVisitor.graduate_id)
    people = list(
        session.scalars(sa.select(Graduate).where(Graduate.id.in_(guests)).order_by(Graduate.id))
    )
    households = [one.household_id for one in people]
    others = [*households[2:], *households[:2]]
    for one, household in zip(people, others, strict=True):
        one.household_id = household
    for file in session.scalars(sa.select(Household)):
        file.is_zero_employment = not file.is_zero_employment
        file.zero_employment_on = clock.today() if file.is_zero_employment else None
    session.flush()
    return sum(one != other for one, other in zip(households, others, strict=True))


Said = dict[str, tuple[int, str]]


def _said(house: House, stages: Stages, readers: dict[Role | None, PageClient]) -> Said:
    found: Said = {}
    for stage, place in enumerate(stages.places):
        for role, client in readers.items():
            for method, rule in _rules_of_fairs(house):
                if role is not None and not _allowed(house, rule, role):
                    continue
                with house.app.test_request_context():
                    address = house.app.url_for(rule.endpoint, **values_for(rule, place))
                answer = _asked(client, method, rule.endpoint, address)
                name = f"{stage} {role} {method} {rule.rule}"
                found[name] = (answer.status_code, _plain(answer))
    return found


def _asked(client: PageClient, method: str, endpoint: str, address: str) -> TestResponse:
    if method == "GET":
        return client.get(address)
    if endpoint.startswith("door"):
        return client.post(address, json={"closed": []})
    return client.submit(address, part="1")


def _rules_of_fairs(house: House) -> Iterator[tuple[str, Rule]]:
    of_fairs = re.compile(r"^(fair|public_fairs|own_fair|own_booth|own_visits|visits|door|survey)")
    for rule in sorted(house.app.url_map.iter_rules(), key=lambda one: one.rule):
        if not of_fairs.match(rule.endpoint):
            continue
        if "GET" in (rule.methods or ()):
            yield "GET", rule
        elif rule.endpoint in PRINTED:
            yield "POST", rule


def _plain(answer: TestResponse) -> str:
    """Return what an answer says, freed of what is drawn anew each time."""
    if "spreadsheet" in (answer.mimetype or ""):
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        text = repr([[sheet.title, list(sheet.values)] for sheet in book])
    elif answer.is_json and "payload" in (said := answer.json or {}):
        text = str(json.loads(said["payload"])["rows"])
    else:
        text = answer.get_data().decode("utf-8", "replace")
    for volatile in (*_VOLATILE, _SCAN_NUMBER):
        text = volatile.sub("", text)
    return text


_SCAN_NUMBER = re.compile(r'value="form-[0-9a-f]{24}"|(?<=name="number" )value="[0-9a-f]{24}"')
"""Drawn for each form of the door and each page of the survey, so that it counts once."""


class _Unset:
    """Gives what a paper is set from as text, without the state of the trail at its foot, which every print moves."""

    def __init__(self, **_: object) -> None:
        """Take what a compiler takes."""

    def compile(self, *, sys_inputs: Mapping[str, str], **_: object) -> bytes:
        told = json.loads(sys_inputs["data"])
        told.pop("audit", None)
        return b"%PDF-" + json.dumps(told, ensure_ascii=False).encode() + b"%%EOF"


def _differing(one: Said, other: Said) -> list[tuple[str, list[str]]]:
    """Return what differs, with the first lines of it."""
    return [(name, _lines(said, other[name])) for name, said in one.items() if said != other[name]]


def _lines(one: tuple[int, str], other: tuple[int, str]) -> list[str]:
    pairs = zip(one[1].splitlines(), other[1].splitlines(), strict=False)
    return [
        str((one[0], other[0])),
        *(line for pair in pairs if len({*pair}) > 1 for line in pair),
    ][:3]


def test_swapping_classes_between_people_changes_no_answer_of_any_fair(
    house: House, stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)  # papers carry the minute they were made in
    monkeypatch.setattr(typst, "Compiler", _Unset)
    readers: dict[Role | None, PageClient] = {
        role: house.client(house.own.actors[role] if role else None) for role in READERS
    }
    readers[None].set_cookie(COOKIE, stages.scanner, path="/door")
    _said(
        house, stages, readers
    )  # from here on queues know the phones, and the scanner has its places
    before = _said(house, stages, readers)
    assert _differing(before, _said(house, stages, readers)) == [], "even without a swap"

    with transaction(house.factory) as session:
        assert _swap_classes(session) >= 4 * len(stages.places)

    after = _said(house, stages, readers)
    assert _differing(before, after) == []
    read = [name for name, (status, _) in before.items() if status == 200]
    assert len(read) > 60
    own = [text for name, (_, text) in before.items() if name.endswith("GET /my-fairs-visits")]
    assert any("告诉工会" in text for text in own), "an intent of the reader's is among them"
    for endpoint in PRINTED:
        rule = next(one.rule for one in house.app.url_map.iter_rules() if one.endpoint == endpoint)
        assert any(name.endswith(f"POST {rule}") for name in read), endpoint
    told = [(name, word) for name, (_, text) in before.items() for word in HARDSHIP if word in text]
    assert told == []
