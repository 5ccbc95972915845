"""Following up (回访): call-backs answered by link or on the telephone, and employers asked about closed postings."""

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import PostingState, Role
from matcher.kinds.follow_ups import CallBackAnswer, CallBackState, SeatOutcomeKind, SeatSurveyState
from matcher.kinds.placements import PlacementEnd
from matcher.kinds.referrals import SETTLED
from matcher.models.follow_ups import CallBack, SeatSurvey
from matcher.models.placements import Placement
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.services import postings
from matcher.services.follow_ups import answering, seat_answers
from matcher.services.follow_ups.answering import CallBackFacts
from matcher.services.permissions import Actor
from seeds.simulator.invariants import Touched
from seeds.simulator.turns import Players, Taken, Turn, nothing

EVENTS = frozenset({"call_back", "call_again", "survey", "survey_called", "closing"})

_BY_LINK, _NOT_REACHED, _LEFT, _CHANGED, _TOO_LATE = 0.4, 0.12, 0.4, 0.04, 0.1
"""Shares: answered by link; nobody picks up; of who may leave, left; changed; asked although it is settled."""

_CALLED_AFTER = 16
"""Days after which the union calls an employer that did not answer."""

_A = CallBackAnswer
_O = SeatOutcomeKind


def turn_of(session: Session, kind: str, number: int, players: Players) -> Taken | None:
    """Return what is done about a call-back, a question about seats, or a posting to be closed."""
    if kind == "closing":
        return _closing(session, number, players)
    if kind.startswith("survey"):
        return _survey(session, number, players, is_called=kind == "survey_called")
    return _call(session, number, players, is_again=kind == "call_again")


def _call(session: Session, number: int, players: Players, *, is_again: bool) -> Taken | None:
    row, draw = session.get_one(CallBack, number), players.random
    if row.state is not CallBackState.DUE and draw.random() > _TOO_LATE:
        return None
    placement = session.get_one(Placement, row.placement_id)
    referral = session.get(Referral, placement.referral_id) if placement.referral_id else None
    touched = Touched(referral.posting_id if referral else None, row.graduate_id)
    clerk = players.clerk_of(row.graduate_id)
    public_id = row.public_id
    if not is_again and draw.random() < _NOT_REACHED:
        turn = Turn(
            "call_not_reached",
            lambda s: answering.note_attempt(s, clerk, public_id),
            (("call_again", 2),),
        )
        return Taken(turn, touched)
    by = _own(row.graduate_id) if draw.random() < _BY_LINK else clerk
    facts = _facts(players, row.graduate_id, placement.started_on)
    way = "call" if by is clerk else "link"
    return Taken(
        Turn(
            f"{way}_{facts.answer.value}", lambda s: answering.answer_call(s, by, public_id, facts)
        ),
        touched,
        lambda s: answering.answer_call(s, clerk, public_id, CallBackFacts(answer=_A.STILL_THERE)),
    )


def _own(graduate_id: int) -> Actor:
    return Actor(account_id=None, role=Role.GRADUATE, graduate_id=graduate_id)


def _facts(players: Players, graduate_id: int, since: dt.date) -> CallBackFacts:
    draw = players.random.random()
    if draw > 1 - (1 - players.person(graduate_id).stays) * _LEFT:
        left_on = clock.today() - dt.timedelta(days=players.random.randint(0, 12))
        reason = players.random.choice((PlacementEnd.QUIT, PlacementEnd.DISMISSED))
        return CallBackFacts(answer=_A.LEFT, left_on=max(left_on, since), reason=reason)
    return CallBackFacts(answer=_A.CHANGED if draw < _CHANGED else _A.STILL_THERE)


def _survey(session: Session, number: int, players: Players, *, is_called: bool) -> Taken | None:
    row = session.get_one(SeatSurvey, number)
    if row.state is not SeatSurveyState.ASKED:
        return None
    touched, public_id = Touched(row.posting_id), row.public_id
    counts = _counts(session, row, players)
    manager = players.town.manager
    silent = players.random.random() > players.employer(row.employer_id).answers
    if silent and not is_called:
        return Taken(Turn("silent", nothing, (("survey_called", _CALLED_AFTER),)), touched)
    by = manager if is_called else _unit(row.employer_id)
    name = "seats_told_on_call" if is_called else "seats_told"
    return Taken(
        Turn(name, lambda s: seat_answers.answer_seats(s, by, public_id, counts)),
        touched,
        lambda s: seat_answers.answer_seats(s, manager, public_id, counts),
    )


def _unit(employer_id: int) -> Actor:
    return Actor(account_id=None, role=Role.EMPLOYER, employer_id=employer_id)


def _counts(session: Session, row: SeatSurvey, players: Players) -> Mapping[SeatOutcomeKind, int]:
    """Return what an employer says: who was referred and is there, and something of the rest."""
    hired = session.scalar(
        sa.select(sa.func.count()).where(
            Referral.posting_id == row.posting_id,
            Referral.state.in_(sorted(SETTLED)),
            Referral.left_on.is_(None),
        )
    )
    referred = min(hired or 0, row.seats)
    other = players.random.randint(0, row.seats - referred)
    return {_O.REFERRED: referred, _O.OTHER: other, _O.NOT_FILLED: row.seats - referred - other}


def _closing(session: Session, posting_id: int, players: Players) -> Taken | None:
    """The union takes a posting offline before its day, as employers ask it to."""
    if session.get_one(Posting, posting_id).state is not PostingState.PUBLISHED:
        return None
    manager = players.town.manager
    return Taken(
        Turn(
            "close_posting",
            lambda s: postings.close_posting(s, manager, posting_id, reason="单位已招满"),
        ),
        Touched(posting_id),
    )
