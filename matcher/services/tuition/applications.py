"""Applications for tuition aid (助学申请): made for a household's child at school, judged, sent on their way.

One live application a student and school year. What it is judged by is frozen when it is sent; returned or withdrawn
it is a draft again. Only the standard of the city limits who gets it, and this aid only.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import Verdict
from matcher.kinds.households import FileState
from matcher.kinds.tuition import AdmissionBatch, TuitionStage, TuitionState
from matcher.models.approvals import Approval
from matcher.models.household_lives import MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.tuition import TuitionApplication
from matcher.policy.tuition import StudentFacts, TuitionAnswer, judge
from matcher.services import audit
from matcher.services.approvals import steps
from matcher.services.hardship import sight
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import expect_version, first_or_missing, unique_or
from matcher.services.tuition.standards import standard_for

SUBJECT = CHAIN = "tuition_application"
NEED = "tuition_application.need"
AGAINST = {
    "not_higher": "助学标准只资助高等教育阶段",
    "military": "军队院校不在资助范围",
    "not_regular": "不是国家统招录取",
    "batch_below": "录取批次不在标准的资助范围（只限金秋助学，不影响就业帮扶）",
}
MISSING = {
    "standard": "市级工会还没有制定这个学年的助学标准",
    "batch": "录取批次",
    "is_regular_admission": "是否国家统招",
    "school_region": "学校所在地",
    "amount": "标准没有规定这种情形的金额，请市级工会明确",
}


@dataclass(frozen=True, kw_only=True)
class ApplicationInput:
    """What an application says beside the schooling of the file."""

    year: int
    stage: TuitionStage
    batch: AdmissionBatch | None
    term_starts_on: dt.date
    need: str = ""


def apply(
    session: Session, by: Actor, household_id: int, schooling_id: int, wish: ApplicationInput
) -> TuitionApplication:
    """Make an application from a schooling of the file (助学申请), as a draft.

    Raises
    ------
    RuleBrokenError
        The file is not in force, the schooling is over, or the student has a live application for the year.
    InvalidInputError
        A year or day that cannot be.
    """
    require(by, Permission.EDIT_FILES)
    household = sight.get_whole(session, by, household_id, lock=True)
    if household.state is not FileState.ACTIVE:
        raise RuleBrokenError("tuition_not_on_file", "只有在档的家庭可以申请金秋助学。")
    schooling = _schooling_of(session, household, schooling_id)
    _check(wish)
    row = TuitionApplication(
        household_id=household.id,
        member_id=schooling.member_id,
        union_id=household.union_id,
        year=wish.year,
        state=TuitionState.DRAFT,
        entered_at=clock.now(),
        entered_by_id=by.account_id,
    )
    _fill(session, row, schooling, wish)
    with unique_or(
        session, RuleBrokenError("tuition_applied", "这名学生这个学年已经有一份助学申请。")
    ):
        session.add(row)
    audit.record(
        session,
        by,
        "tuition.applied",
        subject=(SUBJECT, row.id),
        about=row.household_id,
        year=row.year,
    )
    return row


def _schooling_of(session: Session, household: Household, schooling_id: int) -> MemberSchooling:
    """Return a schooling that goes on, of somebody who lives in the household."""
    found = (
        sa.select(MemberSchooling)
        .join(HouseholdMember, HouseholdMember.id == MemberSchooling.member_id)
        .where(
            MemberSchooling.id == schooling_id,
            HouseholdMember.household_id == household.id,
            HouseholdMember.left_on.is_(None),
        )
    )
    schooling = first_or_missing(session, found, lock=False)
    if schooling.ended_on is not None:
        raise RuleBrokenError("schooling_over", "这段就学已经结束，请先更新就学情况。")
    return schooling


def _fill(
    session: Session,
    row: TuitionApplication,
    schooling: MemberSchooling,
    wish: ApplicationInput,
) -> None:
    row.schooling_id, row.school = schooling.id, schooling.school
    row.school_region, row.level = schooling.region_code, schooling.level
    row.is_regular_admission, row.is_military = (
        schooling.is_regular_admission,
        schooling.is_military,
    )
    row.fee_fen = schooling.fee_fen
    row.stage, row.batch = wish.stage, wish.batch
    row.term_starts_on = wish.term_starts_on
    text = wish.need.strip()
    row.need_cipher = ring_of(session).encrypt(text, NEED) if text else None


def _check(wish: ApplicationInput) -> None:
    fields = {}
    if abs(wish.year - clock.today().year) > 1:
        fields["year"] = "学年应是今年、去年或明年。"
    first, last = dt.date(wish.year, 7, 1), dt.date(wish.year + 1, 6, 30)
    if not first <= wish.term_starts_on <= last:
        fields["term_starts_on"] = "开学日期应在这个学年之内。"
    if fields:
        raise InvalidInputError("tuition_input", "申请有误，请修改标出的项目。", fields=fields)


def change(
    session: Session,
    by: Actor,
    application_id: int,
    wish: ApplicationInput,
    *,
    expected_version: int | None = None,
) -> TuitionApplication:
    """Change a draft; school and level are taken anew from the file."""
    row = _draft(session, by, application_id, expected_version)
    if wish.year != row.year:
        words = "学年不能改，请取消后另行申请。"
        raise InvalidInputError("tuition_input", words, fields={"year": words})
    _check(wish)
    schooling = session.get(MemberSchooling, row.schooling_id) if row.schooling_id else None
    if schooling is None or schooling.ended_on is not None:
        raise RuleBrokenError("schooling_over", "这段就学已经结束，请先更新就学情况。")
    _fill(session, row, schooling, wish)
    audit.record(session, by, "tuition.changed", subject=(SUBJECT, row.id), about=row.household_id)
    session.flush()
    return row


def get_application(
    session: Session, by: Actor, application_id: int, *, lock: bool = False
) -> TuitionApplication:
    """Return an application of a household seen whole."""
    require(by, Permission.VIEW_FILES)
    found = (
        sa.select(TuitionApplication)
        .join(Household, Household.id == TuitionApplication.household_id)
        .where(TuitionApplication.id == application_id, sight.whole_in_sight(by))
    )
    return first_or_missing(session, found, lock=lock)


def _draft(
    session: Session, by: Actor, application_id: int, expected: int | None
) -> TuitionApplication:
    require(by, Permission.EDIT_FILES)
    row = get_application(session, by, application_id, lock=True)
    expect_version(row, expected)
    if row.state is not TuitionState.DRAFT:
        raise RuleBrokenError("tuition_not_draft", "只有填写中的申请可以修改或提交。")
    return row


def answer_of(session: Session, row: TuitionApplication) -> TuitionAnswer:
    """Judge an application by the standard that holds for its union and year."""
    standard = standard_for(session, row.union_id, row.year)
    facts = StudentFacts(
        stage=row.stage,
        level=row.level,
        school_region=row.school_region,
        batch=row.batch,
        is_regular_admission=row.is_regular_admission,
        is_military=row.is_military,
    )
    return judge(facts, standard.terms if standard else None)


def submit(
    session: Session, by: Actor, application_id: int, *, expected_version: int | None = None
) -> Approval:
    """Freeze what it is judged by, and send it through the chain of the household's union.

    Raises
    ------
    RuleBrokenError
        No draft, not within the standard, something is missing, or it is on its way.
    """
    row = _draft(session, by, application_id, expected_version)
    answer = answer_of(session, row)
    if answer.verdict is Verdict.NO:
        why = "；".join(AGAINST[code] for code in answer.against)
        raise RuleBrokenError(
            "tuition_not_entitled", f"不符合本市助学标准：{why}。", against=list(answer.against)
        )
    standard = standard_for(session, row.union_id, row.year)
    if answer.verdict is not Verdict.YES or standard is None:
        what = "、".join(MISSING[code] for code in answer.missing)
        raise RuleBrokenError("tuition_missing", f"还缺：{what}。", missing=list(answer.missing))
    row.place, row.amount_fen = answer.place, answer.amount_fen
    row.standard_source = standard.terms.source
    session.flush()
    return steps.start(
        session,
        by,
        chain=CHAIN,
        subject=(SUBJECT, row.id),
        union_id=row.union_id,
        facts={"amount_fen": row.amount_fen, "year": row.year},
    )


def cancel(
    session: Session, by: Actor, application_id: int, *, expected_version: int | None = None
) -> TuitionApplication:
    """Do away with a draft; another one may be made."""
    row = _draft(session, by, application_id, expected_version)
    row.state = TuitionState.CANCELLED
    audit.record(
        session, by, "tuition.cancelled", subject=(SUBJECT, row.id), about=row.household_id
    )
    session.flush()
    return row


def read_need(session: Session, row: TuitionApplication) -> str:
    """Return why the family needs it, for who sees the application."""
    return ring_of(session).decrypt(row.need_cipher, NEED) if row.need_cipher else ""
