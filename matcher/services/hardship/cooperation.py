"""Working together for a person who is elsewhere (异地协作), without a second file.

The home union (生源地工会) asks the union of the school or of the wished workplace, with consent, for named
parts of service until a day. One that is not on this system gets a letter (协作函); its reply is recorded here.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import ConsentPurpose
from matcher.kinds.joins import (
    SCOPES_OF_KIND,
    CooperationActKind,
    CooperationKind,
    CooperationScope,
    CooperationState,
)
from matcher.models.consents import Consent
from matcher.models.file_joins import Cooperation, CooperationAct
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.policy.deadlines import get_deadline
from matcher.services import audit, tasks
from matcher.services.hardship.cooperation_sight import get_row
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import expect_version, first_or_missing

COOPERATION_RULE = "cooperation.asked"
"""Rule of the task of the union that is asked; also the limit of its answer in `policy/data/deadlines.csv`."""


@dataclass(frozen=True, kw_only=True)
class CooperationInput:
    """What is asked of another union, for one person."""

    kind: CooperationKind
    scope: Sequence[CooperationScope]
    expires_on: dt.date
    graduate_id: int | None = None
    member_id: int | None = None
    partner_code: str | None = None
    """Code of a union on this system."""
    partner_name: str | None = None
    """Name of a union that is not."""
    partner_address: str | None = None
    school: str | None = None
    paper_consent_on: dt.date | None = None
    """Day of a signed paper; None where the consent was recorded here."""
    paper_consent_by: str | None = None


def ask_cooperation(
    session: Session, by: Actor, household_id: int, facts: CooperationInput
) -> Cooperation:
    """Ask another union to serve a person of a file.

    Raises
    ------
    InvalidInputError
        Nothing asked, a day that is past, no partner or two, or a part that this kind of union does not give.
    RuleBrokenError
        No consent stands.
    """
    require(by, Permission.EDIT_CASES)
    household = get_whole(session, by, household_id, lock=True)
    partner = _checked(session, facts, household)
    consent_id = _consent(session, household, facts)
    row = Cooperation(
        household_id=household_id,
        graduate_id=facts.graduate_id,
        member_id=facts.member_id,
        home_union_id=household.union_id,
        partner_union_id=partner.id if partner else None,
        partner_name=None if partner else (facts.partner_name or "").strip(),
        partner_address=None if partner else facts.partner_address,
        kind=facts.kind,
        scope=[one.value for one in facts.scope],
        school=facts.school,
        consent_id=consent_id,
        paper_consent_on=None if consent_id else facts.paper_consent_on,
        paper_consent_by=None if consent_id else facts.paper_consent_by,
        starts_on=clock.today(),
        expires_on=facts.expires_on,
        state=CooperationState.ASKED,
        asked_at=clock.now(),
        asked_by_id=by.account_id,
    )
    session.add(row)
    session.flush()
    if partner is not None:
        limit = get_deadline(COOPERATION_RULE, partner.region_code, clock.today())
        tasks.open_task(
            session,
            union_id=partner.id,
            rule=COOPERATION_RULE,
            subject=("cooperation", row.id),
            due_on=limit.after(clock.today()),
        )
    _record(session, by, "asked", row)
    return row


def _checked(session: Session, facts: CooperationInput, household: Household) -> Union | None:
    """Return the union that is asked, None for one that is not on this system."""
    wrong: dict[str, str] = {}
    allowed = SCOPES_OF_KIND[facts.kind]
    if not facts.scope or any(one not in allowed for one in facts.scope):
        wrong["scope"] = "请从所列事项中选择请对方协助的内容。"
    if facts.expires_on < clock.today():
        wrong["expires_on"] = "截止日期不能早于今天。"
    if bool(facts.partner_code) == bool((facts.partner_name or "").strip()):
        wrong["partner_code"] = "请选择本系统内的工会，或填写系统外工会的名称，二者填一。"
    if (facts.graduate_id is None) == (facts.member_id is None):
        wrong["person"] = "请选择一位需要协作的人。"
    partner = None
    if facts.partner_code:
        partner = session.scalar(
            sa.select(Union).where(Union.code == facts.partner_code, Union.closed_on.is_(None))
        )
        if partner is None:
            wrong["partner_code"] = "没有这个代码的工会，请从候选中选择。"
        elif partner.id == household.union_id:
            wrong["partner_code"] = "这就是档案所在的工会。"
    if wrong:
        raise InvalidInputError("cooperation", "请修改标出的项目。", fields=wrong)
    return partner


def _consent(session: Session, household: Household, facts: CooperationInput) -> int | None:
    """Return the standing consent of a graduate; None where a signed paper stands for it."""
    if facts.graduate_id is not None:
        found = sa.select(Graduate).where(
            Graduate.id == facts.graduate_id, Graduate.household_id == household.id
        )
        first_or_missing(session, found, lock=False)
        consent_id = session.scalar(
            sa.select(Consent.id).where(
                Consent.graduate_id == facts.graduate_id,
                Consent.purpose == ConsentPurpose.COOPERATION,
                Consent.withdrawn_at.is_(None),
            )
        )
        if consent_id is not None:
            return consent_id
    else:
        member = sa.select(HouseholdMember).where(
            HouseholdMember.id == facts.member_id, HouseholdMember.household_id == household.id
        )
        first_or_missing(session, member, lock=False)
    if facts.paper_consent_on is None or not (facts.paper_consent_by or "").strip():
        raise RuleBrokenError(
            "cooperation_consent",
            "请外地工会协助须本人（未成年的由监护人）同意：先登记同意，或填写书面同意的日期和签字人。",
        )
    if facts.paper_consent_on > clock.today():
        raise RuleBrokenError("day_in_future", "同意日期不能晚于今天。")
    return None


def answer_cooperation(
    session: Session, by: Actor, public_id: str, *, accept: bool, answer: str
) -> Cooperation:
    """Accept or decline as the union that is asked; a refusal says why."""
    require(by, Permission.EDIT_CASES)
    row = get_row(session, by, public_id, home=False, lock=True)
    if row.state is not CooperationState.ASKED:
        raise RuleBrokenError("cooperation_answered", "这项协作已经答复过。")
    if not accept and not answer.strip():
        raise InvalidInputError(
            "decline_reason", "不接受须写明原因。", fields={"answer": "请写明不接受的原因。"}
        )
    return _answered(session, by, row, accept=accept, answer=answer)


def _answered(
    session: Session, by: Actor, row: Cooperation, *, accept: bool, answer: str
) -> Cooperation:
    row.state = CooperationState.RUNNING if accept else CooperationState.DECLINED
    row.answer = answer.strip() or None
    row.answered_at, row.answered_by_id = clock.now(), by.account_id
    tasks.drop_task(session, COOPERATION_RULE, ("cooperation", row.id))
    _record(session, by, "answered", row)
    return row


def record_reply(
    session: Session, by: Actor, public_id: str, *, accept: bool, text: str, replied_on: dt.date
) -> CooperationAct:
    """Record the reply of a union that is not on this system (复函), entered by the home union."""
    require(by, Permission.EDIT_CASES)
    row = get_row(session, by, public_id, home=True, lock=True)
    if row.partner_union_id is not None:
        raise RuleBrokenError("cooperation_no_letter", "对方在本系统内，由对方自己答复。")
    act = _act(session, by, row, CooperationActKind.REPLY, text, replied_on)
    act.on_behalf_of = row.partner_name
    if row.state is CooperationState.ASKED:
        _answered(session, by, row, accept=accept, answer=text)
    session.flush()
    return act


def record_act(
    session: Session,
    by: Actor,
    public_id: str,
    kind: CooperationActKind,
    *,
    text: str,
    happened_on: dt.date,
    scope: CooperationScope | None = None,
) -> CooperationAct:
    """Record what was done or is new, within the scope, by either union; never changed afterwards."""
    require(by, Permission.EDIT_CASES)
    row = get_row(session, by, public_id, lock=True)
    if row.state is not CooperationState.RUNNING or row.expires_on < clock.today():
        raise RuleBrokenError("cooperation_not_running", "协作没有在进行，不能再记录。")
    if kind not in (CooperationActKind.SERVICE, CooperationActKind.NEWS):
        raise RuleBrokenError("cooperation_act_kind", "这里只记录服务和情况反馈。")
    if scope is not None and scope.value not in row.scope:
        raise RuleBrokenError("cooperation_scope", "这项服务不在约定的协作范围内。")
    act = _act(session, by, row, kind, text, happened_on)
    act.scope = scope.value if scope else None
    session.flush()
    return act


def _act(
    session: Session,
    by: Actor,
    row: Cooperation,
    kind: CooperationActKind,
    text: str,
    happened_on: dt.date,
) -> CooperationAct:
    if not text.strip():
        raise InvalidInputError("text", "请写明情况。", fields={"text": "请写明情况。"})
    if happened_on > clock.today():
        raise RuleBrokenError("day_in_future", "日期不能晚于今天。")
    act = CooperationAct(
        cooperation_id=row.id,
        kind=kind,
        text=text.strip(),
        happened_on=happened_on,
        entered_at=clock.now(),
        actor_id=by.account_id,
        union_id=by.union_id or row.home_union_id,
    )
    session.add(act)
    session.flush()
    audit.record(
        session, by, "cooperation.noted", subject=("cooperation", row.id), act=act.id, kind=kind
    )
    return act


def end_cooperation(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    reason: str,
    consent_withdrawn: bool = False,
    expected_version: int | None = None,
) -> Cooperation:
    """End a cooperation from either side; from the commit on the other union sees nothing more."""
    require(by, Permission.EDIT_CASES)
    row = get_row(session, by, public_id, lock=True)
    expect_version(row, expected_version)
    if row.state not in (CooperationState.ASKED, CooperationState.RUNNING):
        raise RuleBrokenError("cooperation_over", "这项协作已经结束。")
    if not reason.strip():
        raise InvalidInputError("reason", "请写明原因。", fields={"reason": "请写明原因。"})
    row.state, row.ended_on, row.end_reason = CooperationState.ENDED, clock.today(), reason.strip()
    if consent_withdrawn and row.paper_consent_on is not None:
        row.consent_withdrawn_on = clock.today()
    tasks.drop_task(session, COOPERATION_RULE, ("cooperation", row.id))
    _record(session, by, "ended", row)
    return row


def _record(session: Session, by: Actor, act: str, row: Cooperation) -> None:
    audit.record(
        session,
        by,
        f"cooperation.{act}",
        subject=("cooperation", row.id),
        household=row.household_id,
        state=row.state,
        scope=list(row.scope),
        expires_on=row.expires_on,
    )
    session.flush()
