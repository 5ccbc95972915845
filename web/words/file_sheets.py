"""A file as a printed sheet (档案表): the words of its page, numbers masked or in full, as PDF."""

from matcher import clock
from matcher.documents.pdf import compile_pdf
from matcher.identity import mask_name
from matcher.services.hardship.file_views import FileView
from matcher.services.hardship.prints import Numbers
from web.filters import day
from web.i18n import gettext, label
from web.words import file_sections
from web.words.file_sections import Section
from web.words.household_people import member_name

PDF = "application/pdf"
_FACTS_A_ROW = 2


def file_sheet(view: FileView, numbers: Numbers, audit_hash: str) -> bytes:
    """Return the PDF of a file seen whole; its name and title say nothing of anybody's status."""
    head = [list(fact) for fact in file_sections.head(view)]
    if len(head) % _FACTS_A_ROW:
        head.append(["", ""])
    sections = [_members(view, numbers), _causes(view), *file_sections.sections_of(view)]
    return compile_pdf(
        "household_file",
        {
            "title": gettext("家庭档案表"),
            "subtitle": gettext("编号 %(number)s", number=view.household.file_number),
            "head": head,
            "sections": [
                {
                    "title": one.title,
                    "heads": one.heads,
                    "rows": [words for _, words in one.rows],
                    "empty": one.empty,
                    "note": one.note,
                }
                for one in [*sections, _papers(view)]
            ],
            "signatures": [
                gettext("建档人"),
                gettext("审核人"),
                gettext("录入人"),
                gettext("日期"),
            ],
            "foot": gettext(
                "%(day)s 打印，操作记录 %(hash)s", day=day(clock.today()), hash=audit_hash[:16]
            ),
        },
    )


def _members(view: FileView, numbers: Numbers) -> Section:
    rows = []
    for one in view.members:
        full = numbers.get(one.id, {})
        rows.append(
            (
                one.id,
                [
                    one.name if full else mask_name(one.name),
                    one.relation,
                    full.get("id_number") or one.id_number_masked or "",
                    day(one.birth_on),
                    full.get("phone") or one.phone_masked or "",
                    full.get("illness") or label(one.health),
                    label(one.work_status),
                ],
            )
        )
    return Section(
        "members",
        gettext("家庭成员"),
        [
            gettext("姓名"),
            gettext("关系"),
            gettext("身份证号"),
            gettext("出生日期"),
            gettext("手机"),
            gettext("健康"),
            gettext("就业"),
        ],
        "",
        rows,
    )


def _causes(view: FileView) -> Section:
    rows = [
        (
            one.id,
            [
                gettext("主要") if one.position == 0 else gettext("次要"),
                label(one.cause),
                one.detail or "",
            ],
        )
        for one in view.causes
    ]
    heads = [gettext("主次"), gettext("原因"), gettext("说明")]
    return Section("causes", gettext("致困原因"), heads, gettext("还没有登记致困原因。"), rows)


def _papers(view: FileView) -> Section:
    rows = [
        (
            one.id,
            [
                label(one.kind),
                member_name(view.member(one.member_id)),
                one.issuer or "",
                day(one.issued_on),
                day(one.valid_until) or gettext("长期"),
            ],
        )
        for one in view.documents
    ]
    heads = [
        gettext("材料"),
        gettext("谁的"),
        gettext("出具单位"),
        gettext("出具"),
        gettext("有效期至"),
    ]
    return Section("papers", gettext("档案材料"), heads, gettext("还没有材料。"), rows)
