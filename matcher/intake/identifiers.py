"""Numbers of people and things: identity numbers, phones, codes.

A number cell keeps 15 digits. Longer numbers stored as numbers have lost their end; they are
refused with the reason and never guessed.
"""

import datetime as dt
import re
from functools import lru_cache

from matcher.identity import (
    credit_code_problem,
    id_number_problem,
    normalise_id_number,
    normalise_phone,
    phone_problem,
)
from matcher.intake.cells import (
    cell_text,
    is_formula_error,
    narrow,
    number_digits_lost,
    said_nothing,
)
from matcher.intake.grids import CellValue
from matcher.intake.problems import Flaw, Reading

_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")
_STRAY = re.compile(r"[\s'’‘`\"“”.\-_]")
_REENTER = "请把该列设为“文本”格式，按证件重新录入完整号码"
_RECHECK = "请对照证件核对后重新填写"
_PHONE_CUT = re.compile(r"[/、，,;；|或\n\r]+")
_MOBILE_WITHIN = re.compile(
    r"(?<![\d-])(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)"
)
_LANDLINE_WITHIN = re.compile(r"(?<!\d)(?:\+86[- ]?)?[(]?0?\d{2,3}[)]?[- ]?\d{7,8}(?!\d)")
_MOBILE_BEGINS = re.compile(r"1[3-9]")
_NOTE_BEHIND = re.compile(r"[(（\[【][^\d]*[)）\]】]$")
_OTHER_DOCUMENT = re.compile(
    r"(?:护照|通行证|回乡证|台胞证|军官证|港澳).*|[HMC]\d{8,10}|[A-Z]{1,2}\d{7,8}"
)
_OLDEST = 100
"""Years; who is older is no graduate and no worker: the number is another's or was cut."""
_OLD_CODES = {15: "（像是旧的 15 位工商注册号）", 9: "（像是旧的组织机构代码）"}
_DIGITS_LOST = Flaw("refuse", "digits_lost", "编号按数字存储，末几位已丢失，不能猜测", _REENTER)


def read_id_number(value: CellValue, today: dt.date) -> Reading[str]:
    """Read an identity number (身份证号) into its 18-digit form, or say why it is refused."""
    if number_digits_lost(value):
        return Reading(None, _DIGITS_LOST)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _read_numeric_id(value, today)
    return _read_id_text(cell_text(value), today)


def _read_numeric_id(value: float, today: dt.date) -> Reading[str]:
    reading = _read_id_text(cell_text(value), today)
    if reading.value is None or reading.flaw is None or reading.flaw.code != "id_widened":
        return reading
    flaw = Flaw(
        "info",
        "id_widened",
        "15 位旧号码（按数字存储，位数完整）已换成 18 位",
        "如有新证请填 18 位",
    )
    return Reading(reading.value, flaw)


@lru_cache(maxsize=100_000)
def _read_id_text(text: str, today: dt.date) -> Reading[str]:
    text = narrow(text)
    if said_nothing(text):
        return Reading(None)
    if is_formula_error(text):
        return _refuse(
            "formula_error", "单元格是公式错误，没有值", "请在表格中修正公式或直接填写号码"
        )
    if _SCIENTIFIC.fullmatch(text.replace(" ", "")):
        return _refuse("digits_lost", "编号是科学计数法，末几位已丢失，不能猜测", _REENTER)
    if "*" in text:
        return _refuse("id_masked", "号码被星号遮盖，无法识别本人", "请使用未遮盖的原表")
    number = _STRAY.sub("", _NOTE_BEHIND.sub("", text)).upper()
    problem = id_number_problem(number, today)
    if problem is not None:
        return _refuse(*_id_reason(number, problem))
    if int(_birth_year(number)) < today.year - _OLDEST:
        return _refuse("id_date", f"号码中的出生年份早于 {today.year - _OLDEST} 年", _RECHECK)
    return _valid_id(number, stray=number != text.upper())


def _birth_year(number: str) -> str:
    return number[6:10] if len(number) == 18 else "19" + number[6:8]


def _valid_id(number: str, *, stray: bool) -> Reading[str]:
    widened = normalise_id_number(number)
    if len(number) == 15:
        flaw = Flaw("info", "id_widened", "15 位旧号码已换成 18 位", "如有新证请填 18 位")
        return Reading(widened, flaw)
    if number.endswith("000"):
        flaw = Flaw(
            "warn", "id_ends_in_zeros", "号码末三位是 000，可能按数字存过", "请对照证件核对末三位"
        )
        return Reading(widened, flaw)
    if stray:
        flaw = Flaw("info", "id_cleaned", "号码里的空格或符号已去掉", "无需处理")
        return Reading(widened, flaw)
    return Reading(widened)


def _id_reason(number: str, problem: str) -> tuple[str, str, str]:
    if problem == "date":
        return "id_date", "号码中的出生日期不存在或在将来", _RECHECK
    if problem == "check":
        if number.endswith("000"):
            return "digits_lost", "号码末三位是 000 且校验位不符，像是按数字存储后丢失", _REENTER
        return "id_check", "校验位不符，号码有一位或几位抄错", _RECHECK
    if _OTHER_DOCUMENT.fullmatch(number):
        reason = "不是身份证号，像是护照、通行证等其他证件"
        return "id_other", reason, "请填身份证号；没有的请清空此格，填学校＋学号或电话"
    if len(number) not in {15, 18}:
        return "id_length", f"号码是 {len(number)} 位，应为 18 位", _RECHECK
    if re.search(r"[OIL]", number):
        return "id_letters", "号码中有字母 O、I 或 L，应为数字 0 或 1", _RECHECK
    return "id_form", "号码中有不该出现的字符", _RECHECK


def _refuse(code: str, reason: str, remedy: str) -> Reading[str]:
    return Reading(None, Flaw("refuse", code, reason, remedy))


def read_phone(value: CellValue) -> Reading[str]:
    """Read a phone; several in one cell give the first good one; unreadable is a warning."""
    if number_digits_lost(value):
        flaw = Flaw("warn", "phone_unreadable", "数字过长，不是电话号码", "请核对是否错列")
        return Reading(None, flaw)
    text = cell_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _read_numeric_phone(text)
    if text.isascii() and text.isdigit():  # a file of text keeps what a number cell has lost
        return _read_numeric_phone(text)
    return _read_phone_text(text)


def _read_numeric_phone(text: str) -> Reading[str]:
    reading = _read_phone_text(text)
    if reading.value is not None or len(text) not in {9, 10, 11} or phone_problem("0" + text):
        return reading
    if _MOBILE_BEGINS.match(text):
        return reading  # a mobile number with a digit too few or too many
    flaw = Flaw(
        "warn", "leading_zero_lost", "固定电话按数字存储，区号前的 0 已丢失，已补上", "请核对区号"
    )
    return Reading("0" + text, flaw)


@lru_cache(maxsize=100_000)
def _read_phone_text(text: str) -> Reading[str]:
    text = narrow(text)
    if said_nothing(text):
        return Reading(None)
    if "*" in text:
        flaw = Flaw("warn", "phone_masked", "号码被星号遮盖，无法联系", "请填写完整号码")
        return Reading(None, flaw)
    text = text.strip("'’‘` ")
    number = normalise_phone(text)
    if phone_problem(number) is None:
        return Reading(number)
    good = [normalise_phone(part) for part in _PHONE_CUT.split(text) if phone_problem(part) is None]
    found = good or [normalise_phone(part) for part in _phones_within(text)]
    if not found:
        return Reading(
            None, Flaw("warn", "phone_unreadable", "不是有效的手机或固定电话", "请核对号码")
        )
    if len(set(found)) > 1:
        flaw = Flaw("info", "phone_several", "一格里有几个号码，取第一个", "如需其他号码请分列填写")
        return Reading(found[0], flaw)
    flaw = Flaw("info", "phone_cleaned", "号码以外的文字已去掉", "无需处理")
    return Reading(found[0], flaw)


def _phones_within(text: str) -> list[str]:
    """Return the numbers that stand among other words, mobiles first."""
    mobiles = _MOBILE_WITHIN.findall(text)
    rest = _MOBILE_WITHIN.sub(" ", text)
    return [part for part in (*mobiles, *_LANDLINE_WITHIN.findall(rest)) if not phone_problem(part)]


def read_code(value: CellValue) -> Reading[str]:
    """Read a code of unknown form (职位代码, 学号, 档案编号) as text."""
    if number_digits_lost(value):
        flaw = Flaw("warn", "digits_lost", "编号按数字存储，末几位可能已丢失，未采用", _REENTER)
        return Reading(None, flaw)
    text = narrow(cell_text(value))
    if said_nothing(text) or is_formula_error(text):
        return Reading(None)
    if _SCIENTIFIC.fullmatch(text):
        flaw = Flaw("warn", "digits_lost", "编号是科学计数法，末几位已丢失，未采用", _REENTER)
        return Reading(None, flaw)
    return Reading(text)


def read_credit_code(value: CellValue) -> Reading[str]:
    """Read a unified social credit code; a wrong check digit warns and the code is kept."""
    reading = read_code(value)
    if reading.value is None:
        return reading
    code = _STRAY.sub("", reading.value).upper()
    problem = credit_code_problem(code)
    if problem == "form":
        what = _OLD_CODES.get(len(code), "") if code.isalnum() else ""
        reason = f"不是 18 位统一社会信用代码{what}，未采用"
        return Reading(None, Flaw("warn", "credit_code_form", reason, "请对照营业执照填写"))
    if problem == "check":
        flaw = Flaw(
            "warn",
            "credit_code_check",
            "统一社会信用代码校验位不符",
            "请对照营业执照核对；确属真实可说明理由",
        )
        return Reading(code, flaw)
    return Reading(code)


def read_major_code(value: CellValue) -> Reading[str]:
    """Read a major's code; five digits in a number cell have lost their leading zero."""
    reading = read_code(value)
    text = reading.value
    if text is None or not isinstance(value, int | float) or len(text) not in {3, 5}:
        return reading
    flaw = Flaw(
        "warn",
        "leading_zero_lost",
        f"代码按数字存储，开头的 0 已丢失，按 0{text} 读取",
        "请把该列设为文本并核对",
    )
    return Reading("0" + text, flaw)
