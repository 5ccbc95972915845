"""A row of an employers table (单位表), or the employer beside a posting, as a checked draft."""

import datetime as dt
import re

from matcher.intake.dates import read_date
from matcher.intake.drafts import EmployerDraft
from matcher.intake.identifiers import read_code, read_credit_code, read_phone
from matcher.intake.layout import RowReader
from matcher.intake.word_readers import find_place, read_unit_kind

_LONGEST_NAME = 100
_TOWNLESS = re.compile(
    r"(?!市政[^府协]|市场[^监]|区域|县域|省级|省会)[省市县区州盟旗]"
    r"(委|政府|政协|人大|纪委|法院|检察院|.{1,14}(局|委|办|院|厅|中心|处|室|馆|站|所|会|队|协|团))"
)
"""Names of offices that leave out whose they are: 市财政局, 县委宣传部办公室."""


def _employer_name(reader: RowReader) -> str | None:
    """Return the employer's name; a phone or a whole paragraph in its place is refused."""
    name = reader.text("employer_name")
    if name is None:
        return None
    if len(name) > _LONGEST_NAME or name.replace(".", "").isdigit():
        reader.refuse(
            "employer_name_form",
            "单位名称列里不是单位名称，可能错列",
            "请核对是否错列",
            "employer_name",
        )
        return None
    return name


def _with_part(name: str, part: str | None) -> str:
    """Return the name of the part of a ministry that employs (用人司局): 国家某局 + 人事司, or its own full name."""
    if part is None or part == name:
        return name
    if part.startswith(name) or find_place(part) is not None:
        return part
    return f"{name}{part}" if len(name) + len(part) <= _LONGEST_NAME else name


def _with_town(name: str, place: str | None) -> str:
    """Return an office's name with its town (市委办公室 in 南京市 → 南京市委办公室): every town has one."""
    if place is None or not _TOWNLESS.fullmatch(name) or find_place(place) is None:
        return name
    return f"{place.removesuffix(name[0])}{name}"


def _code(reader: RowReader) -> str | None:
    return reader.take("employer_code", read_code(reader.raw("employer_code")), vital=False)


def _credit_code(reader: RowReader) -> str | None:
    return reader.take("employer_credit_code", read_credit_code(reader.raw("employer_credit_code")))


def employer_beside_posting(reader: RowReader) -> EmployerDraft | None:
    """Return the employer a posting's row names, or the one the options name; None if neither."""
    name = _employer_name(reader) or reader.layout.options.employer_name
    if name is None:
        return None
    name = _with_town(name, reader.text("place"))
    name = _with_part(name, reader.text("employer_part"))
    kind_text = reader.text("unit_kind")
    address = reader.text("employer_address")
    return EmployerDraft(
        name=name,
        credit_code=_credit_code(reader),
        external_code=_code(reader),
        unit_kind=read_unit_kind(kind_text) if kind_text else None,
        unit_kind_text=kind_text,
        unit_size=reader.text("unit_size"),
        industry=reader.text("industry"),
        address=address,
        about=reader.text("employer_about"),
    )


def judge_employer(reader: RowReader) -> EmployerDraft | None:
    """Return the draft of one row, or None if it is refused (`reader.problems` say why)."""
    name = _employer_name(reader)
    if name is None:
        if not reader.is_refused():
            reader.refuse("no_employer", "单位名称为空", "请填写单位全称", "employer_name")
        return None
    kind_text = reader.text("unit_kind")
    place = reader.text("employer_place") or reader.text("employer_address")
    match = find_place(place) if place else None
    licence_until = _licence_until(reader)
    credit_code = _credit_code(reader)
    if credit_code is None and reader.raw("employer_credit_code") is None:
        reader.warn(
            "credit_code_missing",
            "没有统一社会信用代码",
            "请对照营业执照补填",
            "employer_credit_code",
        )
    draft = EmployerDraft(
        name=name,
        credit_code=credit_code,
        external_code=_code(reader),
        unit_kind=read_unit_kind(kind_text) if kind_text else None,
        unit_kind_text=kind_text,
        unit_size=reader.text("unit_size"),
        industry=reader.text("industry"),
        address=reader.text("employer_address"),
        place_code=match.code if match else None,
        contact_name=reader.text("contact_name"),
        contact_phone=reader.take("contact_phone", read_phone(reader.raw("contact_phone"))),
        contact_email=reader.text("contact_email"),
        legal_person=reader.text("legal_person"),
        licence_until=licence_until,
        union_name=reader.text("union_name"),
        about=reader.text("employer_about"),
        url=reader.text("url"),
        remark=reader.text("remark"),
        extras=reader.extras(),
    )
    return None if reader.is_refused() else draft


def _licence_until(reader: RowReader) -> dt.date | None:
    """Return the licence's last day, with a warning if it is over."""
    today = reader.layout.today
    licence = reader.take("licence_until", read_date(reader.raw("licence_until"), today))
    if licence is not None and licence.last_day < today:
        reader.warn("licence_expired", "营业期限已过", "请核对营业执照", "licence_until")
    return licence.last_day if licence else None
