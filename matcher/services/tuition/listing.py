"""From approved applications to a payment list (助学发放清单): those of a year that stand on no list yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds.tuition import TuitionState
from matcher.models.households import Household, HouseholdMember
from matcher.models.money import PaymentLine, PaymentList
from matcher.models.tuition import TuitionApplication
from matcher.services.money import lists
from matcher.services.money.lists import LineInput
from matcher.services.money.people import Person
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.tuition.applications import SUBJECT
from matcher.services.tuition.lists import PROGRAMME, lock_application


@dataclass(frozen=True)
class Approved:
    """An approved application that waits for a list."""

    application: TuitionApplication
    name: str
    file_number: str
    has_card: bool


def list_approved(session: Session, by: Actor, payment_list: PaymentList) -> list[Approved]:
    """Return the approved applications a list of tuition aid may take up: of its year, its union and below."""
    require(by, Permission.RECORD_MONEY)
    if payment_list.programme != PROGRAMME:
        return []
    found = _approved(by).where(TuitionApplication.year == payment_list.year)
    ordered = found.order_by(TuitionApplication.term_starts_on, TuitionApplication.id)
    return [
        Approved(row.TuitionApplication, row.name, row.file_number, bool(row.has_card))
        for row in session.execute(ordered)
    ]


def _approved(by: Actor) -> sa.Select[*tuple[Any, ...]]:
    listed = sa.exists().where(
        PaymentLine.subject_kind == SUBJECT, PaymentLine.subject_id == TuitionApplication.id
    )
    return (
        sa.select(
            TuitionApplication,
            HouseholdMember.name,
            HouseholdMember.card_cipher.is_not(None).label("has_card"),
            Household.file_number,
        )
        .join(HouseholdMember, HouseholdMember.id == TuitionApplication.member_id)
        .join(Household, Household.id == TuitionApplication.household_id)
        .where(
            TuitionApplication.union_id.in_(scope_of(by).unions()),
            TuitionApplication.state == TuitionState.APPROVED,
            ~listed,
        )
    )


def put_on_list(
    session: Session, by: Actor, list_id: int, application_ids: Sequence[int]
) -> list[PaymentLine]:
    """Put approved applications on an open list of tuition aid, each with the amount it was approved for.

    Raises
    ------
    RuleBrokenError
        The list is of another programme or year, or an application is not approved.
    """
    require(by, Permission.RECORD_MONEY)
    payment_list = lists.lock_open(session, by, list_id)
    made = []
    for number in sorted(set(application_ids)):
        row = lock_application(session, by, number)
        fits = payment_list.programme == PROGRAMME and payment_list.year == row.year
        if not fits or row.state is not TuitionState.APPROVED or row.amount_fen is None:
            raise RuleBrokenError(
                "tuition_not_payable", "只有同一学年、已批准的助学申请可以加入这张清单。"
            )
        line = LineInput(
            person=Person(member_id=row.member_id, household_id=row.household_id),
            amount_fen=row.amount_fen,
            subject=(SUBJECT, row.id),
        )
        made.append(lists.add_line(session, by, list_id, line))
    return made
