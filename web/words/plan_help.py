"""What would help (做什么能有用) in words: of persons, of seats, of employers; to be read by staff."""

from collections.abc import Mapping
from typing import Any

from matcher.kinds import EducationLevel, Mobility
from matcher.kinds.plan_help import HelpKind
from matcher.services.plans.explanations import PostingName
from matcher.vocabulary.certificates import name_of
from web.i18n import gettext, label
from web.words import places

_SEVERAL = "|"


def change_words(change: Mapping[str, Any]) -> str:
    """Say one change of a person."""
    kind, value = HelpKind(change["kind"]), change["value"]
    if kind is HelpKind.CERTIFICATE:
        return gettext("取得%(name)s", name=name_of(value))
    if kind is HelpKind.SECOND_MAJOR:
        return gettext("加修第二专业：%(name)s", name=change.get("name") or value)
    if kind is HelpKind.PLACE:
        return gettext("愿意去%(place)s", place=places.region(value))
    return gettext("愿意去的地方放宽到：%(how)s", how=label(Mobility(value)))


def person_words(line: Mapping[str, Any]) -> str:
    """Say a line of a person: one change, or several together."""
    return gettext("，并且").join(change_words(one) for one in line["changes"])


def offer_words(line: Mapping[str, Any], names: Mapping[int, PostingName]) -> str:
    """Say a line about seats or an employer."""
    kind = HelpKind(line["kind"])
    if kind is HelpKind.FIELD_SEATS:
        return gettext(
            "增加预留席位 %(count)s 个：%(field)s（%(place)s）",
            count=line["seats"],
            field=line["name"] or line["value"],
            place=places.region(line["place"]),
        )
    if kind.is_personal:
        return change_words(line)
    return gettext("%(posting)s：%(what)s", posting=_posting(line, names), what=_asked(kind, line))


def _posting(line: Mapping[str, Any], names: Mapping[int, PostingName]) -> str:
    name = names.get(line["posting"])
    if name is None:
        return gettext("岗位 %(number)s", number=line["posting"])
    return gettext("%(employer)s，%(title)s", employer=name.employer, title=name.title)


def _asked(kind: HelpKind, line: Mapping[str, Any]) -> str:
    if kind is HelpKind.POSTING_SEATS:
        return gettext("增加预留席位 %(count)s 个", count=line["seats"])
    value = line.get("value", "")
    if kind is HelpKind.LIFT_CERTIFICATE:
        listed = "、".join(name_of(one) for one in value.split(_SEVERAL) if one)
        return gettext("放宽“须有%(names)s”", names=listed)
    if kind is HelpKind.LIFT_EDUCATION:
        level = label(EducationLevel(value)) if value else ""
        return gettext("放宽“%(level)s及以上”", level=level)
    return gettext("提供食宿等，让外地的人也能来%(place)s", place=places.region(value))
