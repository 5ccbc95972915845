"""A booth reads what the visitor agreed to and no more; who hid or was refused looks like who agreed to nothing."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError
from matcher.kinds.fair_guests import ShownField
from matcher.kinds.fair_hall import ContactStepKind
from matcher.kinds.referrals import RefusalReason
from matcher.models.audit import AuditEntry
from matcher.models.graduates import Graduate
from matcher.models.referrals import HiddenEmployer
from matcher.services.fair_guests import answers, guest_links
from matcher.services.fair_hall import people, shown
from matcher.services.fair_hall.shown import MetPerson
from tests.factories.fair_hall import EVERYTHING, HallWorld, make_hall_world
from tests.factories.people import make_graduate, make_household

_F = ShownField
_PHONE = "13900001234"


def _met(world: HallWorld, parts: list[str], *, stranger: bool = False) -> MetPerson:
    visitor = (
        world.visitor(
            name="王小明",
            phone=_PHONE,
            shown=parts,
            school="宁夏大学",
            major_text="会计学",
        )
        if stranger
        else world.visitor(_graduate(world), shown=parts)
    )
    contact = world.scan(visitor)
    return people.find_met(world.session, world.agent, world.place.public_id, contact.public_id)


def _graduate(world: HallWorld) -> Graduate:
    household = make_household(world.session, zero_employment=True)
    return make_graduate(world.session, household=household, name="欧阳修远", phone=_PHONE)


@pytest.mark.parametrize("stranger", [False, True])
def test_without_consent_a_booth_reads_a_masked_name_and_a_code(
    session: Session, stranger: bool
) -> None:
    person = _met(make_hall_world(session), [], stranger=stranger)

    assert "*" in person.name
    assert person.shown == frozenset()
    told = (person.phone_masked, person.school, person.education, person.majors)
    assert told == (None, None, None, None)
    assert not person.has_resume_file


@pytest.mark.parametrize(
    ("part", "field"),
    [
        (_F.PHONE, "phone_masked"),
        (_F.SCHOOL, "school"),
        (_F.EDUCATION, "education"),
        (_F.MAJOR, "majors"),
        (_F.RESUME, "has_resume_file"),
    ],
)
def test_each_part_agreed_to_shows_itself_and_nothing_else(
    session: Session, part: ShownField, field: str
) -> None:
    person = _met(make_hall_world(session), [part.value])

    told = {
        name: bool(getattr(person, name))
        for name in ("phone_masked", "school", "education", "majors", "has_resume_file")
    }
    assert told == {name: name == field for name in told}
    assert "*" in person.name


@pytest.mark.parametrize("stranger", [False, True])
def test_a_name_agreed_to_is_read_in_full(session: Session, stranger: bool) -> None:
    person = _met(make_hall_world(session), [_F.NAME.value], stranger=stranger)

    assert person.name == ("王小明" if stranger else "欧阳修远")


def test_after_a_refusal_nothing_is_shown_any_more(session: Session) -> None:
    world = make_hall_world(session)
    contact = world.scan(world.visitor(_graduate(world), shown=EVERYTHING))

    world.act(contact, ContactStepKind.REFUSED, reason=RefusalReason.PAY)

    person = people.find_met(session, world.agent, world.place.public_id, contact.public_id)
    assert person.shown == frozenset()
    assert person.name == "欧**远"


def test_who_hides_from_the_employer_looks_like_who_agreed_to_nothing(session: Session) -> None:
    world = make_hall_world(session)
    graduate = _graduate(world)
    session.add(
        HiddenEmployer(
            graduate_id=graduate.id, employer_id=world.place.employer_id, hidden_at=clock.now()
        )
    )
    session.flush()

    contact = world.scan(world.visitor(graduate, shown=EVERYTHING))

    person = people.find_met(session, world.agent, world.place.public_id, contact.public_id)
    assert person.shown == frozenset()


def test_thirty_days_after_the_fair_only_the_outcome_is_left(session: Session) -> None:
    world = make_hall_world(session)
    contact = world.scan(world.visitor(_graduate(world), shown=EVERYTHING))
    world.fair.first_on = world.fair.last_on = clock.today() - dt.timedelta(days=31)
    session.flush()

    person = people.find_met(session, world.agent, world.place.public_id, contact.public_id)

    assert person.shown == frozenset()


def test_a_number_is_opened_only_if_agreed_and_each_time_is_written_down(session: Session) -> None:
    world = make_hall_world(session)
    where = (world.agent, world.place.public_id)
    closed = world.scan(world.visitor(_graduate(world), shown=[]))
    opened = world.scan(world.visitor(name="王小明", phone=_PHONE, shown=[_F.PHONE.value]))

    with pytest.raises(NotFoundError, match="没有同意"):
        people.reveal_phone(session, *where, closed.public_id)
    number = people.reveal_phone(session, *where, opened.public_id)

    session.commit()
    acts = session.scalars(
        sa.select(AuditEntry.subject_id).where(AuditEntry.action == "number.revealed")
    ).all()
    assert number == _PHONE
    assert acts == [opened.id]


def test_what_is_taken_back_is_gone_at_the_next_look(session: Session) -> None:
    world = make_hall_world(session)
    visitor = world.visitor(name="王小明", phone=_PHONE, shown=[_F.NAME.value, _F.PHONE.value])
    where = (world.agent, world.place.public_id, world.scan(visitor).public_id)
    assert people.find_met(session, *where).name == "王小明"

    answers.show_by_link(session, guest_links.token_of(session, visitor), [])

    assert people.find_met(session, *where).name == "王*明"
    with pytest.raises(NotFoundError):
        people.reveal_phone(session, *where)
    assert [one.phone for one in people.take_list(session, *where[:2])] == [None]


def test_a_list_taken_along_has_agreed_numbers_only_and_is_written_down(session: Session) -> None:
    world = make_hall_world(session)
    world.scan(world.visitor(_graduate(world), shown=[]))
    world.scan(world.visitor(name="王小明", phone=_PHONE, shown=[_F.PHONE.value]))

    rows = people.take_list(session, world.agent, world.place.public_id)

    session.commit()
    assert [row.phone for row in rows] == [_PHONE, None]
    action = sa.select(sa.func.count()).where(AuditEntry.action == "fair_contacts.taken")
    assert session.scalar(action) == 1


def test_a_resume_at_a_booth_tells_neither_name_nor_number_unless_agreed(session: Session) -> None:
    world = make_hall_world(session)
    contact = world.scan(world.visitor(_graduate(world), shown=[_F.RESUME.value]))

    content = people.resume_of(session, world.agent, world.place.public_id, contact.public_id)

    assert content.startswith(b"%PDF")


def test_the_select_of_a_booth_reads_no_column_of_a_household(session: Session) -> None:
    words = str(shown.people([]))

    for secret in ("household", "hardship", "fair_invitation", "answered_at", "ticket"):
        assert secret not in words
