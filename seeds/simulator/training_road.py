"""The road of training (培训): courses published, people referred to them, answers, class, certificate, subsidy.

Nobody is hired here: a job after training comes by the road of a referral, and the night finds it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import Role
from matcher.kinds.training import (
    CourseKind,
    CoursePayer,
    DropReason,
    TrainingRefusal,
    TrainingState,
)
from matcher.models.training import Course, TrainingReferral
from matcher.services.permissions import Actor
from matcher.services.training import answers, certificates, proposing
from matcher.services.training.certificates import CertificateInput
from seeds.simulator.invariants import Touched
from seeds.simulator.turns import LATE_DAYS, Players, Taken, Turn, nothing

_T = TrainingState
_SILENT, _TAKES, _LEAVES, _PASSES = 0.08, 0.88, 0.08, 0.85
"""Shares: providers who do not answer, who take somebody; people who leave a course, who pass its examination."""

_SUBSIDY_FEN = 300_000


@dataclass(frozen=True)
class Trainee:
    """A training referral as it stands when somebody's turn comes."""

    id: int
    state: TrainingState
    graduate_id: int
    provider_id: int
    kind: CourseKind
    starts_on: dt.date
    ends_on: dt.date
    cost_fen: int
    pays: bool

    @property
    def person(self) -> Actor:
        """The person, answering by a link."""
        return Actor(account_id=None, role=Role.GRADUATE, graduate_id=self.graduate_id)

    @property
    def provider(self) -> Actor:
        """The provider, answering by its link."""
        return Actor(account_id=None, role=None, provider_id=self.provider_id)


def turn_of(session: Session, kind: str, referral_id: int, players: Players) -> Taken | None:
    """Return what is done about somebody's training now; None if it no longer fits."""
    act, states = TURNS[kind]
    row = session.get_one(TrainingReferral, referral_id)
    course = session.get_one(Course, row.course_id)
    if row.state not in states:
        return None
    turn = act(_trainee(row, course), players)
    clerk = players.clerk_of(row.graduate_id)
    return Taken(
        turn,
        Touched(graduate_id=row.graduate_id, course_id=course.id),
        lambda s: proposing.drop(s, clerk, referral_id, DropReason.OTHER),
    )


def _trainee(row: TrainingReferral, course: Course) -> Trainee:
    return Trainee(
        row.id,
        row.state,
        row.graduate_id,
        course.provider_id,
        course.kind,
        course.starts_on,
        course.ends_on,
        course.cost_fen,
        course.payer is CoursePayer.PERSON,
    )


def _days_to(day: dt.date) -> int:
    return max(1, (day - clock.today()).days)


def person_about_course(now: Trainee, players: Players) -> Turn:
    """The person takes part or does not; some are silent and answer late."""
    person, draw = players.person(now.graduate_id), players.random
    if draw.random() > person.answers:
        return Turn("silent", nothing, (("person_about_course", LATE_DAYS),))
    if draw.random() < person.agrees:
        return Turn(
            "training_agree",
            lambda s: proposing.agree(s, now.person, now.id),
            (("provider_about_person", draw.randint(1, 3)),),
        )
    return Turn(
        "training_decline", lambda s: proposing.drop(s, now.person, now.id, DropReason.NO_WISH)
    )


def provider_about_person(now: Trainee, players: Players) -> Turn:
    """The provider takes the person or not; who is on the waiting list is looked at again."""
    draw = players.random
    if now.state is _T.WAITING:
        return Turn("silent", nothing, (("provider_about_person", 2),))
    if draw.random() < _SILENT:
        return Turn("silent", nothing, (("provider_about_person", LATE_DAYS),))
    if draw.random() < _TAKES:
        return Turn(
            "training_accept",
            lambda s: answers.accept(s, now.provider, now.id),
            (("in_class", _days_to(now.starts_on) + 2),),
        )
    reason = draw.choice((TrainingRefusal.CONDITIONS, TrainingRefusal.UNREACHABLE))
    return Turn("training_refuse", lambda s: answers.refuse(s, now.provider, now.id, reason))


def in_class(now: Trainee, players: Players) -> Turn:
    """Somebody goes on with the course, leaves it, or never came."""
    if now.state is _T.ACCEPTED:
        clerk = players.clerk_of(now.graduate_id)
        return Turn(
            "training_missed", lambda s: proposing.drop(s, clerk, now.id, DropReason.NO_WISH)
        )
    if players.random.random() < _LEAVES:
        return Turn(
            "training_left", lambda s: proposing.drop(s, now.person, now.id, DropReason.TIME)
        )
    return Turn("silent", nothing, (("finishes", _days_to(now.ends_on) + 1),))


def finishes(now: Trainee, players: Players) -> Turn:
    """The provider says who finished; a hasty clerk asks for the subsidy before the certificate."""
    then: tuple[tuple[str, int], ...] = (("subsidy", 1),)
    if now.kind.gives_certificate and players.random.random() < _PASSES:
        then += (("certificate", 2), ("subsidy", 4))
    return Turn(
        "training_finish",
        lambda s: answers.finish(s, now.provider, now.id, on=min(now.ends_on, clock.today())),
        then if now.pays else then[1:2],
    )


def certificate(now: Trainee, _players: Players) -> Turn:
    """The provider enters the certificate's number."""
    paper = CertificateInput(number=f"SIM{now.id:08d}", issued_on=clock.today())
    return Turn("training_certify", lambda s: certificates.certify(s, now.provider, now.id, paper))


def subsidy(now: Trainee, players: Players) -> Turn:
    """The clerk claims the subsidy of who paid."""
    clerk, amount = players.clerk_of(now.graduate_id), min(now.cost_fen, _SUBSIDY_FEN)
    return Turn(
        "training_subsidy",
        lambda s: certificates.claim_subsidy(
            s, clerk, now.id, own_cost_fen=now.cost_fen, amount_fen=amount
        ),
    )


TURNS: dict[str, tuple[Callable[[Trainee, Players], Turn], frozenset[TrainingState]]] = {
    "person_about_course": (
        person_about_course,
        frozenset({_T.WAITING, _T.PROPOSED, _T.EXPIRED}),
    ),
    "provider_about_person": (
        provider_about_person,
        frozenset({_T.WAITING, _T.PROPOSED, _T.EXPIRED}),
    ),
    "in_class": (in_class, frozenset({_T.ACCEPTED, _T.ATTENDING})),
    "finishes": (finishes, frozenset({_T.ATTENDING})),
    "certificate": (certificate, frozenset({_T.FINISHED, _T.HIRED})),
    "subsidy": (subsidy, frozenset({_T.FINISHED, _T.CERTIFIED, _T.HIRED})),
}
"""Event → whose turn it is, and in which states somebody would still try."""

EVENTS = frozenset(TURNS)
