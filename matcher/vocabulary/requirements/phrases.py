"""The phrases of a requirement that are not names: 不限, exclusions, notes, conditions."""

import re
from functools import lru_cache

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import load_catalogue

UNLIMITED = re.compile(
    r"^(?:所学)?(?:专业)?(?:要求)?:?(?:不限|无限制|不限制|无要求|不作要求|无专业要求|不做要求|无|不限定|均可|不要求)"
    r"(?:专业|学科|制|要求|类别)*[。.]?$"
)
OF_CLASS = re.compile(r"^(.+?)[:](?:专业)?不限$")
OPEN_ALONE = re.compile(
    r"^(?:及|和|或|等)*(?:其他|其它)?(?:相关|相近|类似)(?:的|等)?(?:学科|专业|类)*$|^等(?:专业)?$"
)
NOTE_ALL = re.compile(r"(?:以上|上述|前述)?(?:专业)?均(?:为|指|是)?(?P<what>[^),;。]*)")
HEAD = re.compile(
    r"^(?:专业|学科)?(?:代码|一级学科|二级学科|专业类别?|专业名称|专业|学科门类|门类|学科|所学专业|专业要求|专业目录)(?:名称)?(?:为|是|须为)?[:为]"
)
EXCLUDING = re.compile(
    r"(?:不含|不包括|不包含|排除)(?P<a>[^,;。()]{1,200})|除了?(?P<b>[^,;。()除]{1,200}?)(?:以外|之外|外)(?:的)?(?:其他|其它|所有|各)?(?:专业)?(?:均可)?"
    r"|(?<=[,;。、])(?P<c>[^,;。、()]{1,40})除外|(?:^|(?<=[,;。、:]))非(?P<d>[^,;。、()]{1,40}?)(?:专业)?(?=[,;。、]|$)"
)
CERTIFICATE = re.compile(r"(?:证书|职业资格|资格证|学位证|执业资格|考试合格|等级考试)")
CONDITION = re.compile(
    r"证书|资格|应届|往届|学位证|户籍|户口|经历|经验|年以上|党员|优先|四级|六级|CET|成绩|性别|男性|女性(?!学)|辅修|第一学历"
    r"|最高学历|为准|一致|周岁|职称|全日制|毕业|取得|具有|能够|熟悉|从事|同时|学历|学位|参照|目录|适合|加试|测试|限.*报考"
    r"|基层工作|工作需要|工作地|服务期|夜班|出差|研究方向"
)


@lru_cache(maxsize=16384)
def known_somewhere(name: str) -> bool:
    """Tell whether a name stands in a catalogue of any level."""
    return any(load_catalogue().named(level, name) for level in MajorLevel)


@lru_cache(maxsize=1)
def _major_names() -> re.Pattern[str]:
    names = {re.escape(node.name) for node in load_catalogue().nodes if len(node.name) > 1}
    return re.compile("|".join(sorted(names, key=len, reverse=True)))


def mentions_major(piece: str) -> bool:
    """Tell whether a condition may hide a major, so that it must not be passed over."""
    return bool(_major_names().search(piece)) or "类" in piece or "相关专业" in piece


def only_condition(piece: str) -> bool:
    """Tell whether a piece asks for something other than a major."""
    bare = bool(CONDITION.search(piece)) and not mentions_major(piece)
    return bare or bool(CERTIFICATE.search(piece))
