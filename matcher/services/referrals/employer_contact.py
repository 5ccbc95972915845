"""The telephone number of a person referred (手机号), opened by the employer: if it is shown, and each time logged."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import NotFoundError
from matcher.kinds.referrals import DisclosurePart
from matcher.models.graduates import Graduate
from matcher.models.referrals import Referral
from matcher.services import audit, sealing
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals.employer_people import find_person
from matcher.services.rows import first_or_missing


def reveal_phone(session: Session, by: Actor, public_id: str) -> str:
    """Return the number of a person referred who lets the employer see it.

    Raises
    ------
    NotFoundError
        Not referred to the employer, not agreed to, or not shown at this stage.
    """
    require(by, Permission.ANSWER_REFERRALS)
    person = find_person(session, by, public_id)
    found = (
        sa.select(Graduate)
        .join(Referral, Referral.graduate_id == Graduate.id)
        .where(Referral.id == person.id)
    )
    graduate = first_or_missing(session, found, lock=False)
    shows = DisclosurePart.PHONE in person.shown
    number = sealing.open_sealed(session, graduate, "phone") if shows else None
    if number is None:
        raise NotFoundError(
            "phone_not_shown", "现在不能看手机号：本人没有选择提供，或者还没到约定面试这一步。"
        )
    audit.record(
        session,
        by,
        "number.revealed",
        subject=("referral", person.id),
        field="phone",
        reason="联系本人",
    )
    session.flush()
    return number
