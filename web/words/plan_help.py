"""What would help (做什么能有用) in words: of persons, of seats, of employers; to be read by staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.kinds import EducationLevel, Mobility
from matcher.kinds.plan_help import HelpKind
from matcher.kinds.training import TrainingState
from matcher.models.training import TrainingReferral
from matcher.services.plans.help_acts import Offer, Offers, certificates_of
from matcher.services.plans.help_runs import PersonHelp
from matcher.services.plans.posting_names import PostingName
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


@dataclass(frozen=True)
class PersonRow:
    """A line of a person with the courses to refer to."""

    words: str
    gain: int
    postings: int
    offers: Sequence[Offer]


def person_rows(graduate: int, told: PersonHelp, offers: Offers) -> list[PersonRow]:
    """Say the lines of a person, those that seat somebody first."""
    return [
        PersonRow(
            words=person_words(line),
            gain=line["gain"],
            postings=line["postings"],
            offers=[
                one
                for name in certificates_of(line)
                if line["gain"]
                for one in offers.get((graduate, name), ())
            ],
        )
        for line in told.lines
    ]


def referred_words(made: TrainingReferral) -> str:
    """Say what became of referring somebody to a course."""
    waits = made.state is TrainingState.WAITING
    return gettext("班已满，已排到候补") if waits else gettext("已转介")


def offer_words(line: Mapping[str, Any], names: Mapping[int, PostingName]) -> str:
    """Say a line about seats or an employer."""
    kind = HelpKind(line["kind"])
    if kind is HelpKind.FIELD_SEATS:
        return _field_words(line)
    if kind.is_personal:
        return change_words(line)
    return gettext("%(posting)s：%(what)s", posting=_posting(line, names), what=_asked(kind, line))


def _field_words(line: Mapping[str, Any]) -> str:
    more = len(line.get("places", ())) - 1
    told = gettext(
        "增加预留席位 %(count)s 个：%(field)s（%(place)s）",
        count=line["seats"],
        field=line["name"] or line["value"],
        place=places.region(line["place"]),
    )
    if more <= 0:
        return told
    return gettext("%(told)s，放在另外 %(more)s 地之一也一样", told=told, more=more)


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
    if kind is HelpKind.LIFT_MAJOR:
        return gettext("放宽专业要求到“%(names)s”", names=line.get("name") or gettext("不限"))
    return gettext("提供食宿等，让外地的人也能来%(place)s", place=places.region(value))
