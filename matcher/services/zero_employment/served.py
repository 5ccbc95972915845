"""What a service act means for a household's clocks: a post recommended stops that of the first referral."""

import datetime as dt

from sqlalchemy.orm import Session

from matcher.kinds.casework import ServiceKind
from matcher.services import clocks
from matcher.services.zero_employment.steps import FIRST_REFERRAL


def note_service(
    session: Session,
    household_id: int | None,
    kind: ServiceKind,
    happened_on: dt.date,
    actor_id: int | None,
) -> None:
    """Stop the clock of the first referral if this was one made since it runs."""
    if household_id is None or kind is not ServiceKind.RECOMMENDATION:
        return
    subject = ("household", household_id)
    running = clocks.running_clock(session, FIRST_REFERRAL, subject)
    if running is None or happened_on < running.started_on:
        return
    clocks.stop_clock(
        session,
        rule=FIRST_REFERRAL,
        subject=subject,
        on=happened_on,
        outcome="referred",
        actor_id=actor_id,
    )
