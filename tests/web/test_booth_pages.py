"""A booth's pages: scan, person, steps with undo, queue, slots; nobody else's, and no more than was agreed to."""

import io
import re
from collections.abc import Mapping

import openpyxl
import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.fair_guests import ShownField
from matcher.kinds.fair_hall import ContactState
from matcher.models.fair_contacts import FairContact, FairContactStep
from matcher.models.fair_queues import FairInterview, FairSlot
from matcher.services.fair_hall import queues
from tests.factories.fair_hall import EVERYTHING, HallWorld, make_hall_world
from tests.factories.people import make_graduate, make_household
from tests.support.noon import at_noon
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

FIXTURES = (at_noon,)
pytestmark = pytest.mark.usefixtures("at_noon")


def _send(
    client: PageClient, address: str, data: Mapping[str, object] | None = None
) -> TestResponse:
    return client.submit(address, **dict(data or {}))


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> HallWorld:
    with transaction(sqlite_factory) as session:
        made = make_hall_world(session)
        session.flush()
        session.expunge_all()
    return made


@pytest.fixture
def client(world: HallWorld, signed_in_as: SignInAs) -> PageClient:
    return signed_in_as(world.agent)


def _booth(world: HallWorld) -> str:
    return f"/my-fairs/{world.place.public_id}/booth"


def _code(factory: SessionFactory, world: HallWorld, shown: list[str] | None = None) -> str:
    """Return the ticket code of a graduate who shows some parts."""
    with transaction(factory) as session:
        world.session = session
        household = make_household(session, zero_employment=True)
        graduate = make_graduate(session, household=household, name="欧阳修远", phone="13900001234")
        return world.code(world.visitor(graduate, shown=shown or []))


def _scanned(client: PageClient, world: HallWorld, code: str, step: str = "s1") -> str:
    answer = _send(client, f"{_booth(world)}/scan", data={"code": code, "step": step})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def _contact(factory: SessionFactory) -> FairContact:
    with reading(factory) as session:
        found = session.scalars(sa.select(FairContact)).one()
        session.expunge(found)
        return found


def test_a_scan_leads_to_the_person_masked_without_consent(
    client: PageClient, world: HallWorld, sqlite_factory: SessionFactory
) -> None:
    person = _scanned(client, world, _code(sqlite_factory, world))

    page = client.get(person).text

    assert "欧**远" in page
    for secret in ("欧阳修远", "139", "宁夏大学", "会计学", "零就业", "看简历"):
        assert secret not in page


def test_with_consent_the_parts_agreed_to_are_read(
    client: PageClient, world: HallWorld, sqlite_factory: SessionFactory
) -> None:
    person = _scanned(client, world, _code(sqlite_factory, world, EVERYTHING))

    page = client.get(person).text
    opened = _send(client, f"{person}/phone").text
    resume = _send(client, f"{person}/resume")

    assert "欧阳修远" in page
    assert "139****1234" in page
    assert "13900001234" not in page
    assert "13900001234" in opened
    assert resume.mimetype == "application/pdf"


def test_an_unknown_code_is_said_and_stays_as_typed(client: PageClient, world: HallWorld) -> None:
    answer = _send(client, f"{_booth(world)}/scan", data={"code": "F1234-5678", "step": "s1"})

    assert answer.status_code == 422
    assert "查不到" in answer.text
    assert 'value="F1234-5678"' in answer.text


def test_steps_are_written_and_taken_back_from_the_notice(
    client: PageClient, world: HallWorld, sqlite_factory: SessionFactory
) -> None:
    person = _scanned(client, world, _code(sqlite_factory, world))

    _send(client, f"{person}/steps/resume", data={"step": "a"})
    _send(client, f"{person}/steps/intent", data={"step": "b", "posting": world.posting.public_id})
    page = client.get(person).text
    assert _contact(sqlite_factory).state is ContactState.INTENT
    assert "已登记意向" in page
    assert f"{person}/undo" in page

    _send(client, f"{person}/undo")

    contact = _contact(sqlite_factory)
    assert contact.state is ContactState.MET
    assert contact.resume_at is not None


def test_a_form_sent_twice_writes_once(
    client: PageClient, world: HallWorld, sqlite_factory: SessionFactory
) -> None:
    person = _scanned(client, world, _code(sqlite_factory, world))

    for _ in range(2):
        _send(client, f"{person}/steps/interviewed", data={"step": "same"})

    with reading(sqlite_factory) as session:
        count = sa.select(sa.func.count()).select_from(FairContactStep)
        assert session.scalar(count) == 2


def test_a_refusal_without_reason_opens_its_form_again(
    client: PageClient, world: HallWorld, sqlite_factory: SessionFactory
) -> None:
    person = _scanned(client, world, _code(sqlite_factory, world))

    answer = _send(client, f"{person}/steps/refused", data={"step": "a", "reason": ""})
    done = _send(client, f"{person}/steps/refused", data={"step": "b", "reason": "skill"})

    assert answer.status_code == 422
    assert re.search(r'id="answer-refused" open', answer.text)
    assert done.status_code == 303
    assert "技能或经历不足" in client.get(person).text


def test_a_note_is_the_booths_own(
    client: PageClient, world: HallWorld, sqlite_factory: SessionFactory, signed_in_as: SignInAs
) -> None:
    person = _scanned(client, world, _code(sqlite_factory, world))
    _send(client, f"{person}/steps/note", data={"step": "n", "note": "周三前回话"})

    with transaction(sqlite_factory) as session:
        world.session = session
        stranger = world.another()[1]
    other = signed_in_as(stranger)

    assert "周三前回话" in client.get(person).text
    assert other.get(person).status_code == 404
    assert other.get(_booth(world)).status_code == 404


def test_the_queue_is_called_and_settled(
    client: PageClient, world: HallWorld, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        world.session = session
        for _ in range(2):
            queues.take(session, world.place, world.visitor().id)

    _send(client, f"{_booth(world)}/queue/next")
    page = client.get(_booth(world)).text
    part = client.get(f"{_booth(world)}/now").text
    _send(client, f"{_booth(world)}/queue/1/missed")

    assert "1 号" in page
    assert part.strip() in page
    assert "已过号" in client.get(_booth(world)).text


def test_slots_are_made_booked_and_settled(
    client: PageClient, world: HallWorld, sqlite_factory: SessionFactory
) -> None:
    person = _scanned(client, world, _code(sqlite_factory, world))
    wish = {"session": world.held.public_id, "begins": "23:00", "ends": "23:59"}
    sent = _send(client, f"{_booth(world)}/slots", data=wish | {"minutes": "20", "n_tables": "1"})
    with reading(sqlite_factory) as session:
        slot = session.scalars(sa.select(FairSlot.public_id).order_by(FairSlot.begins_at)).first()

    _send(client, f"{person}/interview", data={"slot": slot})
    board = client.get(f"{_booth(world)}/slots").text
    _send(client, f"{person}/interview/outcome", data={"to": "attended"})

    assert sent.status_code == 303
    assert "欧**远" in board
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(FairInterview.state)).one() == "attended"
    assert _contact(sqlite_factory).state is ContactState.INTERVIEWED


def test_the_list_is_filtered_and_taken_along_as_agreed(
    client: PageClient, world: HallWorld, sqlite_factory: SessionFactory
) -> None:
    shown = [ShownField.NAME.value, ShownField.PHONE.value]
    _scanned(client, world, _code(sqlite_factory, world, shown))

    page = client.get(f"{_booth(world)}/people?state=met").text
    empty = client.get(f"{_booth(world)}/people?state=intent").text
    book = _send(client, f"{_booth(world)}/people/sheet")

    assert "欧阳修远" in page
    assert "这里没有人" in empty
    cells = [
        str(cell)
        for row in openpyxl.load_workbook(io.BytesIO(book.data)).active.iter_rows(values_only=True)
        for cell in row
    ]
    assert "欧阳修远" in cells
    assert "13900001234" in cells
    assert "宁夏大学" not in cells


def test_the_booth_offers_its_camera_and_allows_its_reader_only_there(
    client: PageClient, world: HallWorld
) -> None:
    booth, slots = client.get(_booth(world)), client.get(f"{_booth(world)}/slots")

    assert "wasm-unsafe-eval" in booth.headers["Content-Security-Policy"]
    assert "wasm-unsafe-eval" not in slots.headers["Content-Security-Policy"]
