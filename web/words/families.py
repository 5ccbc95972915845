"""Words of the board and of a household's way: clocks, reasons of the derivation, what is asked for, acts."""

from dataclasses import dataclass

from matcher.kinds.clocks import ClockEventKind
from matcher.kinds.zero_employment import ClaimState
from matcher.models.clocks import ClockEvent
from matcher.services.zero_employment.board import Card
from web.i18n import gettext, label, msg, translated

RULES = {
    "zero_employment.clue": msg("核对线索"),
    "zero_employment.declaration": msg("材料交社区"),
    "zero_employment.verification": msg("社区核实"),
    "zero_employment.publicity": msg("公示"),
    "zero_employment.recognition": msg("作出认定"),
    "zero_employment.first_referral": msg("首次推荐岗位"),
    "zero_employment.one_employed": msg("至少一人就业"),
    "zero_employment.stable": msg("稳定就业期"),
    "zero_employment.exit_review": msg("第二人审核"),
    "zero_employment.exit_notice": msg("退出公示"),
}

REASONS = {
    "employed": msg("在岗"),
    "self_employed": msg("自主经营"),
    "flexible": msg("灵活就业"),
    "sick_leave": msg("病休，劳动关系还在"),
    "student": msg("在校学生，不计"),
    "service": msg("现役军人，不计"),
    "retired": msg("已退休，不计"),
    "internal_retirement": msg("内退，不计"),
    "under_age": msg("未满 16 周岁，不计"),
    "over_age": msg("已到法定退休年龄，不计"),
    "not_able": msg("没有劳动能力，不计"),
    "not_willing": msg("没有就业愿望，不计"),
    "unemployed": msg("劳动年龄内，失业"),
    "laid_off": msg("劳动年龄内，下岗待岗"),
    "birth_unknown": msg("不知道出生日期"),
    "age_hangs_on_class": msg("是否到退休年龄取决于缺的项目"),
    "status_unknown": msg("不知道在做什么"),
    "facts_missing": msg("缺少判断所需的项目"),
    "somebody_works": msg("有成员在工作"),
    "no_members": msg("档案里没有成员"),
    "all_without_work": msg("计入的成员都没有工作"),
    "nobody_counted": msg("没有计入的成员"),
    "income_unknown": msg("不知道有没有经营或投资收入"),
    "business_income": msg("有经营或投资收入"),
}

ASKS = {
    "birth_on": msg("出生日期"),
    "sex": msg("性别"),
    "original_age": msg("原退休年龄是 50 还是 55 周岁（女）"),
    "work_status": msg("就业状况"),
    "is_able": msg("有没有劳动能力"),
    "is_willing": msg("有没有就业愿望"),
    "registration": msg("失业登记"),
    "business_income": msg("上年有没有经营或投资收入"),
    "hukou": msg("户口类型（户主）"),
    "members": msg("家庭成员"),
}

ACTS = {
    "clue": msg("登记线索"),
    "declared": msg("家庭申报"),
    "sent_to_community": msg("交社区核实"),
    "publicity_begun": msg("核实属实，开始公示"),
    "sent_back": msg("退回上一步"),
    "rejected": msg("核实不属于"),
    "recognised": msg("认定"),
    "not_recognised": msg("不予认定"),
    "aid_begun": msg("开始援助"),
    "work_found": msg("有成员就业"),
    "work_ended": msg("就业中断，重新计入"),
    "stable": msg("回访确认稳定"),
    "finished": msg("稳定退出"),
    "refusal": msg("登记拒绝推荐"),
    "refusal_checked": msg("核查合适性"),
    "exit_proposed": msg("提出另列退出"),
    "exit_agreed": msg("第二人同意，开始公示"),
    "exit_refused": msg("另列退出未同意，继续援助"),
    "exit_objected": msg("异议成立，继续援助"),
    "set_apart": msg("公示无异议，另列退出"),
    "came_back": msg("重新援助"),
}

POINTS = {
    "pay": msg("工资不低于当地同岗一般水平，且合法"),
    "distance": msg("路程在合理范围内"),
    "work": msg("工种与本人技能、学历相当"),
    "hours": msg("工时、班次合法且能接受"),
    "health": msg("身体条件允许"),
    "care": msg("不影响必须由本人承担的照护"),
}

STEPS = {
    "declare": msg("登记申报"),
    "community": msg("交社区核实"),
    "publicity": msg("属实，开始公示"),
    "back": msg("退回上一步"),
    "reject": msg("核实不属于"),
    "aid": msg("开始援助"),
    "stable": msg("确认稳定"),
    "finish": msg("办理退出"),
    "return": msg("重新援助"),
}

NEXT_STEPS: dict[ClaimState, tuple[str, ...]] = {
    ClaimState.CLUE: ("declare", "reject"),
    ClaimState.DECLARED: ("community", "reject"),
    ClaimState.VERIFYING: ("publicity", "back", "reject"),
    ClaimState.PUBLICITY: ("back", "reject"),
    ClaimState.RECOGNISED: ("aid",),
    ClaimState.ONE_WORKING: ("stable",),
    ClaimState.STABLE: ("finish",),
    ClaimState.SET_APART: ("return",),
}
"""What a button does in each state; what comes of facts or of the chain has none."""

NEEDS_NOTE = frozenset({"back", "reject", "stable", "finish", "return"})


@dataclass(frozen=True)
class NextAct:
    """What to do next: why, and the words of the button."""

    why: str
    act: str
    anchor: str = "next"


_NEXT: dict[ClaimState, tuple[str, str, str]] = {
    ClaimState.CLUE: (msg("线索待核对"), msg("核对线索"), "next"),
    ClaimState.DECLARED: (msg("材料待交社区"), msg("交社区"), "next"),
    ClaimState.VERIFYING: (msg("缺社区核实意见"), msg("催核实"), "next"),
    ClaimState.PUBLICITY: (msg("公示中，等认定"), msg("登记认定"), "next"),
    ClaimState.RECOGNISED: (msg("还没定措施"), msg("定措施"), "next"),
    ClaimState.AIDED: (msg("等待一人就业"), msg("推荐岗位"), "next"),
    ClaimState.ONE_WORKING: (msg("到期回访核实"), msg("回访"), "next"),
    ClaimState.STABLE: (msg("已稳定"), msg("办退出"), "next"),
    ClaimState.EXITED: (msg("已稳定退出"), msg("看记录"), "log"),
    ClaimState.EXIT_REVIEW: (msg("等第二人审核"), msg("看审核"), "exit"),
    ClaimState.EXIT_NOTICE: (msg("等公示结束"), msg("看公示"), "exit"),
    ClaimState.SET_APART: (msg("已另列，仍计入"), msg("再联系"), "next"),
    ClaimState.NOT_FOUND: (msg("核实不属于"), msg("看记录"), "log"),
}


def next_act(card: Card) -> NextAct:
    """Return what a card says to do next: what is late before what the state asks for."""
    why, act, anchor = _NEXT[card.state]
    if card.is_quiet:
        return NextAct(gettext("很久没有动作"), translated(act), anchor)
    if card.nearest is not None and card.nearest.rule == "zero_employment.first_referral":
        return NextAct(gettext("首次推荐未做"), gettext("推荐岗位"), "next")
    return NextAct(translated(why), translated(act), anchor)


def rule_words(rule: str) -> str:
    """Return what a clock is for."""
    return translated(RULES[rule]) if rule in RULES else rule


def words_of(table: dict[str, str], code: str) -> str:
    """Return the words of a code, in the reader's language; the code itself if nobody wrote any."""
    return translated(table[code]) if code in table else code


def asked(codes: tuple[str, ...] | list[str]) -> str:
    """Return what is asked for, in one line."""
    return "、".join(words_of(ASKS, code) for code in codes)


def event_words(event: ClockEvent, people: dict[int, str]) -> str:
    """Return what happened to a clock, with days and persons."""
    told = event.facts
    if event.kind is ClockEventKind.DUE_MOVED:
        why = gettext("日历更正") if event.reason == "calendar" else event.reason or ""
        return gettext(
            "改期：%(before)s → %(after)s。%(why)s",
            before=told.get("before", ""),
            after=told.get("after", ""),
            why=why,
        )
    if event.kind in (ClockEventKind.ESCALATED, ClockEventKind.OWNER_MOVED):
        name = people.get(told.get("after") or 0, gettext("工会"))
        return gettext("%(what)s：由 %(name)s 负责", what=label(event.kind), name=name)
    return label(event.kind)
