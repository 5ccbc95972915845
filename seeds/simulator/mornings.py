"""What a morning brings beside the clerks' proposals: call-backs come due, employers asked about closed postings."""

from collections.abc import Iterator
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.follow_ups import CallBackState, SeatSurveyState
from matcher.models.follow_ups import CallBack, SeatSurvey
from seeds.simulator.agenda import Agenda
from seeds.simulator.town import Town

_COURSE_EVERY = 5
_CLOSED_EARLY = 18
"""One posting in so many is closed before its day."""

_ANSWER_DAYS = 6


def plan(agenda: Agenda, town: Town, random: Random, days: int) -> None:
    """Plan what is known before the drive begins: courses by their days, postings that close early."""
    for number, day in enumerate(range(1, days, _COURSE_EVERY)):
        agenda.add(day, "publish", number)
    for posting_id in town.postings[::_CLOSED_EARLY]:
        agenda.add(random.randint(2, max(2, days // 2)), "closing", posting_id)


class Mornings:
    """Tells what the nights asked anew, each question once."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._seen: set[tuple[str, int]] = set()

    def asked(self, session: Session) -> Iterator[tuple[str, int, int]]:
        """Yield each new question with its record and in how many days somebody answers."""
        calls = sa.select(CallBack.id).where(CallBack.state == CallBackState.DUE)
        surveys = sa.select(SeatSurvey.id).where(SeatSurvey.state == SeatSurveyState.ASKED)
        for kind, found in (("call_back", calls), ("survey", surveys)):
            for number in session.scalars(found.order_by(sa.literal_column("id"))).all():
                if (kind, number) not in self._seen:
                    self._seen.add((kind, number))
                    yield kind, number, self._random.randint(0, _ANSWER_DAYS)
