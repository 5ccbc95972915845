"""The demo's fair that is over, afterwards: closed, some intents told of by their sides, a survey with answers."""

from contextlib import suppress

import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import YangguangError
from matcher.kinds.fair_reports import OutcomeSaid, SurveySide
from matcher.models.fair_reports import FairFollow
from matcher.models.fairs import Fair
from matcher.services.fair_reports import asking, closing, following, reporting, surveys
from matcher.services.fair_reports.following import Told
from seeds.demo_fair_kinds import DemoFair, FairPeople, Stage

_SAID = (OutcomeSaid.STARTED, OutcomeSaid.HIRED, OutcomeSaid.NOT_HIRED, None, OutcomeSaid.TALKING)
"""What staff were told of the intents, in turn; None: nothing yet."""

_VISITORS = (
    {"overall": ["5"], "fit": ["4"], "finding": ["5"], "waiting": ["3"], "talked": ["three_five"]},
    {"overall": ["4"], "fit": ["3"], "waiting": ["2"], "missing": ["order", "posts"]},
    {"overall": ["4"], "fit": ["4"], "waiting": ["3"], "talked": ["one_two"], "again": ["yes"]},
    {"overall": ["5"], "fit": ["5"], "finding": ["4"], "again": ["yes"]},
    {"overall": ["3"], "fit": ["2"], "waiting": ["2"], "missing": ["near"], "again": ["perhaps"]},
    {"overall": ["4"], "finding": ["4"], "waiting": ["3"], "missing": ["posts", "advice"]},
)
_WORDS = ("", "排队的时候不知道还要等多久。", "", "", "希望有离家近的岗位。", "")


def follow_up(factory: SessionFactory, made: DemoFair, people: FairPeople) -> None:
    """Close the fair that is over and do what an organiser does in the three weeks after it."""
    if made.stage is not Stage.OVER:
        return
    by = people.organiser
    with transaction(factory) as session:
        closing.close_fair(session, by, made.public_id)
        reporting.write_summary(
            session,
            by,
            made.public_id,
            "现场秩序良好。上午九点到十点入口较挤，下次分时段邀请。",
            expected_version=None,
        )
    with reading(factory) as session:
        fair = session.get_one(Fair, made.fair_id)
        places, visitors = (
            asking.places_to_ask(session, fair),
            asking.visitors_to_ask(session, fair),
        )
        wanted = sa.select(FairFollow.public_id).where(FairFollow.fair_id == made.fair_id)
        follows = session.scalars(wanted.order_by(FairFollow.id)).all()
        token = fair.token
    with transaction(factory) as session:
        for place_id in places:
            asking.ask_place(session, place_id)
        for visitor_id in visitors:
            asking.ask_visitor(session, visitor_id)
        for at, public_id in enumerate(follows):
            said = _SAID[at % len(_SAID)]
            if said is not None:
                following.tell(session, by, public_id, Told(said))
    for number, (sent, words) in enumerate(zip(_VISITORS, _WORDS, strict=True)):
        with suppress(YangguangError), transaction(factory) as session:
            surveys.answer_openly(
                session, token, SurveySide.VISITOR, sent, words, number=str(number)
            )
