"""Every template of an outgoing message (短信、邮件、站内信): subject, text, link; the only place they are.

Phones and mail boxes are shared: no word here tells anybody's circumstances (ui.md), a test reads them all, and
`outbox.write` takes no template that is not here. What is counted is named neutrally, details are read on the site.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MessageText:
    """Words of one template.

    Parameters
    ----------
    subject : subject of a mail, head of a site message; no values in it
    text : first sentence, with `{name}` for parameters
    lines : sentences for counts, each left out while its count is nothing
    link : path on the site; never a number or a token
    close : last sentence, after the counts
    """

    subject: str
    text: str
    lines: tuple[tuple[str, str], ...] = ()
    link: str = ""
    close: str = ""


@dataclass(frozen=True)
class ComposedMessage:
    """A message as it is read."""

    subject: str
    text: str
    link: str


class _Values(dict[str, Any]):
    """Values of a message; one that is missing is left open rather than keeping the message back."""

    def __missing__(self, name: str) -> str:
        return "…"


TEMPLATES: dict[str, MessageText] = {
    "sign_in_code": MessageText(
        "登录验证码", "验证码 {secret}，{minutes} 分钟内有效。不是本人操作的，不用理会。"
    ),
    "daily_digest": MessageText(
        "今天的工作提醒",
        "今天的工作有：",
        (
            ("overdue", "超期 {count} 件"),
            ("due_today", "今天到期 {count} 件"),
            ("hand_over", "等您接收的交接 {count} 份"),
            ("due_soon", "一周内到期 {count} 件"),
            ("unclaimed", "还没有人认领 {count} 件"),
            ("calls", "该联系 {count} 人"),
        ),
        "/today",
    ),
    "hand_over_offered": MessageText(
        "有一份工作交接等您接收",
        "同事交来 {count} 项工作，请登录查看后接收或退回。",
        (),
        "/hand-overs",
    ),
    "hand_over_settled": MessageText(
        "您交出的工作有了答复",
        "接收 {accepted} 项，退回 {declined} 项，请登录查看。",
        (),
        "/hand-overs",
    ),
    "employer_digest": MessageText(
        "今天的招聘事项",
        "{drive}：",
        (
            ("waiting", "等您答复的 {count} 位"),
            ("interviews", "今天面试 {count} 位"),
            ("due", "今天到期或已过期 {count} 位"),
        ),
        "/people",
    ),
    "employer_digest_linked": MessageText(
        "今天的招聘事项",
        "{drive}：",
        (
            ("unanswered", "等您答复的 {count} 位"),
            ("interviews", "今天面试 {count} 位"),
            ("due", "今天到期或已过期 {count} 位"),
        ),
        close="点开就能答复：{secret}",
    ),
    "referral_asked": MessageText(
        "有一个岗位想推荐给你", "{drive}：有一个岗位想推荐给你，{until}答复，打开看：{secret}"
    ),
    "interview_invited": MessageText(
        "面试通知", "{drive}：有单位约你{day}面试，打开看时间和地点并答复：{secret}"
    ),
    "offer_made": MessageText("录用通知", "{drive}：有单位想录用你，{until}答复，打开看：{secret}"),
    "interviews_arranged": MessageText(
        "面试安排", "{drive}：{day}给你安排了面试，打开看时间和地点：{secret}"
    ),
    "interviews_cancelled": MessageText(
        "面试有变动", "{drive}：{day}有一场面试不举行了，打开看还有哪些：{secret}"
    ),
    "placement_confirm": MessageText(
        "请核对去向登记", "{drive}：工会登记了你的去向，打开看对不对：{secret}"
    ),
    "training_asked": MessageText(
        "有一个培训等你答复", "有一个培训或见习的名额等你答复，请登录查看。", (), "/me/trainings"
    ),
    "training_over": MessageText(
        "培训有变动",
        "给你的一个培训或见习名额取消了，请登录查看，也可以联系工会另作安排。",
        (),
        "/me/trainings",
    ),
    "training_link": MessageText(
        "有学员等您答复", "有学员等您答复是否录取，打开看名单、登记考勤：{secret}"
    ),
    "still_there_asked": MessageText(
        "想问问你的工作情况", "{drive}：想问问你现在的工作情况，点开答一下就好：{secret}"
    ),
    "seats_filled_asked": MessageText(
        "岗位招满情况", "{drive}：有 {count} 个岗位已经结束，请告诉我们招到几位：{secret}"
    ),
    "seats_filled_asked_here": MessageText(
        "岗位招满情况",
        "{drive}：有 {count} 个岗位已经结束，请登录告诉我们招到几位。",
        (),
        "/my/closed-postings",
    ),
    "fair_invited": MessageText(
        "邀请参加招聘会", "{fair}，{day}举办，邀请您单位参加，请{until}登录答复。", (), "/my-fairs"
    ),
    "fair_answer_due": MessageText(
        "招聘会邀请等您答复",
        "{fair}（{day}）报名到{until}截止，请登录答复来不来。",
        (),
        "/my-fairs",
    ),
    "fair_moved_up": MessageText(
        "候补有展位了", "{fair}（{day}）空出展位，轮到您单位了，请登录交齐材料。", (), "/my-fairs"
    ),
    "fair_paper_returned": MessageText(
        "参会材料要改", "{fair}（{day}）有参会材料退回，请登录看原因，改好再交。", (), "/my-fairs"
    ),
    "fair_papers_due": MessageText(
        "参会材料还没有交齐",
        "{fair}（{day}）还有 {count} 份材料要交，{until}截止，请登录办理。",
        (),
        "/my-fairs",
    ),
    "fair_accepted": MessageText(
        "已确认参会", "{fair}（{day}）已确认您单位参会，登录看展位和到场时间。", (), "/my-fairs"
    ),
    "fair_refused": MessageText(
        "参会报名没有通过", "{fair}（{day}）的报名没有通过，请登录看原因。", (), "/my-fairs"
    ),
    "fair_eve": MessageText(
        "招聘会就要开始",
        "{fair}，{when}开始，地点：{place}，展位：{booths}。请带齐原件，提前到场。",
        (),
        "/my-fairs",
    ),
    "fair_after": MessageText(
        "招聘会回访", "谢谢参加{fair}。请花两分钟填一份问卷，谈成的意向也请告诉我们结果：{secret}"
    ),
    "fair_after_again": MessageText(
        "招聘会回访", "{fair}谈成的意向有没有结果？请点开告诉我们：{secret}"
    ),
    "fair_contact": MessageText(
        "招聘会参会事项", "{fair}（{day}）有参会事项等您单位办理，请联系 {enquiries}。"
    ),
    "fair_moved": MessageText(
        "招聘会时间地点有变",
        "{fair}改为{day}，地点：{place}。打开看安排，来不了可以取消：{secret}",
    ),
    "fair_cancelled": MessageText(
        "招聘会取消", "{fair}取消：{reason}。不用再来，有问题问 {enquiries}。{secret}"
    ),
    "fair_moved_employer": MessageText(
        "招聘会时间地点有变",
        "{fair}改为{day}，地点：{place}。请登录查看，来不了请退出。",
        (),
        "/my-fairs",
    ),
    "fair_cancelled_employer": MessageText(
        "招聘会取消", "{fair}（{day}）取消：{reason}。有问题问 {enquiries}。", (), "/my-fairs"
    ),
    "fair_visit_invited": MessageText(
        "招聘会邀请",
        "{drive}：{day}在{place}举办{fair}，免费参加。打开看适合你的展位和路线，答复来不来：{secret}",
    ),
    "fair_visit_moved_up": MessageText(
        "招聘会候补有名额了",
        "{drive}：{day}的{fair}有名额了，入场码已经发给你，打开看：{secret}",
    ),
    "fair_visit_link": MessageText(
        "招聘会报名", "{drive}：{day}的{fair}报名成功，入场码在这里，别转给别人：{secret}"
    ),
    "fair_visit_eve": MessageText(
        "招聘会明天举办",
        "{drive}：{fair}明天在{place}举办，打开看入场码和路线，来不了也请点一下：{secret}",
    ),
    "export_alarm": MessageText(
        "导出数量提醒", "有一次导出超过 {from} 条的提醒线，请登录核对。", (), "/exports"
    ),
}
"""By the name `outbox.write(template=…)` has."""


def compose(
    template: str, parameters: Mapping[str, Any], *, secret: str | None = None
) -> ComposedMessage:
    """Return a message as it is read; lines whose count is nothing are left out."""
    words = TEMPLATES.get(template) or _FORGOTTEN
    values = _Values(parameters, secret=secret or "（已发送）")
    said = [line.format(count=values[name]) for name, line in words.lines if values.get(name)]
    text = words.text.format_map(values)
    if said:
        text += "，".join(said) + "。"
    text += words.close.format_map(values)
    return ComposedMessage(words.subject, text, words.link)


_FORGOTTEN = MessageText("旧消息", "内容已按保存期限清除。")
"""Of a message whose words were cleared when its time was over."""
