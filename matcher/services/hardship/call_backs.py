"""Call-backs (回访) after a household left: the task that looks for a return (返困), and limits counted in days."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher import clock
from matcher.models.households import Household
from matcher.policy.deadlines import get_deadline
from matcher.services import tasks

CALL_BACK_RULE = "household_exit.call_back"


def days_of(rule: str, household: Household) -> int:
    """Return how many days from today a limit of `policy/data/deadlines.csv` gives a household."""
    today = clock.today()
    return (get_deadline(rule, household.region_code, today).after(today) - today).days


def open_call_back(session: Session, household: Household, on: dt.date) -> None:
    """Open the task that somebody asks the family how it fares."""
    tasks.open_task(
        session,
        union_id=household.union_id,
        rule=CALL_BACK_RULE,
        subject=("household", household.id),
        due_on=on,
        assignee_id=household.owner_id,
    )
