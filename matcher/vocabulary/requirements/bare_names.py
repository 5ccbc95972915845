"""A name without the words around it: 凡水产类各专业均可报考 speaks of 水产类, 等相关专业 leaves a list open."""

import re

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import load_catalogue, name_key
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.requirements.known import known_somewhere

_OPEN = re.compile(
    r"(?:、|及|和|与|或)?(?:其他|其它)?(?:等)?(?:与之|与其)?(?:相关|相近|相似|类似|相关联|近似|有关)(?:(?:或|和|及|、)(?:相关|相近|类似))?(?:的|等)?(?:学科|专业|类|类别|领域)*$"
    r"|等(?:学科|专业|类)*$|等[^、,;()等]{1,16}(?:类专业|专业|学科|方向)$"
)
# No name stands in more words than these, nor behind more of them than so many times.
LONGEST_WORDS = 180
MOST_STEPS = 12
# 等三个专业: what is counted is closed.
_COUNTED = re.compile(r"等(?:以上|上述)?[两二三四五六七八九十\d]{1,2}个?(?:专业|学科|类)+$")
_BEHIND = re.compile(
    r"(?:专业)?(?:一级|二级)学科(?:专业)?$|学科专业$|专业学位$|(?<=类)专业$|专业$|方向$|学科$|的$|者$"
    r"|(?:均|都|皆)?(?:可|可以)(?:报考|报名|应聘)?$|即可$|(?:报考|报名|应聘|毕业)的?$|等专业$|(?:全日制)?(?:大学)?(?:本科|专科|大专|硕士|博士|研究生)?(?:20\d\d年?)?(?:应届|往届)?(?:高校)?毕业生(?:等)?$"
    r"|(?:专业)?(?:知识|教育)?背景(?:的?(?:学生|者|人员|同学))?$|(?:等)?(?:硕士|博士|学士)学位$|(?:硕士|博士|本科|大专|专科|高职)?(?:研究生)?(?:及?以上)(?:学历|学位|文化程度)?$|(?:硕士|博士|本科|大专|专科|研究生)学历$|的?人员$|(?:全日制)?(?:大学)?本科(?:及?以上)?(?:学历)?$"
    r"|(?:所有|全部|各个?|下属的?|下设的?|项下的?|类下|大类下|及其)?(?:各|所有|全部)?(?:二级)?(?:专业|学科|类别)$"
    r"|(?:所有|全部|下属|下设|相应|各)的?$|(?<=\D)\d{1,2}[人名]$"
)
_PLAIN_BEHIND = re.compile(
    r"(?:一级|二级)学科(?:专业)?$|学科专业$|专业学位$|(?<=类)专业$|专业$|方向$|学科$"
)
_PLAIN_BEFORE = re.compile(
    r"^(?:限|仅限|须为|应为|要求|或者|以及|或|及其|及|和|并|含|包括|所学|其中|学习)+"
    r"|^(?:第?[一二三四五六七八九十]+[、.]|\d[.、])"
)
_LEAD = re.compile(
    r"^[^、,;()]{0,6}另含|^(?:限|仅限|只限|须为|应为|要求|或者|以及|或|及其|以及|另外?|包括|所学|其中|学习|凡是?|[一二三]级学科|(?:[一二三]级)?专业目录(?:中的?)?|三级"
    r"|(?:第?[一二三四五六七八九十]+(?:[、.]|是)|其[一二三四五]|\d[.、]))+|^(?:学科)?专业(?=.{2})|^(?:招考|招聘|招录|需求|报考|报考前所学)?专业(?:包括|有|要求为|要求)|^(?:具有|具备|持有)(?=.{3})"
    r"|^普通高等学校(?:本科)?专业目录(?:中的?)?|^(?:全国)?高校"
    r"|^(?:我[行校院司部]|本(?:单位|公司|行|院|校|岗位?))?(?:主要|拟|现|公开|计划)*(?:招聘|招录|招收|需要|需求|引进)"
)
# Words that also begin names (应用统计, 有色金属, 为): they go only where a known name is left.
_RISKY_LEAD = re.compile(r"^(?:及|和|并|含|是|为|须|应|需|但|且|在|有|取得|获得)+")


def open_part(words: str) -> tuple[str, bool]:
    """Take 等相关专业 off a name; True where something was taken that leaves the list open."""
    if len(words) > LONGEST_WORDS or _is_word(words.removesuffix("专业")):
        return words, False
    if counted := _COUNTED.search(words):
        return words[: counted.start()], False
    found = _OPEN.search(words)
    if found and found.start() > 0:
        return words[: found.start()], True
    return words, False


def _is_word(words: str) -> bool:
    """Tell whether the catalogues or the published aliases know a name."""
    aliases, key = load_catalogue().aliases, name_key(words)
    return known_somewhere(words) or any((level, key) in aliases for level in MajorLevel)


@catalogue_cache(maxsize=16_384)
def bare_name(words: str) -> str:
    """Take words such as 专业 off both ends of a name, unless the catalogue writes them so.

    Short words such as 应 and 在 go only where a known name is left: 应用统计硕士 begins with none.
    """
    if len(words) > LONGEST_WORDS:
        return words
    if words.endswith("专业") and _is_word(words[:-2]):
        return words[:-2]
    shorter = words
    for _ in range(MOST_STEPS):
        if not shorter or _is_word(shorter):
            break
        steps = (pattern.sub("", shorter).strip(" ,、:") for pattern in (_BEHIND, _LEAD))
        step = next((each for each in steps if each != shorter), "")
        if not step:
            break
        shorter = step
    for name in (shorter, _RISKY_LEAD.sub("", shorter)):
        if _is_word(name):
            return name
    if shorter.endswith("类"):
        return shorter
    plain = _PLAIN_BEHIND.sub("", _PLAIN_BEFORE.sub("", words)).strip()
    return plain or words


def names_something(words: str) -> bool:
    """Tell whether a name, or a class word of one, is left without the words around it."""
    name = without_code(bare_name(without_code(words)))
    return _is_word(name) or (name.endswith("类") and len(name) > 2 and _is_word(name[:-1]))


_CODE_BEFORE = re.compile(r"^[A-C]?\d{4,7}[TKtk]*\s*(?=\D)")
_CODE_BEHIND = re.compile(r"[(]?[A-C]?\d{4,7}[TKtk]*[)]?$")


def without_code(words: str) -> str:
    """Return a name without the code written before or behind it."""
    return _CODE_BEHIND.sub("", _CODE_BEFORE.sub("", words)).strip() or words
