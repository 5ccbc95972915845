"""Registrations before a caseworker: confirmed as new, or attached to a record, never by themselves."""

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Channel, EducationLevel, Role
from matcher.models.accounts import Membership
from matcher.models.drives import DriveEntry
from matcher.models.graduates import Graduate, Intent
from matcher.models.organisations import Union
from matcher.services.graduates import GraduateInput, MajorInput, register_self
from tests.factories.accounts import make_account, make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate, make_phone
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

FORM = {
    "name": "李强",
    "education": "college",
    "major_1": "会计",
    "phone": "13700000001",
    "place_1": "银川市",
    "mobility": "listed",
}


@pytest.fixture
def union(sqlite_factory: SessionFactory) -> Union:
    """Give a union with an open drive."""
    with transaction(sqlite_factory) as session:
        made = make_union(session)
        make_drive(session, made)
        return made


@pytest.fixture
def registration(union: Union, sqlite_factory: SessionFactory) -> str:
    """Give the public number of a registration with a sign-in."""
    with transaction(sqlite_factory) as session:
        facts = GraduateInput(name="王芳", education=EducationLevel.BACHELOR, phone=make_phone())
        made = register_self(session, facts, [MajorInput(name="会计学")], union_id=union.id)
        account = make_account(session)
        session.add(Membership(account_id=account.id, role=Role.GRADUATE, graduate_id=made.id))
        return made.public_id


@pytest.fixture
def client(union: Union, signed_in_as: SignInAs, sqlite_factory: SessionFactory) -> PageClient:
    """Give a client signed in as a caseworker of the union."""
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, Role.CASEWORKER, union=session.get_one(Union, union.id))
    return signed_in_as(actor)


def test_a_confirmed_registration_takes_part_in_the_open_drive(
    client: PageClient, registration: str, sqlite_factory: SessionFactory
) -> None:
    listed = client.get("/registrations").text

    client.submit(f"/registrations/{registration}/confirm")

    assert registration in listed
    assert registration not in client.get("/registrations").text
    with reading(sqlite_factory) as session:
        assert session.scalars(sa.select(Graduate)).one().is_confirmed
        assert session.scalar(sa.select(sa.func.count(DriveEntry.id))) == 1


def test_a_registration_is_attached_to_the_record_a_person_chose(
    client: PageClient, registration: str, union: Union, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        own = session.get_one(Union, union.id)
        record = make_graduate(session, own, name="王芳").public_id
        other = make_graduate(session, own, name="赵六").public_id

    page = client.get(f"/registrations/{registration}").text
    client.submit(f"/registrations/{registration}/attach", record=record)

    assert record in page
    assert other not in page
    with reading(sqlite_factory) as session:
        left = {one.public_id: one.id for one in session.scalars(sa.select(Graduate))}
        assert registration not in left
        linked = sa.select(Membership.graduate_id).where(Membership.role == Role.GRADUATE)
        assert session.scalar(linked) == left[record]


def test_registrations_of_other_unions_are_not_there(
    registration: str, signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        actor = make_actor(session, Role.CASEWORKER)
    stranger = signed_in_as(actor)

    assert registration not in stranger.get("/registrations").text
    assert stranger.get(f"/registrations/{registration}").status_code == 404
    assert stranger.submit(f"/registrations/{registration}/confirm").status_code == 404


def test_what_a_caseworker_enters_is_recorded_as_done_on_behalf(
    client: PageClient, union: Union, sqlite_factory: SessionFactory
) -> None:
    wrong = client.submit("/registrations", union=union.id, **(FORM | {"place_1": "火星"}))
    made = client.submit("/registrations", union=union.id, **FORM)

    assert wrong.status_code == 422
    assert 'value="李强"' in wrong.text
    assert made.status_code == 303, made.text
    with reading(sqlite_factory) as session:
        graduate = session.scalars(sa.select(Graduate)).one()
        assert graduate.entered_through is Channel.ON_BEHALF
        assert graduate.entered_by_id is not None
        assert session.get_one(Intent, graduate.id).places == ["640100"]
        assert session.scalar(sa.select(sa.func.count(DriveEntry.id))) == 1


def test_a_change_on_behalf_keeps_the_numbers_that_are_left_empty(
    client: PageClient, union: Union, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        made = make_graduate(session, session.get_one(Union, union.id), name="王芳")
        masked = made.phone_masked
    address = f"/registrations/{made.public_id}/edit"

    page = client.get(address).text
    saved = client.submit(address, **(FORM | {"phone": "", "name": "王芳"}))

    assert 'value="王芳"' in page
    assert saved.status_code == 303, saved.text
    with reading(sqlite_factory) as session:
        assert session.get_one(Graduate, made.id).phone_masked == masked
