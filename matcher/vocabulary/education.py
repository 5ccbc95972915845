"""Education levels (学历) as tables, job boards and registers write them.

Codes: GB/T 4658-2006 (11 博士毕业 … 61 高中毕业 …) and the three-digit codes of the national graduate
tables (101, 111, 231, 341, 361). Classes of technician schools count as their level by the rule of
人社部 (高级工班 as 专科, 预备技师班 and 技师班 as 本科); 大学普通班 of the 1970s counts as 专科 (教育部).
"""

import re
from dataclasses import dataclass

from matcher.kinds import EducationLevel
from matcher.vocabulary.text import normalise

_SECONDARY, _COLLEGE = EducationLevel.SECONDARY, EducationLevel.COLLEGE
_BACHELOR, _MASTER, _DOCTOR = EducationLevel.BACHELOR, EducationLevel.MASTER, EducationLevel.DOCTOR

_WORDS: tuple[tuple[str, EducationLevel], ...] = (
    ("博士研究生", _DOCTOR),
    ("博士", _DOCTOR),
    ("博研", _DOCTOR),
    ("硕博连读", _DOCTOR),
    ("本硕连读", _MASTER),
    ("硕研", _MASTER),
    ("硕士研究生", _MASTER),
    ("研究生班", _MASTER),
    ("研究生", _MASTER),
    ("硕士", _MASTER),
    ("MBA", _MASTER),
    ("EMBA", _MASTER),
    ("MPA", _MASTER),
    ("MPACC", _MASTER),
    ("专升本", _BACHELOR),
    ("专接本", _BACHELOR),
    ("专插本", _BACHELOR),
    ("专转本", _BACHELOR),
    ("高升本", _BACHELOR),
    ("高起本", _BACHELOR),
    ("专科起点本科", _BACHELOR),
    ("高中起点本科", _BACHELOR),
    ("第二学士学位", _BACHELOR),
    ("双学士", _BACHELOR),
    ("双学位", _BACHELOR),
    ("第二学位", _BACHELOR),
    ("高职本科", _BACHELOR),
    ("电大本科", _BACHELOR),
    ("一本", _BACHELOR),
    ("二本", _BACHELOR),
    ("三本", _BACHELOR),
    ("职业本科", _BACHELOR),
    ("大学本科", _BACHELOR),
    ("本科", _BACHELOR),
    ("学士", _BACHELOR),
    ("预备技师", _BACHELOR),
    ("技师班", _BACHELOR),
    ("大学专科", _COLLEGE),
    ("高职高专", _COLLEGE),
    ("高等职业", _COLLEGE),
    ("高级工班", _COLLEGE),
    ("高级技工班", _COLLEGE),
    ("高起专", _COLLEGE),
    ("高升专", _COLLEGE),
    ("电大专科", _COLLEGE),
    ("大学普通班", _COLLEGE),
    ("大专", _COLLEGE),
    ("专科", _COLLEGE),
    ("高职", _COLLEGE),
    ("高专", _COLLEGE),
    ("中等职业", _SECONDARY),
    ("中等专业", _SECONDARY),
    ("中等专科", _SECONDARY),
    ("中等师范", _SECONDARY),
    ("中师", _SECONDARY),
    ("技工学校", _SECONDARY),
    ("职业高中", _SECONDARY),
    ("普通高中", _SECONDARY),
    ("高级中学", _SECONDARY),
    ("高中起点专科", _COLLEGE),
    ("高中", _SECONDARY),
    ("中专", _SECONDARY),
    ("中职", _SECONDARY),
    ("中技", _SECONDARY),
    ("职高", _SECONDARY),
    ("技校", _SECONDARY),
    ("初中", _SECONDARY),
    ("小学", _SECONDARY),
    ("大学", _BACHELOR),
)
_LEVEL_OF = dict(_WORDS)
_NOT_INSIDE = {"本科": r"(?<![基资成])本科(?![技目])"}
"""基本科目 and 资本科技 are no levels."""
_ONE_WORD = "|".join(_NOT_INSIDE.get(w, w) for w in sorted(_LEVEL_OF, key=len, reverse=True))
_WHOLE = {"博": _DOCTOR, "硕": _MASTER, "研": _MASTER, "本": _BACHELOR, "专": _COLLEGE}
"""What narrow columns write; inside other words these letters say nothing."""
_TAIL = r"(?:教育|学校)?生?(?:毕业|肄业|结业)?生?(?:学历|学位|文化程度|文化)?"
_LEVEL = re.compile(
    rf"(?:全日制|普通)?(?:全日制|统招)?(?:高等(?:学校|院校|教育))?(?:{_ONE_WORD}){_TAIL}",
    re.IGNORECASE,
)
_WORD = re.compile(_ONE_WORD, re.IGNORECASE)
_UPWARDS = re.compile(r"[(]?(?:及其?|或|或者|\()?(?:以上|起|更高)(?:学历|学位|层次|学历学位)?[)]?")
_DOWNWARDS = re.compile(r"(?:及其?|或|或者)?以下(?:学历|学位|层次)?")
_BETWEEN = re.compile(r"[\s、,;/|或和及与至到~\-()]*(?:或者|以及|或)?[\s(]*")
_ONLY = re.compile(r"(?:仅限?|只限?|(?<!不)限)(?:于|招)?$")
_LEAST = re.compile(r"(?:最低|至少|不低于)(?:学历)?(?:要求)?(?:为|是|:)?$")
_UNLIMITED = re.compile(
    r"(?:对?学历(?:要求)?[:为]?(?:均|皆)?(?:不限|无要求|不作要求|不做要求|无限制)|不限学历)"
)
_BARE_UNLIMITED = re.compile(r"^(?:不限|无|无要求|不作要求|不做要求|不要求|均可)$")
_EDGES = " ,;、/|.。:-()·~"

_GBT_4658 = {
    **dict.fromkeys(("11", "12", "13"), _DOCTOR),
    **dict.fromkeys(("10", "14", "15", "16", "17", "18", "19"), _MASTER),
    **dict.fromkeys(("20", "21", "22", "23", "28"), _BACHELOR),
    **dict.fromkeys(("30", "31", "32", "33"), _COLLEGE),
    **{
        str(code): _SECONDARY
        for code in (*range(40, 50), *range(60, 64), *range(70, 74), *range(80, 84))
    },
}
"""GB/T 4658-2006; 10 (研究生教育 without the degree) counts as the lower of its two levels."""
_GRADUATE_TABLE = {
    "101": _DOCTOR,
    "111": _MASTER,
    "231": _BACHELOR,
    "341": _COLLEGE,
    "361": _COLLEGE,
}
"""学历层次 of the national graduate tables."""
_CODES = {**_GBT_4658, **_GRADUATE_TABLE, **_WHOLE}


@dataclass(frozen=True, slots=True)
class EducationReading:
    """What a 学历 text asks for.

    `minimum` and `maximum` None mean no limit on that side. `plain` says that one level stood there
    without 以上 or 仅限: civil-service tables mean only that level, job boards at least that level, so
    `maximum` stays None and the caller, who knows the source, decides. `understood` is false when no
    level and no 不限 was found; then the limits say nothing. `text_rest` is what was not read.
    """

    minimum: EducationLevel | None
    maximum: EducationLevel | None
    text_rest: str
    plain: bool = False
    understood: bool = True

    def admits(self, level: EducationLevel) -> bool:
        """Whether a graduate of this level is inside the limits."""
        low = self.minimum is None or level.rank >= self.minimum.rank
        return low and (self.maximum is None or level.rank <= self.maximum.rank)


_NOTHING = EducationReading(None, None, "", understood=False)


@dataclass(slots=True)
class _Found:
    """One level word in a text with the marks around it."""

    level: EducationLevel
    word: str
    start: int
    end: int
    upwards: bool
    downwards: bool
    only: bool


def read_education(text: str) -> EducationReading:
    """Read a 学历 cell: 本科及以上, 大专、本科, 仅限硕士研究生, 1-3年本科, 学历不限 … Never raises."""
    text = normalise(text)
    if not text:
        return _NOTHING
    if text in _CODES:
        return EducationReading(_CODES[text], None, "", plain=True)
    if unlimited := _UNLIMITED.search(text):
        return EducationReading(None, None, _cut(text, [unlimited.span()]))
    if _BARE_UNLIMITED.match(text):
        return EducationReading(None, None, "")
    found = _first_group(text)
    if not found:
        return EducationReading(None, None, text, understood=False)
    minimum, maximum = _limits(found)
    plain = len(found) == 1 and not (found[0].upwards or found[0].downwards or found[0].only)
    rest = _cut(text, [(found[0].start, found[-1].end)])
    return EducationReading(minimum, maximum, rest, plain=plain)


def read_level(text: str) -> EducationLevel | None:
    """Return the level a register gives for one graduate, from words or a code; None if unread.

    Of several words the highest counts (硕士研究生毕业, 本科学历学士学位), except that 大学专科 is 专科.
    """
    text = normalise(text).removesuffix(".0")
    if text in _CODES:
        return _CODES[text]
    leading = re.match(r"(\d{2,3})[\s:.、_-]*\D", text)
    levels = [_LEVEL_OF[_known(word)] for word in _WORD.findall(text)]
    if levels:
        return max(levels, key=lambda level: level.rank)
    return _CODES.get(leading.group(1)) if leading else None


def _known(word: str) -> str:
    """Return the spelling of a matched word that `_LEVEL_OF` has."""
    return word if word in _LEVEL_OF else word.upper()


def _first_group(text: str) -> list[_Found]:
    """Return the first run of level words that are joined only by separators (大专、本科)."""
    group: list[_Found] = []
    for match in _LEVEL.finditer(text):
        if group and not _BETWEEN.fullmatch(text, group[-1].end, match.start()):
            break
        group.append(_read_one(text, match))
    return group


def _read_one(text: str, match: re.Match[str]) -> _Found:
    """Read one level word with 以上 / 以下 after it and 仅限 / 最低 before it."""
    word = _WORD.search(match.group())
    level = _LEVEL_OF[_known(word.group())] if word else _SECONDARY
    before, end = text[: match.start()], match.end()
    only, least = _ONLY.search(before), _LEAST.search(before)
    upwards, downwards = _UPWARDS.match(text, end), _DOWNWARDS.match(text, end)
    mark = upwards or downwards
    opening = only or least
    return _Found(
        level=level,
        word=match.group(),
        start=opening.start() if opening else match.start(),
        end=mark.end() if mark else end,
        upwards=upwards is not None or least is not None,
        downwards=downwards is not None,
        only=only is not None,
    )


def _limits(found: list[_Found]) -> tuple[EducationLevel | None, EducationLevel | None]:
    """Turn the words found into the lowest and the highest level admitted."""
    levels = sorted((f.level for f in found), key=lambda level: level.rank)
    if any(f.upwards for f in found):
        return levels[0], None
    if any(f.downwards for f in found):
        return (levels[0] if len(found) > 1 else None), levels[-1]
    one_level = levels[0] == levels[-1]
    if one_level and not any(f.only for f in found):
        return levels[0], None
    open_graduate = any("研究生" in f.word and "硕士" not in f.word for f in found)
    top = None if levels[-1] is _DOCTOR or open_graduate else levels[-1]
    return levels[0], top


def _cut(text: str, spans: list[tuple[int, int]]) -> str:
    """Return the text without the spans, trimmed of separators."""
    for start, end in reversed(spans):
        text = text[:start] + " " + text[end:]
    return normalise(text).strip(_EDGES)
