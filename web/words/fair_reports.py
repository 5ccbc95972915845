"""Words of the pages after a fair (会后): lines of the report, suggestions, what each side may answer."""

from matcher import clock
from matcher.fairs.improvements import Finding, Found
from matcher.kinds.fair_reports import OutcomeSaid, SurveySide
from matcher.kinds.fairs import EntryRefusal
from matcher.kinds.referrals import RefusalReason
from matcher.policy.fair_survey import questions_of
from web.i18n import gettext, label, msg, translated

LINES: dict[str, tuple[str, str]] = {
    "units": (msg("参会单位"), msg("家")),
    "positions": (msg("岗位种类"), msg("个")),
    "posts": (msg("提供岗位（招聘人数）"), msg("个")),
    "distinct_posts": (msg("其中首次展示的岗位"), msg("个")),
    "visits": (msg("入场人次"), msg("人次")),
    "people": (msg("入场求职者"), msg("人")),
    "resumes": (msg("收到简历"), msg("份")),
    "resume_people": (msg("投递简历的求职者"), msg("人")),
    "interviews": (msg("现场面试"), msg("人次")),
    "interview_people": (msg("参加面试的求职者"), msg("人")),
    "intents": (msg("达成意向"), msg("人次")),
    "intent_people": (msg("达成意向的求职者"), msg("人")),
    "hires": (msg("已录用（会后核实）"), msg("人")),
    "starts": (msg("其中已到岗"), msg("人")),
    "absent": (msg("没有到会的单位"), msg("家")),
    "idle": (msg("没有人来过的单位"), msg("家")),
    "reached_nobody": (msg("没有和单位谈过的求职者"), msg("人")),
    "unused_posts": (msg("没有意向的岗位"), msg("个")),
    "outside_door": (msg("没有入场记录的洽谈"), msg("人次")),
    "refusals": (msg("不合适的洽谈"), msg("人次")),
    "open_follows": (msg("还没有结果的意向"), msg("个")),
    "disputed": (msg("双方说法不一的意向"), msg("个")),
}
"""By code: name and unit."""

_FINDINGS: dict[Finding, tuple[str, str, str]] = {
    Finding.NO_SHOW: (
        msg("%(n)s 家单位确认了没有到会"),
        msg("会前两天逐家再确认，候补单位提前备好。"),
        "absent",
    ),
    Finding.IDLE_BOOTHS: (
        msg("%(n)s 家单位（共 %(of)s 家）没有人来过"),
        msg("看看岗位和来的人合不合，展位是不是太偏；下次换位置或者少请同类单位。"),
        "idle",
    ),
    Finding.REACHED_NOBODY: (
        msg("%(n)s 人（共 %(of)s 人）入了场，没有和单位谈过"),
        msg("会后联系问原因；下次入口发路线条，安排引导员。"),
        "reached_nobody",
    ),
    Finding.UNUSED_POSTS: (
        msg("%(n)s 个岗位（共 %(of)s 个）没有人达成意向"),
        msg("按来的人的专业请单位，要求不清楚的岗位会前补全。"),
        "unused_posts",
    ),
    Finding.LONG_QUEUES: (
        msg("%(where)s 平均排队 %(minutes)s 分钟，排队过长的共 %(n)s 家"),
        msg("请单位多派面试人员，或者多给一个展位，约好时段再来。"),
        "units",
    ),
    Finding.CROWDED_HOUR: (
        msg("%(hour)s 一个小时来了 %(n)s 人（共 %(of)s 人）"),
        msg("分时段邀请，入口多开一道。"),
        "visits",
    ),
    Finding.DOOR_REFUSALS: (
        msg("门口没有放行 %(of)s 次，最多的原因是“%(reason)s”（%(n)s 次）"),
        msg("票上把日期、场次和入场时间写得更明白。"),
        "",
    ),
    Finding.BOOTH_REFUSALS: (
        msg("洽谈没成的最多的原因是“%(reason)s”（%(n)s 次，共 %(of)s 次）"),
        msg("下次据此挑单位和岗位，会前讲给求职者。"),
        "refusals",
    ),
    Finding.OUTSIDE_DOOR: (
        msg("%(n)s 次洽谈的人没有入场记录，没有计入"),
        msg("核对是不是漏了扫码，或者签到表还没有补录。"),
        "outside_door",
    ),
    Finding.LOW_SCORE: (
        msg("问卷里“%(question)s”平均 %(mean)s 分"),
        msg("看看问卷里的意见，下次先改这一项。"),
        "",
    ),
    Finding.UNSETTLED: (
        msg("%(n)s 个意向还没有结果"),
        msg("按名单问清，录用了的登记去向。"),
        "open_follows",
    ),
}

ANSWERS = {
    SurveySide.EMPLOYER: (
        (OutcomeSaid.TALKING, msg("还在谈")),
        (OutcomeSaid.HIRED, msg("已录用，还没到岗")),
        (OutcomeSaid.STARTED, msg("已到岗")),
        (OutcomeSaid.NOT_HIRED, msg("没有录用")),
        (OutcomeSaid.NOT_GOING, msg("对方不来了")),
    ),
    SurveySide.VISITOR: (
        (OutcomeSaid.TALKING, msg("还在谈")),
        (OutcomeSaid.HIRED, msg("已被录用，还没去上班")),
        (OutcomeSaid.STARTED, msg("已经上班")),
        (OutcomeSaid.NOT_HIRED, msg("单位没有录用")),
        (OutcomeSaid.NOT_GOING, msg("自己不去了")),
    ),
}
"""What each side may say of its own intents."""


def line(code: str) -> str:
    """Return the name of a figure."""
    return translated(LINES[code][0])


def unit(code: str) -> str:
    """Return the unit of a figure."""
    return translated(LINES[code][1])


def answers(side: SurveySide) -> list[tuple[str, str]]:
    """Return what a side may say, in the reader's language."""
    return [(said.value, translated(words)) for said, words in ANSWERS[side]]


def finding(found: Found) -> tuple[str, str, str]:
    """Return a suggestion in words: what was found, what to do, and the figure whose rows it rests on."""
    said, advice, code = _FINDINGS[found.finding]
    return gettext(said, **_values(found)), translated(advice), code


def _values(found: Found) -> dict[str, object]:
    values = dict(found.values)
    if found.finding is Finding.DOOR_REFUSALS:
        values["reason"] = label(EntryRefusal(str(values["reason"])))
    elif found.finding is Finding.BOOTH_REFUSALS:
        values["reason"] = label(RefusalReason(str(values["reason"])))
    elif found.finding is Finding.LOW_SCORE:
        side, _, code = str(values["question"]).partition(".")
        asked = questions_of(SurveySide(side))
        values["question"] = next(one.label for one in asked if one.code == code)
    elif found.finding is Finding.CROWDED_HOUR:
        values["hour"] = f"{values['hour']}:00"
    return values


def file_name(title: str, what: str) -> str:
    """Return the name of a file: the fair's title and what it is."""
    return f"{title}-{what}-{clock.today():%Y%m%d}"
