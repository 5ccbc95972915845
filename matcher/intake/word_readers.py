"""Cells whose words belong to a closed list: levels, kinds, tiers, yes and no, names, places."""

import re
from functools import lru_cache

from matcher.intake.cells import cell_text, is_formula_error, is_garbled, narrow, said_nothing
from matcher.intake.grids import CellValue
from matcher.intake.problems import Flaw, Reading
from matcher.kinds import EducationLevel, HardshipTier, Mobility, UnitKind
from matcher.vocabulary.education import EducationReading, read_education, read_level
from matcher.vocabulary.pay import Pay, read_pay
from matcher.vocabulary.regions import RegionMatch, load_regions

_YES = re.compile(r"是|有|1|y|yes|true|√|✓|符合|属于|零就业.*|是的|对", re.IGNORECASE)
_NO = re.compile(
    r"否|无|0|n|no|false|×|x|不是|非|不符合|不属于|没有|非零就业.*|不限|-", re.IGNORECASE
)
_LONGEST_NAME = 25
"""Characters; the longest names in use (ethnic minorities) have about twenty."""
_NAME_NOTE = re.compile(r"[(（][^)）]*[)）]$")
_SCHOOL_NAME = re.compile(r"[^普通大专科]{1}.*(大学|学院|学校)$")
"""A school in the level column (甲大学) holds a word for a level and is none."""
_NAME_DOT = re.compile(r"(?<=[\u3400-\u9fff])\s*[·•・‧∙⋅．.‐﹒●]\s*(?=[\u3400-\u9fff])")
"""What stands between the parts of a minority's name, one mark in many spellings."""
_HAN_SPACE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_UNIT_WORDS: tuple[tuple[str, UnitKind], ...] = (
    ("机关|政府|行政单位|部队|军队|公务员", UnitKind.GOVERNMENT),
    ("事业|学校|医院|科研|高等教育|教育单位|医疗卫生|社区|建制村", UnitKind.INSTITUTION),
    ("国有|国企|央企|国资|全民所有", UnitKind.STATE_OWNED),
    ("外资|外商|合资|三资|港澳台|外企|代表处|独资(?!.*国)", UnitKind.FOREIGN),
    ("民营|私营|私企|个体|股份|有限责任|上市|创业|民办|其他企业|集体", UnitKind.PRIVATE),
    ("社会团体|非营利|社会组织|民办非企业|其他|合作社", UnitKind.OTHER),
)
_UNIT_CODES = {
    "10": UnitKind.GOVERNMENT, "20": UnitKind.INSTITUTION, "21": UnitKind.INSTITUTION, "22": UnitKind.INSTITUTION,
    "23": UnitKind.INSTITUTION, "29": UnitKind.INSTITUTION, "31": UnitKind.STATE_OWNED, "32": UnitKind.FOREIGN,
    "39": UnitKind.PRIVATE, "40": UnitKind.GOVERNMENT, "55": UnitKind.OTHER, "56": UnitKind.OTHER,
}  # fmt: skip
_TIER_WORDS = (
    ("深度", HardshipTier.DEEP),
    ("相对", HardshipTier.RELATIVE),
    ("意外", HardshipTier.ACCIDENTAL),
    ("辅助", HardshipTier.AUXILIARY),
)
_HARDSHIP_BITS = (
    ("就业困难", 1),
    ("家庭困难|家庭经济困难|贫困|困难家庭|家困", 2),
    ("残疾|残障", 4),
)


@lru_cache(maxsize=20_000)
def read_yes_no(text: str) -> Reading[bool]:
    """Read 是 / 否 and their kin; unknown words give no value and a warning."""
    text = narrow(text).strip().removesuffix(".0")
    if text in {"", "/", "\\", "--", "—"}:
        return Reading(None)
    if _NO.fullmatch(text):
        return Reading(False)
    if _YES.fullmatch(text):
        return Reading(True)
    return Reading(None, Flaw("warn", "yes_no_unreadable", "读不出是或否", "请填“是”或“否”"))


@lru_cache(maxsize=20_000)
def read_fresh_only(text: str) -> Reading[bool]:
    """Read whether a posting takes fresh graduates only (是否限应届毕业生)."""
    simple = read_yes_no(text)
    if simple.flaw is None:
        return simple
    if "应届" in text:
        return Reading(not re.search(r"往届|不限|均可|非应届|社会", text))
    if re.search(r"不限|社会|往届|均可|在职|未就业|退役|人员|高校毕业生", text):
        return Reading(False)
    return simple


def read_name(value: CellValue) -> Reading[str]:
    """Read a person's name; spaces inside go, notes in brackets go with a remark."""
    return _read_name(cell_text(value))


@lru_cache(maxsize=50_000)
def _read_name(text: str) -> Reading[str]:
    if said_nothing(text):
        return Reading(None)
    if is_garbled(text):
        return _bad_name("garbled", "姓名是乱码", "请从原系统重新导出")
    if is_formula_error(text):
        return _bad_name("formula_error", "单元格是公式错误，没有姓名", "请直接填写姓名")
    text = _NAME_DOT.sub("·", text)
    name = _NAME_NOTE.sub("", _HAN_SPACE.sub("", text)).strip()
    if not name or any(char.isdigit() for char in narrow(name)) or len(name) > _LONGEST_NAME:
        return _bad_name("name_form", "姓名列里不是姓名，可能错列", "请核对该行是否整行错位")
    if "*" in name or "某" in name:
        return _bad_name("name_masked", "姓名被遮盖，无法认定本人", "请使用未遮盖的原表")
    if len(name) == 1 and name in "男女是否有无":
        return _bad_name("name_form", "姓名列里不是姓名，可能错列", "请核对该行是否整行错位")
    if name != _HAN_SPACE.sub("", text):
        return Reading(name, Flaw("info", "name_note", "姓名后括号里的说明已去掉", "无需处理"))
    return Reading(name)


def _bad_name(code: str, reason: str, remedy: str) -> Reading[str]:
    return Reading(None, Flaw("refuse", code, reason, remedy))


_ENGLISH_LEVELS = (
    (re.compile(r"ph\.?d|doctor(ate|al)?", re.IGNORECASE), "博士"),
    (re.compile(r"master('?s)?|postgraduate", re.IGNORECASE), "硕士"),
    (re.compile(r"bachelor('?s)?|undergraduate", re.IGNORECASE), "本科"),
    (re.compile(r"associate|junior college|college diploma|diploma", re.IGNORECASE), "专科"),
    (re.compile(r"(senior )?high school|secondary", re.IGNORECASE), "高中"),
    (re.compile(r"\s*(degree|education)?\s*(and|or) (above|higher)", re.IGNORECASE), "及以上"),
    (re.compile(r"\s*degree", re.IGNORECASE), ""),
    (re.compile(r"any|no limit|unlimited|not required", re.IGNORECASE), "不限"),
)


def _in_chinese(text: str) -> str:
    """Return an English level in the words the vocabulary reads."""
    if text.isascii() and not text.isdigit():
        for english, chinese in _ENGLISH_LEVELS:
            text = english.sub(chinese, text)
    return text


@lru_cache(maxsize=20_000)
def read_level_cell(text: str) -> Reading[EducationLevel]:
    """Read a graduate's level, from words or a code."""
    level = None if _SCHOOL_NAME.search(text) else read_level(_in_chinese(text))
    if level is None:
        return Reading(
            None, Flaw("warn", "level_unreadable", "读不出学历层次", "请填写专科、本科、硕士或博士")
        )
    return Reading(level)


@lru_cache(maxsize=20_000)
def read_education_cell(text: str) -> Reading[EducationReading]:
    """Read what education a posting asks for; the caller keeps the text either way."""
    reading = read_education(_in_chinese(text))
    if not reading.understood:
        flaw = Flaw(
            "warn", "education_unreadable", "读不出学历要求，已保留原文", "请填写如“本科及以上”"
        )
        return Reading(None, flaw)
    return Reading(reading)


@lru_cache(maxsize=50_000)
def read_pay_cell(text: str) -> Reading[Pay]:
    """Read a pay text; the caller keeps the text either way."""
    pay = read_pay(text)
    if pay is None:
        return Reading(
            None,
            Flaw("warn", "pay_unreadable", "读不出薪资，已保留原文", "请填写如“4000-6000元/月”"),
        )
    return Reading(pay)


@lru_cache(maxsize=50_000)
def find_place(text: str) -> RegionMatch | None:
    """Return the region a place text names, cached by text."""
    return load_regions().find(text)


@lru_cache(maxsize=20_000)
def read_unit_kind(text: str) -> UnitKind | None:
    """Return the kind of employer a text or code means; None if it is none of the list."""
    text = narrow(text).strip().removesuffix(".0")
    if text in _UNIT_CODES:
        return _UNIT_CODES[text]
    return next((kind for words, kind in _UNIT_WORDS if re.search(words, text)), None)


@lru_cache(maxsize=20_000)
def read_tier(text: str) -> Reading[HardshipTier]:
    """Read the tier of a hardship file; tiers of older generations are kept for a new assessment."""
    for word, tier in _TIER_WORDS:
        if word in text:
            return Reading(tier)
    if narrow(text) in {"否", "0", "0.0", "非困难", "非困难职工", "不困难"}:
        return Reading(HardshipTier.NONE)
    if re.search(r"低保|特困|困难|贫困|边缘|极困|致困", text):
        flaw = Flaw(
            "warn",
            "tier_old",
            "是旧口径或笼统的困难类别，已保留原文",
            "请按深度困难、相对困难、意外致困重新认定",
        )
        return Reading(None, flaw)
    return Reading(
        None,
        Flaw("warn", "tier_unreadable", "读不出困难类别", "请填写深度困难、相对困难或意外致困"),
    )


@lru_cache(maxsize=20_000)
def read_hardship_mask(text: str) -> Reading[int]:
    """Read 困难生类别: a code 0 to 7 of three bits, or its words."""
    text = narrow(text).strip().removesuffix(".0").lstrip("0") or "0"
    if text.isdecimal() and len(text) == 1 and int(text) <= 7:
        return Reading(int(text))
    if re.search(r"非困难|不困难|^否$|^无$|^正常$", text):
        return Reading(0)
    mask = sum(bit for words, bit in _HARDSHIP_BITS if re.search(words, text))
    if mask:
        return Reading(mask)
    flaw = Flaw("warn", "hardship_unreadable", "读不出困难生类别", "请填写 0 到 7 的代码或其名称")
    return Reading(None, flaw)


@lru_cache(maxsize=20_000)
def read_mobility(text: str) -> Reading[Mobility]:
    """Read how far a graduate will move (异地就业意愿)."""
    if re.search(r"省内|本省|全省", text):
        return Reading(Mobility.PROVINCE)
    if re.search(r"不愿|不接受|不服从|不能|不可|仅|只|^否|^不|^0|本市|本地|本县", text):
        return Reading(Mobility.LISTED)
    if re.search(r"全国|不限|愿意|接受|服从|可以|^能|^可|^是|都|^1", text):
        return Reading(Mobility.ANYWHERE)
    flaw = Flaw(
        "warn", "mobility_unreadable", "读不出异地就业意愿", "请填写“全国”“省内”或“只去所填地区”"
    )
    return Reading(None, flaw)
