"""The steps of a referral as people take them: each one use case, by the actor whose turn it is.

An act looks where the referral stands, decides by temperament, and names what follows on which day. Answers may come
late: then the use case decides, not the simulator.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role
from matcher.kinds.referrals import (
    DeclineReason,
    DisclosurePart,
    FallThroughReason,
    ReferralState,
    RefusalReason,
)
from matcher.services.permissions import Actor
from matcher.services.referrals import (
    acceptance,
    arrivals,
    employer_answers,
    person_answers,
    sending,
)
from seeds.simulator import clerks
from seeds.simulator.turns import LATE_DAYS, Cast, Turn, nothing

_R = ReferralState
_LATE_PAPERS, _LATE_SHARE = 26, 0.06
"""Days after which some clerks file a proof, and how many do."""

_PARTS = (DisclosurePart.NAME, DisclosurePart.PHONE, DisclosurePart.SCHOOL)


@dataclass(frozen=True)
class Standing:
    """A referral as it stands when somebody's turn comes."""

    id: int
    state: ReferralState
    posting_id: int
    graduate_id: int
    employer_id: int
    version: int
    reports_on: dt.date | None


def graduate(standing: Standing) -> Actor:
    """Return the person of a referral, answering by a link."""
    return Actor(account_id=None, role=Role.GRADUATE, graduate_id=standing.graduate_id)


def employer(standing: Standing) -> Actor:
    """Return the employer of a referral, answering by a link."""
    return Actor(account_id=None, role=Role.EMPLOYER, employer_id=standing.employer_id)


def person_about_proposal(now: Standing, cast: Cast) -> Turn | None:
    """The person agrees to be referred, or does not; some are silent and answer late."""
    if cast.random.random() > cast.person.answers:
        return Turn("silent", nothing, (("person_about_proposal", LATE_DAYS),))
    if cast.random.random() < cast.person.agrees:
        return Turn(
            "agree",
            lambda s: sending.agree(s, graduate(now), now.id, disclosed=_PARTS),
            (("employer_about_person", cast.employer.days),),
        )
    return Turn("decline", lambda s: _decline(s, now, cast))


def employer_about_person(now: Standing, cast: Cast) -> Turn | None:
    """The employer invites, offers at once, keeps waiting, or refuses; some never answer."""
    draw = cast.random.random()
    if draw > cast.employer.answers:
        return Turn("silent", nothing, (("employer_about_person", LATE_DAYS),))
    if draw < cast.employer.holds and now.state is _R.SENT:
        by = clock.today() + dt.timedelta(days=5)
        return Turn(
            "hold",
            lambda s: employer_answers.hold(s, employer(now), now.id, decide_on=by),
            (("employer_about_person", 6),),
        )
    if cast.random.random() < cast.employer.invites:
        on = clock.today() + dt.timedelta(days=3)
        return Turn(
            "invite",
            lambda s: employer_answers.invite(s, employer(now), now.id, on=on),
            (("interview_day", 3),),
        )
    return _verdict(now, cast)


def interview_day(now: Standing, cast: Cast) -> Turn | None:
    """The person comes or not; the employer notes it and decides two days later."""
    came = cast.random.random() < cast.person.comes
    return Turn(
        "attendance",
        lambda s: employer_answers.note_attendance(s, employer(now), now.id, attended=came),
        (("employer_decides", 2),),
    )


def employer_decides(now: Standing, cast: Cast) -> Turn | None:
    """The employer offers or refuses after an interview."""
    return _verdict(now, cast)


def person_about_offer(now: Standing, cast: Cast) -> Turn | None:
    """The person accepts an offer or declines it; some are silent and answer late."""
    if cast.random.random() > cast.person.answers:
        return Turn("silent", nothing, (("person_about_offer", LATE_DAYS),))
    if cast.random.random() < cast.person.accepts:
        days = max(1, (now.reports_on - clock.today()).days) if now.reports_on else 1
        return Turn(
            "accept",
            lambda s: acceptance.accept(s, graduate(now), now.id),
            (("first_day", days),),
        )
    return Turn("decline", lambda s: _decline(s, now, cast))


def first_day(now: Standing, cast: Cast) -> Turn | None:
    """The person reports for work, or the job falls through."""
    if cast.random.random() < cast.employer.cancels:
        return Turn(
            "fall_through",
            lambda s: arrivals.fall_through(
                s, employer(now), now.id, reason=FallThroughReason.EMPLOYER
            ),
        )
    if cast.random.random() < cast.person.arrives:
        return Turn(
            "report",
            lambda s: arrivals.report_for_work(s, employer(now), now.id, on=clock.today()),
            (("settles_in", 7), ("papers", _papers_in(cast))),
        )
    return Turn(
        "fall_through",
        lambda s: arrivals.fall_through(s, graduate(now), now.id, reason=FallThroughReason.PERSON),
    )


def settles_in(now: Standing, cast: Cast) -> Turn | None:
    """After a week the employer confirms the person is in post; some leave later."""
    leaves = cast.random.random() > cast.person.stays
    return Turn(
        "in_post",
        lambda s: arrivals.confirm_in_post(s, employer(now), now.id, on=clock.today()),
        (("leaves", 15),) if leaves else (),
    )


def papers(now: Standing, cast: Cast) -> Turn | None:
    """The clerk files a proof of the job; sometimes weeks later, when the job may be over."""
    return Turn("papers", lambda s: clerks.file_papers(s, cast.clerk, now.id), (("check", 3),))


def check(now: Standing, cast: Cast) -> Turn | None:
    """Somebody else finds it true."""
    return Turn("check", lambda s: clerks.check_papers(s, cast.reviewer, now.id))


def leaves(now: Standing, cast: Cast) -> Turn | None:
    """The job ends."""
    return Turn("leave", lambda s: arrivals.end_job(s, employer(now), now.id, on=clock.today()))


TURNS: dict[str, tuple[Callable[[Standing, Cast], Turn | None], frozenset[ReferralState]]] = {
    "person_about_proposal": (person_about_proposal, frozenset({_R.PROPOSED, _R.EXPIRED})),
    "employer_about_person": (
        employer_about_person,
        frozenset({_R.SENT, _R.ON_HOLD, _R.EXPIRED}),
    ),
    "interview_day": (interview_day, frozenset({_R.INTERVIEW})),
    "employer_decides": (employer_decides, frozenset({_R.INTERVIEW, _R.EXPIRED})),
    "person_about_offer": (person_about_offer, frozenset({_R.OFFERED, _R.EXPIRED})),
    "first_day": (first_day, frozenset({_R.ACCEPTED})),
    "settles_in": (settles_in, frozenset({_R.REPORTED})),
    "papers": (papers, frozenset({_R.REPORTED, _R.IN_POST})),
    "check": (check, frozenset({_R.REPORTED, _R.IN_POST})),
    "leaves": (leaves, frozenset({_R.IN_POST})),
}
"""Event → whose turn it is, and in which states somebody would still try."""


def _papers_in(cast: Cast) -> int:
    return _LATE_PAPERS if cast.random.random() < _LATE_SHARE else 2


def _verdict(now: Standing, cast: Cast) -> Turn:
    if cast.random.random() < cast.employer.offers:
        on = clock.today() + dt.timedelta(days=10)
        return Turn(
            "offer",
            lambda s: employer_answers.offer(s, employer(now), now.id, reports_on=on),
            (("person_about_offer", cast.person.days),),
        )
    reason = cast.random.choice((RefusalReason.MAJOR, RefusalReason.SKILL, RefusalReason.FILLED))
    return Turn(
        "refuse",
        lambda s: employer_answers.refuse(
            s, employer(now), now.id, reason=reason, words="感谢参加", note=None
        ),
    )


def _decline(session: Session, now: Standing, cast: Cast) -> object:
    reason = cast.random.choice((DeclineReason.PLACE, DeclineReason.PAY, DeclineReason.WORK))
    return person_answers.decline(session, graduate(now), now.id, reason=reason, words=None)
