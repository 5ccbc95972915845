"""A row of a postings table (岗位表) as a checked draft.

Tables of other offices and boards lack what the law asks of a posting (人力资源市场暂行条例 art. 24); such
rows are taken as incomplete, with the missing elements named. The employer's name counts as 用人单位基本情况
here: its particulars belong to the employer's own record. A row is refused only if nobody could use
it: no title, no employer, an impossible headcount.
"""

import datetime as dt
import re
from dataclasses import replace
from functools import lru_cache

from matcher.intake.cells import cell_text, narrow
from matcher.intake.compliance import Violation, find_violations
from matcher.intake.dates import read_date
from matcher.intake.drafts import EmployerDraft, PostingDraft
from matcher.intake.employer_rows import employer_beside_posting
from matcher.intake.identifiers import read_code, read_phone
from matcher.intake.layout import RowReader
from matcher.intake.numbers import read_count, read_small_count
from matcher.intake.posting_words import read_public_welfare, read_work_form
from matcher.intake.problems import Flaw
from matcher.intake.word_readers import (
    find_place,
    read_education_cell,
    read_fresh_only,
    read_pay_cell,
    read_yes_no,
)
from matcher.vocabulary.education import EducationReading
from matcher.vocabulary.pay import Pay

_READ_FOR_CONDITIONS = (
    ("title", "岗位名称"),
    ("description", "工作内容"),
    ("other_conditions", "其他条件"),
    ("remark", "备注"),
    ("experience", "工作经验"),
    ("education", "学历要求"),
    ("benefits", "福利待遇"),
    ("work_form", "用工形式"),
    ("posting_kind", "岗位类别"),
)
_TEXTS = (
    "major_any", "major_graduate", "major_bachelor", "major_college", "description", "industry",
    "posting_kind", "certificates", "benefits", "contact_name", "contact_email", "url", "remark",
)  # fmt: skip
"""Concepts taken into the field of their name as they are written."""

_PERIOD = re.compile(r"\s*(?:至|到|~|—|–|--| - )\s*")
_YEARS = re.compile(
    r"(\d+\s*[-~]\s*\d+\s*年|\d+\s*年(?:以上|以下|以内)?|经验不限|无经验|应届(?:毕业)?生|在校(?:生)?/?应届(?:生)?|不限)"
)
_ASKED = re.compile(r"^.*是否(?:要求|需要|须|限)?(?:有|具有|具备)?")
_LONGEST_TITLE = 120


def judge_posting(reader: RowReader) -> PostingDraft | None:
    """Return the draft of one row, or None if it is refused (`reader.problems` say why)."""
    head = _head(reader)
    if head is None:
        return None
    title, employer, headcount = head
    education_text, education, experience = _education(reader)
    pay_text, pay = _pay(reader)
    place, place_code = read_place(reader, "place")
    draft = PostingDraft(
        employer=employer,
        title=title,
        external_id=reader.take("posting_code", read_code(reader.raw("posting_code"))),
        headcount=headcount,
        reserved_hardship=_reserved(reader, "reserved_hardship"),
        reserved_zero=_reserved(reader, "reserved_zero"),
        is_public_welfare=read_public_welfare(reader, title),
        education_text=education_text,
        education_min=education.minimum if education else None,
        education_max=education.maximum if education else None,
        education_plain=education.plain if education else False,
        degree_text=reader.text("degree"),
        pay_text=pay_text,
        pay=pay,
        place=place,
        place_code=place_code,
        work_form=read_work_form(reader),
        experience=experience,
        other_conditions=_other_conditions(reader),
        fresh_graduates_only=_fresh_only(reader),
        contact_phone=reader.take("contact_phone", read_phone(reader.raw("contact_phone"))),
        valid_until=_valid_until(reader),
        posted_on=_posted_on(reader),
        incomplete=(),
        violations=_violations(reader),
        **{concept: reader.text(concept) for concept in _TEXTS},
        extras=reader.extras(),
    )
    return _settled(reader, draft)


def _head(reader: RowReader) -> tuple[str, EmployerDraft, int | None] | None:
    """Return title, employer and headcount; None if the row is refused for one of them."""
    title = reader.text("title")
    employer = employer_beside_posting(reader)
    if title is None:
        reader.refuse("no_title", "岗位名称为空", "请填写岗位名称", "title")
    elif len(title) > _LONGEST_TITLE:
        reader.refuse(
            "title_too_long", "岗位名称过长，像是错列的说明文字", "请核对是否错列", "title"
        )
    if employer is None:
        reason = "单位名称为空" if reader.layout.has("employer_name") else "本表没有单位名称列"
        reason = f"{reason}，无法确定用人单位"
        reader.refuse("no_employer", reason, "请填写单位全称", "employer_name")
    headcount = reader.take("headcount", read_count(reader.raw("headcount")))
    if title is None or employer is None or reader.is_refused():
        return None
    return title, employer, headcount


def _settled(reader: RowReader, draft: PostingDraft) -> PostingDraft | None:
    """Name what the law asks and the row lacks; refuse more reserved seats than there are."""
    incomplete = _missing_elements(draft)
    if incomplete:
        reader.warn(
            "incomplete", "缺少：" + "、".join(incomplete), "来源表没有这些要素，发布前请补全"
        )
    if draft.headcount and draft.reserved_hardship + draft.reserved_zero > draft.headcount:
        reader.refuse(
            "reserve_exceeds", "预留席位多于招聘人数", "请核对招聘人数和预留数", "headcount"
        )
        return None
    return None if reader.is_refused() else replace(draft, incomplete=incomplete)


def _missing_elements(draft: PostingDraft) -> tuple[str, ...]:
    """Name the legal elements (六项要素和有效期限) the row does not give."""
    conditions = (
        draft.education_text,
        draft.experience,
        draft.other_conditions,
        draft.certificates,
    )
    majors = (draft.major_any, draft.major_graduate, draft.major_bachelor, draft.major_college)
    given = (
        ("招聘人数", draft.headcount is not None),
        ("招聘条件", any(conditions) or any(majors)),
        ("工作内容", draft.description is not None),
        ("工作地点", draft.place is not None),
        ("基本劳动报酬", draft.pay_text is not None),
        ("有效期限", draft.valid_until is not None),
    )
    return tuple(name for name, is_given in given if not is_given)


def _education(reader: RowReader) -> tuple[str | None, EducationReading | None, str | None]:
    """Return (education text, its reading, experience); the two may be glued (1-3年本科)."""
    experience = _experience(reader)
    concept = "education"
    text = reader.text("education")
    if text is None and (glued := reader.text("experience_education")) is not None:
        concept = "experience_education"
        years = _YEARS.match(glued)
        experience = experience or (years[0] if years else None)
        text = (glued[years.end() :] if years else glued).strip(" ,，/|·") or None
    if text is None:
        return None, None, experience
    return text, reader.take(concept, read_education_cell(text)), experience


def _experience(reader: RowReader) -> str | None:
    """Return the experience asked for; 是 under a head 是否要求… means what the head says."""
    text = reader.text("experience")
    if text is None or read_yes_no(text).flaw is not None:
        return text
    head = reader.head_of("experience")
    asked = _ASKED.sub("", head)
    return asked or None if read_yes_no(text).value and asked != head else None


def _pay(reader: RowReader) -> tuple[str | None, Pay | None]:
    text = reader.text("pay_text")
    concept = "pay_text"
    if text is None and reader.layout.has("pay_low"):
        low, high = reader.text("pay_low"), reader.text("pay_high")
        text = f"{low}-{high}" if low and high else low or high
        concept = "pay_low"
    if text is None:
        return None, None
    return text, reader.take(concept, read_pay_cell(_with_unit(text, reader.head_of(concept))))


@lru_cache(maxsize=20_000)
def _with_unit(text: str, head: str) -> str:
    """Add the unit the head names (年薪（万元）) to a cell that gives bare numbers."""
    text = narrow(text)
    bare = re.fullmatch(r"[\d.,]+(\s*[-~至—]\s*[\d.,]+)?(以上|起)?", text)
    if bare is None:
        return text
    unit = "万元" if "万" in head else "千元" if "千" in head else "元"
    period = (
        "年"
        if "年" in head
        else "天"
        if "日" in head or "天" in head
        else "小时"
        if "时" in head
        else "月"
    )
    return f"{text}{unit}/{period}"


def read_place(reader: RowReader, concept: str) -> tuple[str | None, str | None]:
    """Return a place's text and the code of the one region it certainly names."""
    text = reader.text(concept)
    if text is None:
        return None, None
    match = find_place(text)
    return text, match.code if match else None


def _reserved(reader: RowReader, concept: str) -> int:
    if not reader.layout.has(concept):
        return 0
    return reader.take(concept, read_small_count(reader.raw(concept))) or 0


def _other_conditions(reader: RowReader) -> str | None:
    """Join the columns of further conditions; a limit by 户籍 is kept and flagged."""
    parts = [reader.text("other_conditions"), reader.text("political_requirement")]
    if (limit := reader.text("household_limit")) and "不限" not in limit:
        parts.append(f"户籍要求：{limit}")
    return "；".join(part for part in parts if part and part != "不限") or None


def _fresh_only(reader: RowReader) -> bool | None:
    value = reader.raw("fresh_graduates_only")
    if value is None:
        return None
    return reader.take("fresh_graduates_only", read_fresh_only(cell_text(value)))


def _valid_until(reader: RowReader) -> dt.date | None:
    """Return the last day a posting stands; of a period (… 至 …) its end."""
    value = reader.raw("valid_until")
    if value is None:
        return None
    reading = read_date(value, reader.layout.today)
    if reading.value is None and isinstance(value, str):
        ends = _PERIOD.split(narrow(value))
        if len(ends) == 2:
            reading = read_date(ends[1].strip(), reader.layout.today)
    date = reader.take("valid_until", reading)
    if date is None:
        return None
    if date.last_day < reader.layout.today:
        reader.warn("expired", "有效期已过", "如仍在招聘，请更新有效期限", "valid_until")
    return date.last_day


def _posted_on(reader: RowReader) -> dt.date | None:
    value = reader.raw("posted_on")
    if value is None:
        return None
    date = reader.take("posted_on", read_date(value, reader.layout.today))
    return date.day if date else None


def _violations(reader: RowReader) -> tuple[Violation, ...]:
    """Find banned conditions in every text of the row and note each with its article."""
    found: dict[str, Violation] = {}
    for concept, _ in _READ_FOR_CONDITIONS:
        text = reader.text(concept) if reader.layout.has(concept) else None
        if text is None:
            continue
        for violation in find_violations(text, reader.layout.today):
            if violation.code not in found:
                found[violation.code] = violation
                _note_violation(reader, concept, violation)
    if (limit := reader.text("household_limit")) and "不限" not in limit:
        for violation in find_violations(f"限{limit}户籍", reader.layout.today):
            if found.setdefault(violation.code, violation) is violation:
                _note_violation(reader, "household_limit", violation)
    return tuple(found.values())


def _note_violation(reader: RowReader, concept: str, violation: Violation) -> None:
    reason = f"{violation.label}：“{violation.words[:20]}”，见{violation.article}"
    flaw = Flaw("warn", f"condition_{violation.code}", reason, violation.suggestion)
    reader.note(flaw, concept)
