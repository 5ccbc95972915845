"""Joining a registration to the record on file never makes a no into a yes."""

import pytest
from sqlalchemy.orm import Session

from matcher.kinds import Channel, ConsentPurpose, EducationLevel, Role
from matcher.models.graduates import Graduate
from matcher.services import consent_acts, graduate_links, graduates
from matcher.services.consents import seed_consent_texts
from matcher.services.graduates import GraduateInput, MajorInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.people import make_graduate, make_phone


@pytest.fixture
def worker(session: Session) -> Actor:
    seed_consent_texts(session)
    return make_actor(session, Role.CASEWORKER)


def _registered(session: Session, worker: Actor) -> Graduate:
    assert worker.union_id is not None
    facts = GraduateInput(name="王小明", education=EducationLevel.BACHELOR, phone=make_phone())
    major = MajorInput(name="会计学")
    return graduates.register_self(session, facts, [major], union_id=worker.union_id)


def _live(session: Session, worker: Actor, graduate_id: int) -> set[ConsentPurpose]:
    found = consent_acts.current_consents(session, worker, graduate_id)
    return {consent.purpose for consent in found}


def test_a_refusal_made_at_the_registration_ends_the_papers_consent(
    session: Session, worker: Actor
) -> None:
    known = make_graduate(session, None, union_id=worker.union_id)
    importer = make_actor(session, Role.DRIVE_MANAGER)
    importer = Actor(importer.account_id, Role.DRIVE_MANAGER, union_id=worker.union_id)
    consent_acts.record_imported(session, importer, [known.id])
    made = _registered(session, worker)
    own = Actor(None, Role.GRADUATE, graduate_id=made.id)
    consent_acts.withdraw_consent(session, own, made.id, ConsentPurpose.RANKING)

    graduate_links.attach_registration(session, worker, made.id, known.id)

    rows = consent_acts.list_consents(session, worker, known.id)
    ended = [row for row in rows if row.purpose is ConsentPurpose.RANKING]
    assert _live(session, worker, known.id) == {ConsentPurpose.SERVICE}
    assert {row.withdrawn_through for row in ended} == {Channel.SELF}


def test_a_refusal_on_the_record_stands_whatever_the_registration_agreed_to(
    session: Session, worker: Actor
) -> None:
    known = make_graduate(session, None, union_id=worker.union_id)
    consent_acts.withdraw_consent(session, worker, known.id, ConsentPurpose.RANKING)
    made = _registered(session, worker)
    own = Actor(None, Role.GRADUATE, graduate_id=made.id)
    text = consent_acts.current_text(session, ConsentPurpose.RANKING, graduates.clock.today())
    consent_acts.give_consent(session, own, made.id, ConsentPurpose.RANKING, text_id=text.id)

    graduate_links.attach_registration(session, worker, made.id, known.id)

    assert _live(session, worker, known.id) == set()
