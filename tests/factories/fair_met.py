"""Somebody a booth met, with one of everything that is held of a visitor: what tests of forgetting begin with."""

from matcher import clock
from matcher.kinds import ConsentPurpose
from matcher.kinds.fair_hall import ContactStepKind
from matcher.kinds.fairs import VisitorKind
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_guests import FairRoute
from matcher.models.fair_visitors import FairVisitor
from matcher.services.fair_guests.registering import VisitorInput, consent_text, register_visitor
from matcher.services.fair_hall import contacts
from matcher.services.permissions import SYSTEM
from tests.factories.fair_hall import EVERYTHING, HallWorld
from tests.factories.fair_hall_rows import make_number, make_slot
from tests.factories.people import make_graduate
from tests.factories.referrals import make_consent

NAME, PHONE = "欧阳修远", "13900001234"


def graduate_visitor(world: HallWorld) -> FairVisitor:
    """Return a graduate of the drive who shows booths everything."""
    graduate = make_graduate(world.session, name=NAME, phone=PHONE)
    make_consent(world.session, graduate, ConsentPurpose.SERVICE)
    return world.visitor(graduate, shown=EVERYTHING)


def outside_visitor(world: HallWorld) -> FairVisitor:
    """Return somebody who registered on the public page, with a ticket."""
    return register_visitor(
        world.session,
        SYSTEM,
        world.fair,
        VisitorInput(
            name=NAME, phone=PHONE, school="宁夏大学", major_text="会计学",
            consent_text_id=consent_text(world.session).id,
        ),
        kind=VisitorKind.REGISTERED,
        session_ids=[world.held.id],
    )  # fmt: skip


def met(world: HallWorld, visitor: FairVisitor) -> FairContact:
    """Have a booth scan the visitor, write a note and reach an intent; a number and an appointment wait."""
    session = world.session
    contact = world.scan(visitor)
    contacts.write_note(
        session, world.agent, world.place.public_id, contact.public_id, "很合适", number="n1"
    )
    world.act(contact, ContactStepKind.INTENT)
    make_number(session, world.place, visitor)
    make_slot(session, world.held, contact)
    session.add(FairRoute(visitor_id=visitor.id, stops=[], made_at=clock.now()))
    session.flush()
    return contact
