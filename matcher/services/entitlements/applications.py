"""Applications for entitlements (政策申请): 线索 → 备材料 → 已报 → 公示 → 发放 → 追回, each act one logged step.

Rules answer, people decide: an application the rules say no to is begun all the same, with a reason. What is paid is
booked in the ledger of who pays (`paying`); a mistaken step is taken back by another step.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.entitlements import EntitlementAnswer, EntitlementState
from matcher.models.entitlements import EntitlementApplication, EntitlementStep
from matcher.policy import entitlement_steps
from matcher.services.casework.cases import eligible_owners
from matcher.services.entitlements import papers, paying
from matcher.services.entitlements.answers import Offered
from matcher.services.entitlements.sight import Claimant
from matcher.services.entitlements.tracking import lock_application, log
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import unique_or

_S = EntitlementState
_REASON_LENGTH = 4


@dataclass(frozen=True, kw_only=True)
class StepInput:
    """A step somebody enters.

    Parameters
    ----------
    happened_on : None is today
    amount_fen : asked for, or paid; None where the step has none
    """

    to: EntitlementState
    happened_on: dt.date | None = None
    amount_fen: int | None = None
    words: str | None = None


def start(
    session: Session,
    by: Actor,
    person: Claimant,
    offered: Offered,
    *,
    as_clue: bool = False,
    words: str | None = None,
    placement_id: int | None = None,
) -> EntitlementApplication:
    """Begin an application, with the papers the household's file has; one live a person and entitlement.

    Raises
    ------
    InvalidInputError
        The rules say no and nobody said why it is begun all the same.
    RuleBrokenError
        One is on its way.
    """
    require(by, Permission.FOLLOW_ENTITLEMENTS)
    answer = offered.answer
    if answer.result is EntitlementAnswer.NO and len((words or "").strip()) < _REASON_LENGTH:
        message = "测算为不可享，仍要办理请写明理由。"
        raise InvalidInputError("entitlement_input", message, fields={"words": message})
    row = _row(by, person, offered, as_clue=as_clue, placement_id=placement_id)
    with unique_or(session, _on_its_way()):
        session.add(row)
    papers.take_from_file(session, by, row, person.household_id, answer.rule.papers)
    log(
        session,
        by,
        row,
        "opened",
        before=None,
        words=words,
        amount_fen=answer.amount_fen,
        facts={"answer": answer.result.value, "closes_on": str(answer.closes_on or "")},
    )
    return row


def _row(
    by: Actor, person: Claimant, offered: Offered, *, as_clue: bool, placement_id: int | None
) -> EntitlementApplication:
    answer = offered.answer
    return EntitlementApplication(
        union_id=person.union_id,
        graduate_id=person.graduate_id,
        member_id=person.member_id,
        placement_id=placement_id,
        owner_id=by.account_id,
        entitlement=answer.code,
        region_code=offered.region,
        rule_from_on=answer.rule.valid_from,
        year=clock.today().year,
        state=_S.CLUE if as_clue else _S.PREPARING,
        due_on=answer.closes_on,
        amount_fen=answer.amount_fen,
        opened_at=clock.now(),
        opened_by_id=by.account_id,
    )


def _on_its_way() -> RuleBrokenError:
    return RuleBrokenError("entitlement_on_its_way", "这项政策已经在办理，请在原申请里继续。")


def move(
    session: Session,
    by: Actor,
    application_id: int,
    wish: StepInput,
    *,
    expected_version: int | None = None,
) -> EntitlementApplication:
    """Lead an application one step on.

    Raises
    ------
    RuleBrokenError
        The step does not exist, another one is on its way, or the money is not settled (`paying`).
    InvalidInputError
        A reason, a sum or a sensible day is missing.
    """
    require(by, Permission.FOLLOW_ENTITLEMENTS)
    row = lock_application(session, by, application_id, expected_version=expected_version)
    before, day = row.state, wish.happened_on or clock.today()
    _check(row, wish, day)
    if wish.to is _S.PAID:
        paying.require_payable(session, row, day)
    with unique_or(session, _on_its_way()):
        row.state = wish.to
        if wish.to is _S.PAID:
            row.paid_on = day
        if wish.to is _S.SUBMITTED:
            row.submitted_on = day
        row.amount_fen = wish.amount_fen or row.amount_fen
    facts = paying.settle(session, by, row, before=before, day=day, words=wish.words)
    log(
        session,
        by,
        row,
        "moved",
        before=before,
        happened_on=day,
        amount_fen=wish.amount_fen,
        words=wish.words,
        facts=facts,
    )
    return row


def _check(row: EntitlementApplication, wish: StepInput, day: dt.date) -> None:
    if not entitlement_steps.may_follow(row.state, wish.to):
        raise RuleBrokenError(
            "entitlement_step",
            f"现在是{row.state.label}，不能直接到{wish.to.label}，请刷新后再办。",
            before=row.state.value,
            after=wish.to.value,
        )
    fields = {}
    if day > clock.today():
        fields["happened_on"] = "日期不能晚于今天。"
    wants = entitlement_steps.wants_words(row.state, wish.to)
    if wants and len((wish.words or "").strip()) < _REASON_LENGTH:
        fields["words"] = "请写明原因。"
    if wish.amount_fen is not None and wish.amount_fen <= 0:
        fields["amount"] = "金额应大于零。"
    if wish.to is _S.PAID and paying.wants_amount(row) and not (wish.amount_fen or row.amount_fen):
        fields["amount"] = "请填实际发放的金额。"
    if fields:
        raise InvalidInputError("entitlement_input", "请修改标出的项目。", fields=fields)


def take_back(
    session: Session,
    by: Actor,
    application_id: int,
    words: str,
    *,
    expected_version: int | None = None,
) -> EntitlementApplication:
    """Take the last step back, entered by mistake; both steps stay, money booked by it is reversed.

    Raises
    ------
    RuleBrokenError
        There is no step to take back.
    InvalidInputError
        No reason.
    """
    require(by, Permission.FOLLOW_ENTITLEMENTS)
    row = lock_application(session, by, application_id, expected_version=expected_version)
    if len(words.strip()) < _REASON_LENGTH:
        message = "请写明撤回的原因。"
        raise InvalidInputError("entitlement_input", message, fields={"words": message})
    step = last_move(session, row.id)
    if step is None or step.before is None or step.after is not row.state:
        raise RuleBrokenError("entitlement_no_step", "没有可以撤回的步骤。")
    before = row.state
    facts = paying.undo(session, by, row, step, words)
    with unique_or(session, _on_its_way()):
        row.state = step.before
        row.paid_on = row.paid_on if row.state in (_S.PAID, _S.RECLAIMED) else None
    log(
        session, by, row, "taken_back", before=before, words=words, replaces_id=step.id, facts=facts
    )
    return row


def last_move(session: Session, application_id: int) -> EntitlementStep | None:
    """Return the newest step that changed the state and was not taken back."""
    taken_back = sa.select(EntitlementStep.replaces_id).where(
        EntitlementStep.application_id == application_id,
        EntitlementStep.replaces_id.is_not(None),
    )
    found = sa.select(EntitlementStep).where(
        EntitlementStep.application_id == application_id,
        EntitlementStep.act == "moved",
        EntitlementStep.id.not_in(taken_back),
    )
    return session.scalars(found.order_by(EntitlementStep.id.desc()).limit(1)).first()


def give(
    session: Session,
    by: Actor,
    application_id: int,
    owner_id: int,
    *,
    due_on: dt.date | None = None,
    expected_version: int | None = None,
) -> EntitlementApplication:
    """Say who follows an application, and its last day where the office set one.

    Raises
    ------
    InvalidInputError
        Nobody who may follow it.
    """
    require(by, Permission.FOLLOW_ENTITLEMENTS)
    row = lock_application(session, by, application_id, expected_version=expected_version)
    if owner_id not in {one.id for one in eligible_owners(session, [row.union_id])}:
        message = "请从名单里选跟进人。"
        raise InvalidInputError("entitlement_input", message, fields={"owner_id": message})
    row.owner_id, row.due_on = owner_id, due_on
    session.flush()
    log(
        session,
        by,
        row,
        "given",
        before=row.state,
        facts={"owner": owner_id, "due_on": str(due_on or "")},
    )
    return row
