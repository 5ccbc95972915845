"""What follows from a step of a referral (推荐) in other areas: cases, tasks, placements, messages.

Called at the end of a use case, in its transaction, with the referral as it now stands. One function a step; each area
adds its call here, so that the steps themselves know nothing of what comes of them.
"""

from sqlalchemy.orm import Session

from matcher.models.referrals import Referral
from matcher.services.interviews import ending
from matcher.services.permissions import Actor
from matcher.services.placements import ending as placement_ending
from matcher.services.placements import from_referral
from matcher.services.referrals import answer_messages, case_work, looks, task_owners
from matcher.services.referrals.sight import require_party
from matcher.services.training import after_work


def after_proposed(session: Session, by: Actor, referral: Referral) -> None:
    """Somebody was proposed for a posting; the person is asked next."""
    require_party(by)
    answer_messages.ask_person(session, referral)


def after_sent(session: Session, by: Actor, referral: Referral) -> None:
    """The employer was told of the person: a job recommendation (岗位推荐) of the case."""
    case_work.record_recommendation(session, by, referral)
    answer_messages.end_questions(session, referral)
    task_owners.drop_tasks(session, referral)


def after_invited(session: Session, by: Actor, referral: Referral) -> None:
    """An interview was agreed, or moved; times of an interview day are told once for the day."""
    if ending.keep_slot(session, by, referral):
        answer_messages.end_questions(session, referral)
    else:
        answer_messages.ask_person(session, referral)
    task_owners.drop_tasks(session, referral)


def after_attendance(session: Session, by: Actor, referral: Referral) -> None:
    """It was said whether the person came to the interview."""
    require_party(by)
    ending.follow(session, by, referral)


def after_offered(session: Session, by: Actor, referral: Referral) -> None:
    """The employer offers the job; the person is asked next and an interview still to come is off."""
    case_work.follow_offer(session, by, referral)
    answer_messages.ask_person(session, referral)
    task_owners.drop_tasks(session, referral)
    ending.release(session, by, referral)


def after_refused(session: Session, by: Actor, referral: Referral) -> None:
    """The employer did not take the person."""
    case_work.follow_offer(session, by, referral)
    answer_messages.end_questions(session, referral)
    task_owners.drop_tasks(session, referral)
    looks.ask_to_hand_on(session, referral)
    ending.release(session, by, referral)


def after_put_off(session: Session, by: Actor, referral: Referral) -> None:
    """The employer decides later, or takes up a referral it had put off."""
    require_party(by)
    answer_messages.end_questions(session, referral)
    task_owners.drop_tasks(session, referral)


def after_declined(session: Session, by: Actor, referral: Referral) -> None:
    """The person did not take the post; never a statutory refusal (拒绝适当工作)."""
    case_work.follow_offer(session, by, referral)
    answer_messages.end_questions(session, referral)
    task_owners.drop_tasks(session, referral)
    looks.ask_to_hand_on(session, referral)
    ending.release(session, by, referral)


def after_withdrawn(session: Session, by: Actor, referral: Referral) -> None:
    """The referral was taken back, or ended by an acceptance elsewhere."""
    case_work.follow_offer(session, by, referral)
    answer_messages.end_questions(session, referral)
    task_owners.drop_tasks(session, referral)
    looks.ask_to_hand_on(session, referral)
    ending.release(session, by, referral)


def after_accepted(session: Session, by: Actor, referral: Referral) -> None:
    """The person took the offer; the case stays open until the placement is verified."""
    case_work.follow_offer(session, by, referral)
    answer_messages.end_questions(session, referral)
    task_owners.drop_tasks(session, referral)
    ending.release(session, by, referral)
    after_work.follow_work(session, referral.graduate_id)


def after_reported(session: Session, by: Actor, referral: Referral) -> None:
    """The person reported for work (报到)."""
    require_party(by)
    task_owners.drop_tasks(session, referral)
    from_referral.begin(session, by, referral)
    after_work.follow_work(session, referral.graduate_id)


def after_in_post(session: Session, by: Actor, referral: Referral) -> None:
    """The employer confirmed the person in post (在岗)."""
    require_party(by)


def after_fell_through(session: Session, by: Actor, referral: Referral) -> None:
    """The job came to nothing before the person was in post: the case is due today."""
    case_work.open_fell_through(session, by, referral)
    answer_messages.end_questions(session, referral)
    task_owners.drop_tasks(session, referral)
    looks.ask_to_hand_on(session, referral)
    placement_ending.not_begun(session, by, referral)


def after_offered_again(session: Session, by: Actor, referral: Referral) -> None:
    """A referral that had ended goes on where it stood."""
    case_work.follow_offer(session, by, referral)
    answer_messages.ask_person(session, referral)


def after_left(session: Session, by: Actor, referral: Referral) -> None:
    """The job ended; the seat is free again."""
    require_party(by)
    task_owners.drop_tasks(session, referral)
    placement_ending.end_of_referral(session, by, referral)
