"""Approved changes the national system still has to learn (全国系统待录入).

The national system stays the register of record: what was approved here is frozen in its field order and sealed,
until somebody keyed it there and ticked it off; likewise on paper.
"""

import datetime as dt
import json
from collections.abc import Sequence

from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.kinds.approvals import RegisterChangeKind
from matcher.models.households import Household
from matcher.models.reviews import RegisterChange
from matcher.policy.national_form import load_form
from matcher.services import tasks
from matcher.services.approvals.limits import last_day
from matcher.services.hardship.form_values import Line, form_values

VALUES = "register_change.values"
KEY_RULE, PAPER_RULE = "register.keyed", "register.paper"
SUBJECT = "register_change"


def note_change(
    session: Session,
    household: Household,
    kind: RegisterChangeKind,
    *,
    approval_id: int | None = None,
    fields: Sequence[str] | None = None,
    extra: Sequence[Line] = (),
) -> RegisterChange:
    """Note that something was approved, with its values as they are now, and open the two tasks.

    Parameters
    ----------
    fields : codes of the form that changed; None takes the whole form
    extra : lines the file itself does not hold (exit and its reason)
    """
    order = {field.code: position for position, field in enumerate(load_form())}
    lines = [
        line
        for line in [*form_values(session, household), *extra]
        if fields is None or line["code"] in fields or line in extra
    ]
    lines.sort(key=lambda line: _order(line, order))
    today, region = clock.today(), household.region_code
    change = RegisterChange(
        union_id=household.union_id,
        household_id=household.id,
        approval_id=approval_id,
        kind=kind,
        fields=list(dict.fromkeys(line["code"] for line in lines)),
        values_cipher=ring_of(session).encrypt(json.dumps(lines, ensure_ascii=False), VALUES),
        approved_on=today,
        key_due_on=last_day(session, KEY_RULE, region, today).day,
        paper_due_on=last_day(session, PAPER_RULE, region, today).day,
        created_at=clock.now(),
    )
    session.add(change)
    session.flush()
    _open_tasks(session, household, change)
    return change


def _open_tasks(session: Session, household: Household, change: RegisterChange) -> None:
    for rule, due_on in ((KEY_RULE, change.key_due_on), (PAPER_RULE, change.paper_due_on)):
        tasks.open_task(
            session,
            union_id=household.union_id,
            rule=rule,
            subject=(SUBJECT, change.id),
            due_on=due_on,
            facts={"household_id": household.id},
            assignee_id=household.owner_id,
        )


def note_exit(
    session: Session, household: Household, *, kind: str, on: dt.date, reason: str
) -> RegisterChange:
    """Note that a household left: the national system closes its file too.

    Parameters
    ----------
    kind, reason : in words, as the national form has them
    """
    told = {"exit_kind": kind, "exit_on": on.isoformat(), "exit_reason": reason}
    extra = [
        {"part": "exit", "number": 0, "code": code, "value": value} for code, value in told.items()
    ]
    who = ("file_number", "holder_name", "id_number")
    return note_change(session, household, RegisterChangeKind.EXITED, fields=who, extra=extra)


def _order(line: Line, order: dict[str, int]) -> tuple[int, int, int]:
    """Members stay together: all fields of the first before those of the second."""
    first_of_members = min(order[code] for code in order if code.startswith("member_"))
    place = order.get(line["code"], len(order))
    if line["part"] == "member":
        return first_of_members, line["number"], place
    return place, 0, 0
