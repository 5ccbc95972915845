"""Factories of offices that approve: a tree of unions with people, and files ready to be sent on their way."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.kinds import HardshipTier, Role, UnionKind
from matcher.kinds.approvals import InterestKind, RegisterChangeKind, StepKind
from matcher.kinds.household_facts import VisitOutcome
from matcher.kinds.households import FileState
from matcher.models.approvals import AccountInterest, Approval
from matcher.models.household_facts import HomeVisit
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.publicity import Notice
from matcher.models.reviews import (
    RegisterChange,
    RegisterComparison,
    YearlyReview,
    YearlyReviewItem,
)
from matcher.services.approvals.chains import chain_for
from matcher.services.hardship.register_changes import VALUES
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_household, make_id_number, make_member


@dataclass(frozen=True)
class ApprovalRows:
    """Public ids of one of each row the pages of approval show."""

    approval: str
    notice: str
    token: str
    review: str
    item: str
    change: str
    comparison: str
    interest_id: int


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


def make_approval_rows(session: Session, household: Household, somebody: Actor) -> ApprovalRows:
    """Insert an approval that hangs, with one of each row beside it; no use case in between."""
    approval = make_approval(session, household)
    notice = Notice(
        token=f"link-{approval.public_id}",
        approval_id=approval.id,
        subject_kind="household",
        subject_id=household.id,
        union_id=household.union_id,
        limit_rule="publicity.first",
        from_on=clock.today(),
        to_on=clock.today() + dt.timedelta(days=7),
        lines={"name": "张*国", "unit": "红星机械厂", "tier": "deep"},
        contact="0951-5012345",
        created_at=clock.now(),
    )
    review = YearlyReview(
        union_id=household.union_id,
        year=2026,
        seed="2026",
        percent=30,
        source="试验",
        population=[household.id],
        due_on=dt.date(2026, 12, 31),
        created_at=clock.now(),
    )
    change = RegisterChange(
        union_id=household.union_id,
        household_id=household.id,
        kind=RegisterChangeKind.NEW_FILE,
        fields=[],
        values_cipher=ring_of(session).encrypt("[]", VALUES),
        approved_on=clock.today(),
        key_due_on=clock.today(),
        paper_due_on=clock.today(),
        created_at=clock.now(),
    )
    comparison = RegisterComparison(
        union_id=household.union_id,
        file_name="export.xlsx",
        digest="0",
        there=1,
        here=1,
        same=1,
        created_at=clock.now(),
    )
    interest = AccountInterest(
        account_id=somebody.account_id,
        kind=InterestKind.OWN,
        unit_name="东风商贸",
        unit_key="东风商贸",
        declared_at=clock.now(),
    )
    session.add_all([notice, review, change, comparison, interest])
    session.flush()
    item = YearlyReviewItem(review_id=review.id, household_id=household.id, position=1)
    session.add(item)
    session.flush()
    return ApprovalRows(
        approval=approval.public_id,
        notice=notice.public_id,
        token=f"link-{approval.public_id}",
        review=review.public_id,
        item=item.public_id,
        change=change.public_id,
        comparison=comparison.public_id,
        interest_id=interest.id,
    )


def make_approval(session: Session, household: Household) -> Approval:
    """Insert an approval of a file whose notice hangs."""
    chain = chain_for(session, "hardship_file", household.union_id)
    approval = Approval(
        chain_id=chain.id,
        subject_kind="household",
        subject_id=household.id,
        union_id=household.union_id,
        position=2,
        step_kind=StepKind.PUBLICITY,
        waits_at_id=household.union_id,
        created_at=clock.now(),
    )
    session.add(approval)
    session.flush()
    return approval
