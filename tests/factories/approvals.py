"""Factories of offices that approve: a tree of unions with people, and files ready to be sent on their way."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import HardshipTier, Role, UnionKind
from matcher.kinds.household_facts import VisitOutcome
from matcher.kinds.households import FileState
from matcher.models.household_facts import HomeVisit
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_household, make_id_number, make_member


@dataclass(frozen=True)
class Office:
    """A city, a county and a grass-roots union, each with the one person a plain chain needs."""

    city: Union
    county: Union
    unit: Union
    chair: Actor
    """Of the grass-roots union."""
    county_approver: Actor
    city_approver: Actor


def make_office(session: Session) -> Office:
    """Insert the three unions and their people."""
    city = make_union(session)
    county = make_union(session, city)
    unit = make_union(session, county, kind=UnionKind.GRASSROOTS, name="红星机械厂工会")
    return Office(
        city=city,
        county=county,
        unit=unit,
        chair=make_actor(session, Role.GRASSROOTS_OFFICER, union=unit),
        county_approver=make_actor(session, Role.APPROVER, union=county),
        city_approver=make_actor(session, Role.APPROVER, union=city),
    )


def make_draft(
    session: Session, union: Union, *, entered_by: Actor | None = None, **changes: object
) -> Household:
    """Insert a draft with a holder and a signed visit, ready to be sent on its way."""
    fields: dict[str, object] = {
        "state": FileState.DRAFT,
        "unit_name": "红星机械厂",
        "created_by_id": entered_by.account_id if entered_by else None,
        "tier": HardshipTier.DEEP,
    }
    household = make_household(session, union, **(fields | changes))
    holder = make_member(
        session,
        household,
        name="张建国",
        is_holder=True,
        id_number=make_id_number(born=dt.date(1975, 3, 2)),
    )
    make_member(session, household, name="张小雨", relation="女儿", id_number=make_id_number())
    visit = HomeVisit(
        household_id=household.id,
        visited_on=clock.today(),
        outcome=VisitOutcome.MET,
        visitors="王主席、李干事",
        application_signed_on=clock.today(),
        application_signer_id=holder.id,
        authorisation_signed_on=clock.today(),
        authorisation_signer_id=holder.id,
        entered_at=clock.now(),
        entered_by_id=entered_by.account_id if entered_by else None,
    )
    session.add(visit)
    session.flush()
    return household
