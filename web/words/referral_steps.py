"""The steps staff may record of a referral (推荐): in which state, for whom, with which words and which form."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.referrals import LIVE, PENDING, ReferralState
from matcher.models.referrals import Referral
from matcher.services.permissions import Actor
from matcher.services.referrals import (
    acceptance,
    arrivals,
    attempts,
    employer_answers,
    keeping,
    offering_again,
    person_answers,
    sending,
    withdrawing,
)
from web.i18n import msg, translated
from web.schemas.referrals import (
    AgreeForm,
    AttendanceForm,
    ContactForm,
    DeclineForm,
    FellThroughForm,
    HoldForm,
    InPostForm,
    InviteForm,
    JobEndForm,
    OfferForm,
    PlainStep,
    RefuseForm,
    ReportForm,
    WithdrawForm,
)
from web.words.referral_step import EMPLOYER, PERSON, SIDES, UNION, Act, Step

_S = ReferralState


def _agree(session: Session, by: Actor, number: int, wish: Any, version: int | None) -> object:
    return sending.agree(
        session,
        by,
        number,
        disclosed=wish.disclosed,
        on_paper=wish.on_paper,
        expected_version=version,
    )


def _send(session: Session, by: Actor, number: int, _: Any, version: int | None) -> object:
    return sending.send(session, by, number, expected_version=version)


def _of(act: Callable[..., object]) -> Act:
    """Return a use case that takes the form's fields by their names."""

    def run(session: Session, by: Actor, number: int, wish: Any, version: int | None) -> object:
        return act(session, by, number, **wish.model_dump(), expected_version=version)

    return run


STEPS: tuple[Step, ...] = (
    Step(
        "agree",
        PERSON,
        msg("登记本人同意并送出"),
        msg("送到这家单位，单位只看得到勾选的内容；同时记一次岗位推荐，单位答复的期限从今天算。"),
        AgreeForm,
        _agree,
        after=_S.SENT,
        within=frozenset({_S.PROPOSED}),
    ),
    Step(
        "send",
        PERSON,
        msg("按已有的同意送出"),
        msg("本人已同意向这家单位提供，送出后单位就看得到；同时记一次岗位推荐。"),
        PlainStep,
        _send,
        after=_S.SENT,
        within=frozenset({_S.PROPOSED}),
    ),
    Step(
        "attendance",
        EMPLOYER,
        msg("登记面试到场"),
        msg("记下到场或未到，单位的结果另外登记。"),
        AttendanceForm,
        _of(employer_answers.note_attendance),
        within=frozenset({_S.INTERVIEW}),
    ),
    Step(
        "offer",
        EMPLOYER,
        msg("登记单位录用"),
        msg("通知本人答复；席位给本人留到答复期限。"),
        OfferForm,
        _of(employer_answers.offer),
        after=_S.OFFERED,
    ),
    Step(
        "accept",
        PERSON,
        msg("登记本人接受录用"),
        msg("占用一个席位；本人其他没有定的推荐一并结束，留的席位放回。"),
        PlainStep,
        _of(acceptance.accept),
        after=_S.ACCEPTED,
    ),
    Step(
        "report",
        PERSON,
        msg("登记报到"),
        msg("自报的去向随之生成，证明材料核过才计入。"),
        ReportForm,
        _of(arrivals.report_for_work),
        after=_S.REPORTED,
    ),
    Step(
        "in-post",
        EMPLOYER,
        msg("确认在岗"),
        msg("表示本人已在岗工作，之后按期回访。"),
        InPostForm,
        _of(arrivals.confirm_in_post),
        after=_S.IN_POST,
    ),
    Step(
        "job-end",
        PERSON,
        msg("登记离职"),
        msg("席位放回，本人可以再推荐；个案重新列入待办。"),
        JobEndForm,
        _of(arrivals.end_job),
        within=frozenset({_S.REPORTED, _S.IN_POST}),
        is_hard=True,
    ),
    Step(
        "invite",
        EMPLOYER,
        msg("登记面试安排"),
        msg("通知本人面试的日期和地点。"),
        InviteForm,
        _of(employer_answers.invite),
        after=_S.INTERVIEW,
    ),
    Step(
        "resume",
        EMPLOYER,
        msg("单位继续考虑"),
        msg("回到暂缓之前的一步，答复期限重新计算。"),
        PlainStep,
        _of(employer_answers.resume),
        within=frozenset({_S.ON_HOLD}),
    ),
    Step(
        "hold",
        EMPLOYER,
        msg("登记单位暂缓"),
        msg("到约定的日子列进待办，不会自动通过，也不会自动结束。"),
        HoldForm,
        _of(employer_answers.hold),
        after=_S.ON_HOLD,
    ),
    Step(
        "refuse",
        EMPLOYER,
        msg("登记单位未录用"),
        msg("本人会读到原因和写给本人的话；留的席位放回。"),
        RefuseForm,
        _of(employer_answers.refuse),
        after=_S.REFUSED,
        is_hard=True,
    ),
    Step(
        "decline",
        PERSON,
        msg("登记本人不接受"),
        msg("这是本人对一个岗位的选择，不算拒绝就业服务，不影响以后的推荐；留的席位放回。"),
        DeclineForm,
        _of(person_answers.decline),
        after=_S.DECLINED,
        is_hard=True,
    ),
    Step(
        "fell-through",
        PERSON,
        msg("登记未能报到"),
        msg("席位放回；因这次接受而结束的推荐先恢复，个案列为今天要办。"),
        FellThroughForm,
        _of(arrivals.fall_through),
        after=_S.FELL_THROUGH,
        is_hard=True,
    ),
    Step(
        "contact",
        UNION,
        msg("登记联系"),
        msg("记下打过电话和结果，推荐停在原处；预留席位到期后，有联系记录的才会放回。"),
        ContactForm,
        _of(attempts.log_attempt),
        within=LIVE,
    ),
    Step(
        "keep-seat",
        UNION,
        msg("保留席位"),
        msg("为本人留一个合适的空席，预留给这类人的先用；别的推荐暂时用不了这一席。单位不会看到。"),
        PlainStep,
        _of(keeping.keep_seat),
        within=PENDING,
    ),
    Step(
        "offer-again",
        UNION,
        msg("恢复推荐"),
        msg(
            "回到结束之前的一步，答复期限重新计算，并重新请对方答复；原来留的席位还空着就一并留回。"
        ),
        PlainStep,
        _of(offering_again.offer_again),
        over=frozenset({_S.WITHDRAWN, _S.EXPIRED}),
    ),
    Step(
        "withdraw",
        UNION,
        msg("撤回推荐"),
        msg("单位不再看得到本人；留的席位放回。"),
        WithdrawForm,
        _of(withdrawing.withdraw),
        after=_S.WITHDRAWN,
        is_hard=True,
    ),
)
"""All steps, those that lead on before those that end."""


def steps_for(referral: Referral, *, agrees: bool, has_seat: bool) -> Sequence[Step]:
    """Return the steps that may be recorded now.

    Parameters
    ----------
    agrees : the person's consent to be shown to this employer stands; else it is recorded first
    has_seat : a seat is kept for it already
    """
    out = set() if agrees else {"send"}
    if has_seat or referral.state not in PENDING:
        out.add("keep-seat")
    return [step for step in STEPS if step.is_allowed(referral) and step.code not in out]


def by_side(steps: Sequence[Step]) -> list[tuple[str, list[Step]]]:
    """Return steps under the words of the side they are recorded for; a side without one is left out."""
    found = [
        (translated(words), [step for step in steps if step.side == side])
        for side, words in SIDES.items()
    ]
    return [(words, own) for words, own in found if own]


def find_step(code: str) -> Step | None:
    """Return a step by its name in addresses."""
    return next((step for step in STEPS if step.code == code), None)


def first_values(step: Step, referral: Referral) -> dict[str, object]:
    """Return what a step's form shows at first: today for what happened, what was agreed for what was."""
    if step.code in ("report", "in-post", "job-end"):
        return {"on": clock.today().isoformat()}
    if step.code == "agree":
        return {"disclosed": list(referral.disclosed)}
    return {}
