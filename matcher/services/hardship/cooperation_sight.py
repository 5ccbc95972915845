"""What each of two unions sees of a cooperation (异地协作), by consent, scope and day.

The home union sees it with the file. The other union sees who asks and for what, and the person's name and phone
once it has accepted, while the consent stands and until the last day; of the household it sees nothing, ever.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.kinds.joins import CooperationScope, CooperationState
from matcher.models.consents import Consent
from matcher.models.file_joins import Cooperation, CooperationAct
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.services.hardship.sight import whole_in_sight
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import first_or_missing, not_found

LIVE = (CooperationState.ASKED, CooperationState.RUNNING)


@dataclass(frozen=True)
class CooperationView:
    """A cooperation as one of the two unions sees it; `person` is None where it may not be known."""

    row: Cooperation
    is_home: bool
    home_name: str
    partner_name: str
    person: Graduate | HouseholdMember | None
    has_consent: bool
    is_over: bool
    """The last day is past, or somebody ended it."""
    acts: tuple[CooperationAct, ...] = ()

    @property
    def scope(self) -> list[CooperationScope]:
        """What the other union is asked for."""
        return [CooperationScope(one) for one in self.row.scope]


def partner_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `Cooperation` for those the actor sees as the other union."""
    require(by, Permission.EDIT_CASES)
    today = clock.today()
    consented = sa.or_(
        sa.exists().where(Consent.id == Cooperation.consent_id, Consent.withdrawn_at.is_(None)),
        sa.and_(
            Cooperation.paper_consent_on.is_not(None), Cooperation.consent_withdrawn_on.is_(None)
        ),
    )
    return sa.and_(
        Cooperation.partner_union_id.in_(scope_of(by).unions()),
        Cooperation.state.in_(LIVE),
        Cooperation.starts_on <= today,
        Cooperation.expires_on >= today,
        consented,
    )


def home_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `Cooperation` for those of files the actor sees whole."""
    require(by, Permission.VIEW_FILES)
    return Cooperation.household_id.in_(sa.select(Household.id).where(whole_in_sight(by)))


def in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on `Cooperation` for either side."""
    require(by, Permission.VIEW_CASES)
    sides = []
    if may(by, Permission.VIEW_FILES):
        sides.append(home_sight(by))
    if may(by, Permission.EDIT_CASES):
        sides.append(partner_sight(by))
    return sa.or_(*sides)


def get_row(
    session: Session, by: Actor, public_id: str, *, home: bool | None = None, lock: bool = False
) -> Cooperation:
    """Return a cooperation in sight, of one side if said."""
    seen = in_sight(by) if home is None else home_sight(by) if home else partner_sight(by)
    found = sa.select(Cooperation).where(Cooperation.public_id == public_id, seen)
    return first_or_missing(session, found, lock=lock)


def _base() -> sa.Select[Cooperation, str, str | None]:
    home, other = aliased(Union), aliased(Union)
    return (
        sa.select(Cooperation, home.name, other.name)
        .join(home, home.id == Cooperation.home_union_id)
        .outerjoin(other, other.id == Cooperation.partner_union_id)
    )


def list_cooperations(
    session: Session, by: Actor, *, live_only: bool = True
) -> list[CooperationView]:
    """Return what either side sees, soonest to expire first; four queries however many there are."""
    found = _base().where(in_sight(by))
    if live_only:
        found = found.where(Cooperation.state.in_(LIVE))
    rows = session.execute(found.order_by(Cooperation.expires_on, Cooperation.id)).all()
    return _views(session, by, [(row[0], row[1], row[2]) for row in rows])


def list_of_household(session: Session, by: Actor, household_id: int) -> list[CooperationView]:
    """Return the cooperations of one file the actor sees whole."""
    found = _base().where(home_sight(by), Cooperation.household_id == household_id)
    rows = session.execute(found.order_by(Cooperation.id.desc())).all()
    return _views(session, by, [(row[0], row[1], row[2]) for row in rows])


def view_cooperation(session: Session, by: Actor, public_id: str) -> CooperationView:
    """Return a cooperation with its acts, as the actor's side sees it."""
    row = get_row(session, by, public_id)
    named = session.execute(_base().where(Cooperation.id == row.id)).one()
    view = _views(session, by, [(named[0], named[1], named[2])])[0]
    acts = sa.select(CooperationAct).where(CooperationAct.cooperation_id == row.id)
    found = session.scalars(acts.order_by(CooperationAct.id.desc())).all()
    return CooperationView(
        view.row,
        view.is_home,
        view.home_name,
        view.partner_name,
        view.person,
        view.has_consent,
        view.is_over,
        tuple(found),
    )


def _views(
    session: Session, by: Actor, rows: list[tuple[Cooperation, str, str | None]]
) -> list[CooperationView]:
    own = _own_files(session, by, [row.household_id for row, _, _ in rows])
    people = _people(session, [row for row, _, _ in rows])
    withdrawn = _withdrawn(session, [row for row, _, _ in rows])
    return [
        CooperationView(
            row,
            row.household_id in own,
            home,
            other or row.partner_name or "",
            people.get(row.id)
            if row.household_id in own or row.state is CooperationState.RUNNING
            else None,
            has_consent=row.id not in withdrawn,
            is_over=row.state not in LIVE or row.expires_on < clock.today(),
        )
        for row, home, other in rows
    ]


def _own_files(session: Session, by: Actor, household_ids: list[int]) -> set[int]:
    if not may(by, Permission.VIEW_FILES):
        return set()
    found = sa.select(Household.id).where(Household.id.in_(household_ids), whole_in_sight(by))
    return set(session.scalars(found).all())


def _people(session: Session, rows: list[Cooperation]) -> dict[int, Graduate | HouseholdMember]:
    graduates = {row.graduate_id for row in rows if row.graduate_id}
    members = {row.member_id for row in rows if row.member_id}
    found_graduates = {
        one.id: one
        for one in session.scalars(sa.select(Graduate).where(Graduate.id.in_(graduates)))
    }
    found_members = {
        one.id: one
        for one in session.scalars(
            sa.select(HouseholdMember).where(HouseholdMember.id.in_(members))
        )
    }
    found: dict[int, Graduate | HouseholdMember] = {}
    for row in rows:
        if row.graduate_id in found_graduates:
            found[row.id] = found_graduates[row.graduate_id]
        elif row.member_id in found_members:
            found[row.id] = found_members[row.member_id]
    return found


def _withdrawn(session: Session, rows: list[Cooperation]) -> set[int]:
    """Return the cooperations whose consent does not stand any more."""
    consents = [row.consent_id for row in rows if row.consent_id]
    found = sa.select(Consent.id).where(Consent.id.in_(consents), Consent.withdrawn_at.is_not(None))
    ended = set(session.scalars(found).all())
    return {
        row.id for row in rows if row.consent_id in ended or row.consent_withdrawn_on is not None
    }


def require_running(row: Cooperation) -> None:
    """Raise as for a missing row unless the cooperation runs today."""
    if row.state is not CooperationState.RUNNING or row.expires_on < clock.today():
        raise not_found()
