"""What an employer's page answers (单位答复), by the act's name: one person, or many with every one judged.

The steps themselves are those of `employer_answers` and `arrivals`; here they are found by name, on a referral that
still stands where the page showed it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from matcher.errors import ConflictError, InvalidInputError
from matcher.kinds.referrals import ReferralState
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import arrivals, employer_answers, employer_batches, stepping
from matcher.services.referrals.batches import MOST
from matcher.services.referrals.employer_batches import Answer, Invite, Offer, PutOff, Refuse
from matcher.services.referrals.employer_people import find_people, find_person
from matcher.services.referrals.shown_people import ReferredPerson
from matcher.services.rows import not_found

Step = Callable[..., Referral]

STEPS: Mapping[str, Step] = {
    "invite": employer_answers.invite,
    "attendance": employer_answers.note_attendance,
    "offer": employer_answers.offer,
    "refuse": employer_answers.refuse,
    "hold": employer_answers.hold,
    "resume": employer_answers.resume,
    "report": arrivals.report_for_work,
    "stay": arrivals.confirm_in_post,
    "missing": arrivals.fall_through,
    "left": arrivals.end_job,
}
"""Act → step; each takes the session, the actor, the referral's id and the facts by name."""

_LOCKS_ITSELF = frozenset({"missing"})
"""Steps that lock more than one referral, in an order of their own; the table of steps keeps them from late clicks."""

_MANY: Mapping[str, Callable[..., Answer]] = {
    "invite": Invite,
    "offer": Offer,
    "refuse": Refuse,
    "hold": PutOff,
}
MANY = frozenset(_MANY)
"""Acts that may be done with many people at once."""


_STRANGER = "没有这个人，或推荐不是给您单位的。"


@dataclass(frozen=True)
class Answered:
    """What became of one person in a batch: `refusal` says why nothing was done, empty if it was."""

    public_id: str
    person: ReferredPerson | None
    refusal: str


def answer(
    session: Session,
    by: Actor,
    public_id: str,
    act: str,
    facts: Mapping[str, Any],
    *,
    seen: ReferralState | None = None,
) -> Referral:
    """Do one act with one person referred to the employer.

    Parameters
    ----------
    facts : what the step takes beside the person, by name
    seen : state the employer had before the eyes; None looks at nothing

    Raises
    ------
    ConflictError
        Somebody else has answered since.
    """
    require(by, Permission.ANSWER_REFERRALS)
    person = find_person(session, by, public_id)
    return _do(session, by, person, act, facts, seen)


def _do(
    session: Session,
    by: Actor,
    person: ReferredPerson,
    act: str,
    facts: Mapping[str, Any],
    seen: ReferralState | None,
) -> Referral:
    if act not in STEPS:
        raise not_found()
    if seen is not None and act not in _LOCKS_ITSELF:
        referral = stepping.begin(session, by, person.id, all_seats=act == "offer")
        if referral.state is not seen:
            raise ConflictError(
                "answered_meanwhile",
                f"这个人现在是“{referral.state.label}”，刚有人办过，请看最新情况再答复。",
            )
    return STEPS[act](session, by, person.id, **facts)


def answer_many(
    session: Session, by: Actor, public_ids: Sequence[str], act: str, facts: Mapping[str, Any]
) -> list[Answered]:
    """Do one act with many people; each is judged by itself, and what one may not do undoes nothing of the others.

    Raises
    ------
    InvalidInputError
        Nobody or too many are chosen.
    """
    require(by, Permission.ANSWER_REFERRALS)
    wanted = list(dict.fromkeys(public_ids))
    if act not in MANY:
        raise not_found()
    if not 0 < len(wanted) <= MOST:
        words = f"请选 1 至 {MOST} 人。"
        raise InvalidInputError("people_chosen", words, fields={"pick": words})
    people = find_people(session, by, wanted)
    outcomes = employer_batches.answer_many(
        session, by, [one.id for one in people], _MANY[act](**facts)
    )
    refusals = {one.referral_id: one.words for one in outcomes}
    after = {one.public_id: one for one in find_people(session, by, wanted)}
    found = []
    for public_id in wanted:
        person = after.get(public_id)
        refusal = _STRANGER if person is None else refusals.get(person.id) or ""
        found.append(Answered(public_id, person, refusal))
    return found
