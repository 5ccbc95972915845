"""One file in words (一户一档): head, members, and each part as a table of masked words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matcher.identity import mask_name
from matcher.models.household_facts import HouseholdChange
from matcher.models.household_lives import MemberEmployment, MemberSchooling
from matcher.services.hardship.file_views import FileView
from web.filters import day, figure, moment, yuan
from web.i18n import gettext, label
from web.words import household_fields
from web.words.household_people import member_name, paper_name
from web.words.places import region


@dataclass(frozen=True)
class Section:
    """A part of a file as a table: heads, rows of words, the row's number for its form."""

    key: str
    title: str
    heads: list[str]
    empty: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    note: str = ""


def holder_name(view: FileView) -> str:
    """Return the holder masked."""
    holder = next((one for one in view.members if one.is_holder), None)
    return mask_name(holder.name) if holder else ""


def head(view: FileView) -> list[tuple[str, str]]:
    """Return the head of a file as (term, words); of a line only what everybody in the district sees."""
    one = view.household
    facts = [
        (gettext("档案编号"), one.file_number),
        (gettext("状态"), label(one.state)),
        (gettext("困难类别"), label(one.tier)),
        (gettext("所属工会"), view.union_name),
        (gettext("负责人"), view.owner_name or gettext("还没有")),
    ]
    if not view.is_whole:
        return facts
    facts += [
        (gettext("档案级别"), label(one.level)),
        (gettext("零就业"), _since(one.zero_employment_on) if one.is_zero_employment else ""),
        (gettext("申请日期"), day(one.applied_on)),
        (gettext("批准日期"), day(one.approved_on)),
        (gettext("工作单位"), one.unit_name or ""),
        (gettext("单位性质"), one.unit_nature or ""),
        (gettext("企业状况"), one.unit_condition or ""),
        (gettext("所属行业"), one.industry or ""),
        (gettext("居住地"), region(one.region_code)),
        (gettext("户口所在地"), region(one.hukou_region_code)),
        (gettext("家庭住址"), gettext("已登记") if one.address_cipher else ""),
        (gettext("其他联系方式"), gettext("已登记") if one.contact_cipher else ""),
        (gettext("住房"), _housing(view)),
        (gettext("单亲家庭"), gettext("是") if one.is_single_parent else ""),
        (gettext("自救能力"), _known(one.has_self_help)),
        (gettext("最近修改"), day(one.changed_on)),
        (gettext("纸质同步"), day(one.paper_on) or gettext("还没有")),
    ]
    return [(term, words) for term, words in facts if words]


def _since(date: Any) -> str:
    return gettext("自 %(day)s", day=day(date))


def _housing(view: FileView) -> str:
    one = view.household
    area = gettext("%(n)s 平方米", n=one.floor_area_m2) if one.floor_area_m2 is not None else ""
    return "，".join(filter(None, [label(one.housing), area]))


def _known(answer: bool | None) -> str:
    if answer is None:
        return ""
    return gettext("有") if answer else gettext("没有")


def sections_of(view: FileView) -> list[Section]:
    """Return the parts of a file in the order of the paper form."""
    return [_incomes(view), _work(view), _schooling(view), _expenses(view), _visits(view)]


def _incomes(view: FileView) -> Section:
    rows = [
        (
            one.id,
            [
                str(one.year),
                member_name(view.member(one.member_id)),
                label(one.kind),
                yuan(one.amount_fen),
                one.basis or "",
            ],
        )
        for one in view.incomes
    ]
    return Section(
        "incomes",
        gettext("各年收入"),
        [gettext("年度"), gettext("成员"), gettext("类别"), gettext("全年（元）"), gettext("依据")],
        gettext("还没有登记收入。"),
        rows,
        _totals(view.incomes),
    )


def _totals(amounts: list[Any]) -> str:
    """Return the sum of each year, newest first."""
    years: dict[int, int] = {}
    for one in amounts:
        years[one.year] = years.get(one.year, 0) + one.amount_fen
    return "，".join(
        gettext("%(year)s 年共 %(sum)s 元", year=year, sum=yuan(fen))
        for year, fen in sorted(years.items(), reverse=True)
    )


def _expenses(view: FileView) -> Section:
    rows = [
        (
            one.id,
            [
                str(one.year),
                member_name(view.member(one.member_id)),
                label(one.kind),
                yuan(one.amount_fen),
                yuan(one.gross_fen),
                one.basis or "",
            ],
        )
        for one in view.expenses
    ]
    return Section(
        "expenses",
        gettext("刚性支出"),
        [
            gettext("年度"),
            gettext("成员"),
            gettext("类别"),
            gettext("自负（元）"),
            gettext("总费用（元）"),
            gettext("依据"),
        ],
        gettext("还没有登记支出。"),
        rows,
        _totals(view.expenses),
    )


def _work(view: FileView) -> Section:
    return Section(
        "work",
        gettext("就业状况"),
        [
            gettext("成员"),
            gettext("状况"),
            gettext("起止"),
            gettext("失业登记"),
            gettext("能力和意愿"),
            gettext("依据"),
        ],
        gettext("还没有登记就业状况；零就业由它推算。"),
        [(one.id, _work_row(one, view)) for one in view.work],
    )


def _work_row(one: MemberEmployment, view: FileView) -> list[str]:
    able = {True: gettext("有劳动能力"), False: gettext("无劳动能力"), None: ""}[one.is_able]
    willing = {True: gettext("有就业意愿"), False: gettext("暂无意愿"), None: ""}[one.is_willing]
    paper = next((p for p in view.documents if p.id == one.evidence_document_id), None)
    registered = gettext("已登记") + (f" {day(one.registered_on)}" if one.registered_on else "")
    return [
        member_name(view.member(one.member_id)),
        "，".join(filter(None, [label(one.status), one.unit])),
        _span(one.from_on, one.to_on),
        registered if one.is_registered_unemployed else "",
        "，".join(filter(None, [able, willing])),
        "，".join(filter(None, [one.evidence, paper_name(paper, view) if paper else ""])),
    ]


def _span(first: Any, last: Any) -> str:
    return gettext("%(first)s 至 %(last)s", first=day(first), last=day(last) or gettext("今"))


def _schooling(view: FileView) -> Section:
    return Section(
        "schooling",
        gettext("就学情况"),
        [
            gettext("成员"),
            gettext("学校"),
            gettext("层次和专业"),
            gettext("入学"),
            gettext("预计毕业"),
            gettext("年学费（元）"),
        ],
        gettext("还没有登记就学。"),
        [(one.id, _schooling_row(one, view)) for one in view.schoolings],
    )


def _schooling_row(one: MemberSchooling, view: FileView) -> list[str]:
    ended = gettext("%(day)s 已离校", day=day(one.ended_on)) if one.ended_on else ""
    return [
        member_name(view.member(one.member_id)),
        one.school,
        "，".join(filter(None, [label(one.level), one.major])),
        day(one.entered_on),
        ended or day(one.expected_graduation_on),
        yuan(one.fee_fen),
    ]


def _visits(view: FileView) -> Section:
    rows = []
    for one in view.visits:
        signed = [
            gettext("%(paper)s %(day)s", paper=paper, day=day(signed_on))
            for paper, signed_on in (
                (gettext("帮扶申请书"), one.application_signed_on),
                (gettext("核对授权书"), one.authorisation_signed_on),
            )
            if signed_on
        ]
        found = gettext("已登记") if one.findings_cipher else ""
        rows.append(
            (
                one.id,
                [day(one.visited_on), label(one.outcome), one.visitors, "，".join(signed), found],
            )
        )
    return Section(
        "visits",
        gettext("入户走访"),
        [gettext("日期"), gettext("结果"), gettext("走访人"), gettext("签字"), gettext("走访情况")],
        gettext("还没有走访。"),
        rows,
    )


def revealable(view: FileView) -> list[tuple[str, str]]:
    """Return what can be shown in full for a typed reason, as (what, words)."""
    found = []
    for member in view.members:
        for name in ("id_number", "phone", "card", "illness"):
            if getattr(member, f"{name}_cipher"):
                words = household_fields.field_words(f"{name}_cipher")
                said = gettext("%(who)s：%(what)s", who=member_name(member), what=words)
                found.append((f"member:{member.id}:{name}", said))
    if view.household.address_cipher:
        found.append(("household:0:address", gettext("家庭住址")))
    for visit in view.visits:
        if visit.findings_cipher:
            said = gettext("%(day)s 的走访情况", day=day(visit.visited_on))
            found.append((f"visit:{visit.id}:findings", said))
    return found


def told(change: HouseholdChange, names: Mapping[int, str], view: FileView) -> dict[str, Any]:
    """Return a line of the history."""
    who = names.get(change.actor_id or 0, gettext("系统"))
    return {
        "id": change.id,
        "when": moment(change.entered_at),
        "who": who,
        "for_whom": names.get(change.on_behalf_of_id or 0, ""),
        "credited": names.get(change.credited_to_id or 0, ""),
        "what": f"{label(change.act)}{household_fields.part_words(change.part)}",
        "about": _about(change, view),
        "fields": [
            (
                household_fields.field_words(one["field"]),
                household_fields.value_words(change.part, one["field"], one["before"]),
                household_fields.value_words(change.part, one["field"], one["after"]),
            )
            for one in change.fields
        ],
        "reason": change.reason or "",
        "may_return": change.act == "removed" and change.row_cipher is not None,
    }


def _about(change: HouseholdChange, view: FileView) -> str:
    if change.part != "household_member":
        return ""
    member = view.member(change.part_id)
    return member_name(member) if member else gettext("成员 %(n)s", n=figure(change.part_id))
