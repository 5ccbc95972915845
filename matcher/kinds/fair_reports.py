"""Closed lists of what comes after a fair (会后): what became of an intent, surveys, sheets filled in by hand."""

from matcher.kinds.labelled import Labelled


class FollowState(Labelled):
    """What is known of an intent (意向) by now; an intent is no hire until somebody says so and nobody denies it."""

    OPEN = "open", "跟踪中"
    HIRED = "hired", "已录用"
    STARTED = "started", "已到岗"
    NOT_HIRED = "not_hired", "单位未录用"
    NOT_GOING = "not_going", "本人未去"
    DISPUTED = "disputed", "双方说法不一"
    LOST = "lost", "问不到"


class OutcomeSide(Labelled):
    """Who told what became of an intent (答复方)."""

    EMPLOYER = "employer", "单位"
    VISITOR = "visitor", "本人"
    STAFF = "staff", "工作人员核实"


class OutcomeSaid(Labelled):
    """What was told of an intent (答复)."""

    TALKING = "talking", "还在谈"
    HIRED = "hired", "已录用，还没到岗"
    STARTED = "started", "已到岗"
    NOT_HIRED = "not_hired", "单位没有录用"
    NOT_GOING = "not_going", "本人不去"
    LOST = "lost", "问不到"


class SurveySide(Labelled):
    """Who is asked how the fair was (问卷对象)."""

    VISITOR = "visitor", "求职者"
    EMPLOYER = "employer", "单位"


class SurveyChannel(Labelled):
    """How an answer to the survey came (答卷来源)."""

    LINK = "link", "发出的链接"
    OPEN = "open", "现场扫码"
    PAPER = "paper", "纸质问卷"


class PaperBatchState(Labelled):
    """Where an uploaded book of paper sheets stands (补录批次)."""

    CHECKED = "checked", "待确认"
    ENTERED = "entered", "已录入"
    UNDONE = "undone", "已撤销"


class PaperSheet(Labelled):
    """Which printed sheet a line stands on (纸质表)."""

    SIGN_IN = "sign_in", "签到表"
    CONTACT = "contact", "洽谈登记表"
    SURVEY = "survey", "问卷"


class PaperVerdict(Labelled):
    """What a line of paper comes to (判定)."""

    NEW = "new", "可录入"
    SAME = "same", "已录入过"
    BLANK = "blank", "空行"
    REFUSED = "refused", "不能录入"


class LineNote(Labelled):
    """What the clerk is told of a good line that counts nobody more (提示)."""

    IS_IN = "is_in", "这个人已经有入场记录，不再计一次"
    SAME_PERSON = "same_person", "这个人在这份表里已有一行，只计一次"
