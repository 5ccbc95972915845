"""Numbers that name people and organisations: form, check digit, mask (证件号码、信用代码、手机号).

`python-stdnum` is only the oracle of a test: it refuses valid resident numbers of people born before
their district's code was made, and valid credit codes beginning with A, N or Y.
"""

import datetime as dt
import re
import unicodedata

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Weights of the resident identity number (GB 11643-1999)."""
_CHECK = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Alphabet of the unified social credit code (GB 32100-2015); no I, O, S, V, Z."""
_EARLIEST_BIRTH = dt.date(1900, 1, 1)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(0\d{2,3})-?(\d{7,8})(-\d{1,6})?", re.ASCII)
_COUNTRY_CODE = re.compile(r"^(?:\+86|0086|86(?=-?1))-?")
_AREA_WITHOUT_ZERO = re.compile(r"(?:10|2\d|[3-9]\d{2})-?\d{7,8}(?:-\d{1,6})?", re.ASCII)
"""A landline as written behind +86: the 0 of its area code falls away (+86 951 6123456)."""
_NOT_IN_PHONE = re.compile(r"[\s()]")
_NOT_IN_CODE = re.compile(r"[\s\-]")


def id_check_digit(first_17: str) -> str:
    """Return the 18th character that belongs to seventeen digits."""
    return _CHECK[sum(w * int(c) for w, c in zip(_WEIGHTS, first_17, strict=True)) % 11]


def normalise_id_number(text: str) -> str:
    """Return the 18-digit form: trimmed, upper case, 15-digit numbers (before 1999) widened with 19."""
    text = text.strip().upper()
    if len(text) == 15 and text.isascii() and text.isdigit():
        widened = text[:6] + "19" + text[6:]
        return widened + id_check_digit(widened)
    return text


def id_number_problem(text: str, today: dt.date) -> str | None:
    """Say what is wrong with an identity number (身份证号), or None.

    Returns
    -------
    str or None : "form", "date" or "check"; an unknown area code is never a reason to refuse
    """
    text = normalise_id_number(text)
    if not re.fullmatch(r"\d{17}[\dX]", text, re.ASCII):
        return "form"
    try:
        born = dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return "date"
    if not _EARLIEST_BIRTH <= born <= today:
        return "date"
    return None if id_check_digit(text[:17]) == text[17] else "check"


def birth_date(id_number: str) -> dt.date:
    """Return the birth date inside a valid identity number."""
    text = normalise_id_number(id_number)
    return dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))


def normalise_credit_code(text: str) -> str:
    """Return the one spelling of a credit code: half width, upper case, without spaces and hyphens."""
    return _NOT_IN_CODE.sub("", unicodedata.normalize("NFKC", text)).upper()


def credit_code_problem(text: str) -> str | None:
    """Say what looks wrong with a unified social credit code (统一社会信用代码), or None.

    A real code in use fails its own check digit (domain.md §10), so callers warn and allow an
    override with a reason; they never refuse.
    """
    text = normalise_credit_code(text)
    if len(text) != 18 or any(c not in _CREDIT_ALPHABET for c in text) or not text[2:8].isdigit():
        return "form"
    total = sum(_CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(text[:17]))
    return None if _CREDIT_ALPHABET[-total % 31] == text[17] else "check"


def normalise_phone(text: str) -> str:
    """Return the one spelling of a phone: digits, and the extension of a landline after a hyphen.

    Full-width digits, spaces, brackets, hyphens, the country code (+86, 0086, 86) and the `.0` of a
    spreadsheet's number go. What is no phone comes back trimmed, for the message.
    """
    number = _NOT_IN_PHONE.sub("", unicodedata.normalize("NFKC", text)).replace("—", "-")
    number, abroad = _COUNTRY_CODE.subn("", number.removesuffix(".0"))
    if abroad and _AREA_WITHOUT_ZERO.fullmatch(number) and not _MOBILE.fullmatch(number):
        number = "0" + number
    digits = number.replace("-", "")
    if _MOBILE.fullmatch(digits):
        return digits
    landline = _LANDLINE.fullmatch(number)
    return "".join(part or "" for part in landline.groups()) if landline else text.strip()


def phone_problem(text: str) -> str | None:
    """Say "form" unless the text is a mainland mobile or landline number."""
    number = normalise_phone(text)
    return None if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number) else "form"


def mask_name(name: str) -> str:
    """Mask a name: 张三 → 张*, 欧阳修远 → 欧**远; the family name stays readable."""
    name = name.strip()
    if len(name) <= 1:
        return "*"
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_id_number(number: str) -> str:
    """Mask an identity number: at most the first six and the last two stay (domain.md §9.2)."""
    return number[:6] + "*" * max(0, len(number) - 8) + number[-2:] if len(number) >= 15 else "****"


def mask_phone(number: str) -> str:
    """Mask a phone: 138****1234."""
    return number[:3] + "****" + number[-4:] if len(number) >= 11 else "****"


def mask_card(number: str) -> str:
    """Mask a bank card: the last four stay."""
    return "**** " + number[-4:] if len(number) >= 12 else "****"
