"""Why somebody is not on a list, in words: the checks, and what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from matcher.kinds import Verdict
from matcher.models.postings import Posting
from matcher.ranking.why_not import WhyNot
from matcher.services.absences import Absence
from matcher.services.ranked_people import Person
from matcher.services.ranked_postings import Elsewhere
from web.filters import figure
from web.i18n import gettext, label
from web.words import checks
from web.words.checks import CheckWords


@dataclass(frozen=True)
class ToDo:
    """Something that can be done, perhaps with an address."""

    words: str
    address: str = ""
    link: str = ""


@dataclass(frozen=True)
class AbsenceWords:
    """The answer about one person."""

    title: str
    summary: str
    checks: Sequence[CheckWords]
    to_do: Sequence[ToDo]


def absence_words(found: Absence, posting: Posting | None = None) -> AbsenceWords:
    """Return the answer in words.

    Parameters
    ----------
    posting : asked about on a graduate's page; other postings are then not spoken of
    """
    person = found.person
    about = (person.name_masked, person.school, label(person.education), "、".join(person.majors))
    title = posting.title if posting else "，".join(text for text in about if text)
    if found.out is not None:
        out = gettext(checks.OUT[found.out])
        line = CheckWords(
            gettext("参加排序"), gettext("在活动中、身份已核对、没有撤回同意"), out, Verdict.NO
        )
        todo = [ToDo(gettext(checks.TO_DO[found.out]))]
        return AbsenceWords(title, gettext("不参加排序：%(why)s。", why=out), [line], todo)
    if found.why is None:
        return AbsenceWords(title, gettext("还没有排序。"), [], [])
    lines = [checks.check_words(check) for check in found.why.explanation.checks]
    lines.append(
        CheckWords(
            gettext("参加排序"),
            gettext("在活动中、身份已核对、没有撤回同意"),
            gettext("参加"),
            Verdict.YES,
        )
    )
    return AbsenceWords(
        title,
        checks.summary(found.why),
        lines,
        _to_do(found, found.why, speaks_of_others=posting is None),
    )


def _to_do(found: Absence, why: WhyNot, *, speaks_of_others: bool) -> list[ToDo]:
    todo = []
    if found.with_major is not None:
        todo.append(
            ToDo(
                gettext(
                    "有符合要求的辅修或第二专业时，补录后自动重排，约第 %(place)s 名",
                    place=figure(found.with_major),
                )
            )
        )
    if why.state == "below_last" and why.own is not None and why.last is not None:
        todo.append(
            ToDo(
                gettext(
                    "本人契合分 %(own)s，最后一名 %(last)s；补全意向和技能说明后会自动重排",
                    own=figure(why.own.fit),
                    last=figure(why.last.fit),
                )
            )
        )
    if why.state == "not_yet_listed":
        todo.append(ToDo(gettext("重新排序后会出现在名单里")))
    against = {check.code for check in why.explanation.checks if check.verdict is Verdict.NO}
    if "place" in against:
        todo.append(ToDo(gettext("与本人核对愿意去的地区和异地就业意愿，改后自动重排")))
    if "certificates" in against:
        todo.append(ToDo(gettext("已有证书没有登记的，补登证书后自动重排")))
    if found.elsewhere is not None and speaks_of_others:
        todo += _elsewhere(found.person, found.elsewhere)
    if "major" in against:
        todo.append(ToDo(gettext("认为要求读错了，看“岗位要求”里的读法，请单位改写要求")))
    return todo


def _elsewhere(person: Person, found: Elsewhere) -> list[ToDo]:
    address = url_for("graduates.show", public_id=person.public_id)
    if not found.n_eligible:
        return [ToDo(gettext("本活动里没有符合的岗位"), address, gettext("看本人资料"))]
    words = gettext("本活动有 %(count)s 个岗位符合", count=figure(found.n_eligible))
    if found.posting is not None and found.position is not None:
        words += gettext(
            "，最好一处“%(title)s”排第 %(place)s",
            title=found.posting.title,
            place=figure(found.position),
        )
    return [ToDo(words, address, gettext("看岗位名单"))]
