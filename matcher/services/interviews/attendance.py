"""Attendance at interviews (到场情况), recorded by the employer or the union in one tap and corrected by another."""

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.interviews import InterviewState
from matcher.models.interviews import Interview
from matcher.models.referrals import Referral
from matcher.services import audit
from matcher.services.interviews.sight import get_interview
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals.employer_answers import note_attendance
from matcher.services.rows import expect_version

_RECORDED = (InterviewState.ATTENDED, InterviewState.MISSED)


def note(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    attended: bool,
    expected_version: int | None = None,
) -> Interview:
    """Record whether somebody came (到场、未到); a slip of the finger is corrected by recording the other.

    Raises
    ------
    RuleBrokenError
        The day has not come yet, or the appointment was moved or cancelled.
    """
    require(by, Permission.ANSWER_REFERRALS if by.role is Role.EMPLOYER else Permission.REFER)
    interview = get_interview(session, by, public_id, lock=True)
    expect_version(interview, expected_version)
    state = InterviewState.ATTENDED if attended else InterviewState.MISSED
    if interview.state is state:
        return interview
    if interview.state not in (InterviewState.BOOKED, *_RECORDED):
        raise RuleBrokenError("interview_settled", "这场面试已改时间或取消，请刷新后再看。")
    if clock.in_china(interview.begins_at).date() > clock.today():
        raise RuleBrokenError("interview_not_yet", "还没到面试那天，不能登记到场情况。")
    interview.state = state
    interview.settled_at, interview.settled_by_id = clock.now(), by.account_id
    # An earlier appointment of a referral with another day since is noted here alone.
    referral = session.get_one(Referral, interview.referral_id)
    if referral.interview_on == clock.in_china(interview.begins_at).date():
        note_attendance(session, by, referral.id, attended=attended)
    audit.record(
        session,
        by,
        "interview.attendance",
        subject=("interview", interview.id),
        graduate=interview.graduate_id,
        attended=attended,
    )
    session.flush()
    return interview
