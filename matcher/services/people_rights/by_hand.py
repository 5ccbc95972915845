"""Who is not ranked by machine (不参加自动排序) is served by hand: a task for who answers for the person.

The person stays in the caseload and in every denominator; only the lists leave them out (个人信息保护法 art. 24).
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.people_rights import AnonymisedRow
from matcher.services import tasks

RULE = "ranking.by_hand"


def open_for(session: Session, graduate_id: int) -> None:
    """Open the task; nothing happens for a record nobody has confirmed, or that is anonymous."""
    graduate = session.get_one(Graduate, graduate_id)
    gone = sa.select(AnonymisedRow.id).where(
        AnonymisedRow.subject_kind == "graduate", AnonymisedRow.subject_id == graduate_id
    )
    if not graduate.is_confirmed or session.scalar(gone.limit(1)) is not None:
        return
    tasks.open_task(
        session,
        union_id=graduate.union_id,
        rule=RULE,
        subject=("graduate", graduate_id),
        assignee_id=_answering(session, graduate),
    )


def close(session: Session, graduate_id: int) -> None:
    """Drop the task because the person agreed again."""
    tasks.drop_task(session, RULE, ("graduate", graduate_id))


def _answering(session: Session, graduate: Graduate) -> int | None:
    """Return the owner of the open case, else of the open file."""
    of_case = sa.select(GraduateCase.owner_id).where(
        GraduateCase.graduate_id == graduate.id, GraduateCase.closed_on.is_(None)
    )
    owner = session.scalar(of_case)
    if owner is None and graduate.household_id is not None:
        owner = session.scalar(
            sa.select(Household.owner_id).where(
                Household.id == graduate.household_id, Household.is_open
            )
        )
    return owner
