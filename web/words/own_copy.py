"""The copy of one's own data as a page: what each field is called, and values in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from matcher.kinds import ConsentPurpose, UnitKind
from web.choices import certificate_words, industry_words, occupation_words, place_words
from web.i18n import gettext, label, msg

_NAMES = {
    "name": msg("姓名"),
    "id_number": msg("身份证号"),
    "phone": msg("手机号"),
    "school": msg("学校"),
    "student_number": msg("学号"),
    "education": msg("学历"),
    "graduates_on": msg("毕业日期"),
    "origin_region": msg("生源地"),
    "certificates": msg("证书"),
    "about": msg("会什么、做过什么"),
    "entered_through": msg("登记方式"),
    "is_confirmed": msg("工作人员已核对"),
    "created_at": msg("登记时间"),
    "places": msg("想去的地方"),
    "occupations": msg("想做的职业"),
    "industries": msg("想去的行业"),
    "unit_kinds": msg("想去什么单位"),
    "wanted_pay_yuan": msg("期望月薪（元）"),
    "mobility": msg("能去多远"),
    "text": msg("还想说什么"),
}


_ACTS = {
    "graduate.registered": msg("代为登记"),
    "graduate.registered_self": msg("自己登记"),
    "graduate.profile_updated": msg("改资料"),
    "graduate.majors_set": msg("改专业"),
    "graduate.intent_set": msg("改意向"),
    "graduate.confirmed": msg("核对登记"),
    "graduate.registration_attached": msg("并入已有记录"),
    "graduate.own_data_copied": msg("取资料副本"),
    "membership.added": msg("开通登录"),
    "consent.given": msg("记下同意"),
    "consent.withdrawn": msg("撤回同意"),
    "number.revealed": msg("查看完整号码"),
    "drive.left": msg("退出活动"),
}
"""Acts as the person reads them; others are told as 其他处理."""


_OTHER = msg("其他处理")


@dataclass(frozen=True)
class CopySection:
    """A heading with pairs of name and value, or with lines."""

    heading: str
    pairs: list[tuple[str, str]]
    lines: list[str]


def copy_sections(copy: Mapping[str, Any]) -> list[CopySection]:
    """Return the copy that `own_data` made, in words."""
    majors = [f"{one['name']} {one['level']} {one['code']}".strip() for one in copy["majors"]]
    seen = [
        f"{_time(one['at'])} {one['role'] or ''} {gettext(_ACTS.get(one['action'], _OTHER))}"
        for one in copy["seen_by"]
    ]
    return [
        CopySection(gettext("我的资料"), _pairs(copy["profile"]), []),
        CopySection(gettext("专业"), [], majors),
        CopySection(gettext("找工作的意向"), _pairs(copy["intent"] or {}), []),
        CopySection(gettext("同意"), [], [_consent(one) for one in copy["consents"]]),
        *(_drive(one) for one in copy["drives"]),
        CopySection(gettext("招聘会"), [], [_fair(one) for one in copy["fairs"]]),
        CopySection(gettext("谁看过、改过"), [], seen),
        CopySection(gettext("其他资料"), [], [str(copy["elsewhere"])]),
    ]


def _pairs(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(gettext(_NAMES[name]), _said(name, value)) for name, value in values.items()]


def _said(name: str, value: Any) -> str:
    """Return a value in words."""
    if value in (None, "", []):
        return gettext("没有")
    codes: dict[str, Callable[[str], str]] = {
        "certificates": certificate_words,
        "places": place_words,
        "occupations": occupation_words,
        "industries": industry_words,
        "unit_kinds": _kind_words,
    }
    if name in codes:
        return "、".join(codes[name](one) for one in value)
    if name == "origin_region":
        return place_words(str(value))
    if name == "created_at":
        return _time(value)
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return str(value)


def _kind_words(kind: str) -> str:
    return label(UnitKind(kind))


def _time(iso: str) -> str:
    return iso[:16].replace("T", " ")


def _consent(one: Mapping[str, Any]) -> str:
    words = gettext(
        "%(purpose)s：%(at)s 同意，第 %(version)s 版",
        purpose=label(ConsentPurpose(one["purpose"])),
        at=_time(one["given_at"]),
        version=one["text_version"],
    )
    if one["withdrawn_at"]:
        words += gettext("，%(at)s 撤回", at=_time(one["withdrawn_at"]))
    return words


def _fair(one: Mapping[str, Any]) -> str:
    came = any(held["came_at"] for held in one["sessions"])
    words = gettext(
        "%(day)s %(fair)s：%(state)s", day=one["first_on"], fair=one["fair"], state=one["state"]
    )
    return words + (gettext("，已入场") if came else "")


def _drive(one: Mapping[str, Any]) -> CopySection:
    lines = [f"{n}. {row['title']}，{row['employer']}" for n, row in enumerate(one["list"], 1)]
    entered = gettext("%(at)s 参加", at=_time(one["entered_at"]))
    return CopySection(one["name"], [], [entered, *lines])
