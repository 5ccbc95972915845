"""The phrases of a requirement that are not names: 不限, exclusions, notes, conditions."""

import re
from collections.abc import Iterator

from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.caches import catalogue_cache

UNLIMITED = re.compile(
    r"^(?:所学)?(?:专业)?(?:要求)?:?(?:不限|无限制|不限制|无要求|不作要求|不作限制|不设限制?|无专业(?:要求|限制)|不做要求|无|不限定|均可"
    r"|不要求|不设(?:专业)?(?:要求|限制))(?:专业|学科|制|要求|类别)*[。.]?$"
    r"|^(?:专业|学科)(?:[、和及](?:学历|性别|年龄|户籍|届别|院校|学校))*(?:均|都)?不限$|^(?:性别|年龄|学历|户籍)(?:[、和及](?:性别|年龄|学历|户籍))*[、和及]专业(?:均|都)?不限$"
    r"|^(?:专业)?无特殊要求$|^(?:所有|任何|各类?|全部|一切)(?:的)?(?:专业|学科)(?:毕业生)?(?:均|都|皆)?(?:可|不限)?(?:以)?(?:报考|报名|应聘|投递)?$"
)
OF_CLASS = re.compile(r"^(.+?)[:](?:专业)?不限(?:方向|专业|研究方向)?$")
OPEN_ALONE = re.compile(
    r"^(?:及|和|或|以及|等|与|含|包括)*其?(?:他|它|余)?(?:相关|相近|类似|近似|有关|相似|邻近)(?:或|和|及|、)?(?:相关|相近|类似|近似)?(?:的|等)?(?:学科|专业|类|领域)*$"
    r"|^等(?:专业)?$"
)
TWINS = re.compile(
    r"^(?:以及|及|和|并)?(?:含|包括|包含)?(?:相关|对应|相应|上述)(?:学科|专业)?的?(?:专业学位|专业硕士)(?:类别|领域)?$"
)
NOTE_ALL = re.compile(
    r"(?:以上|上述|前述)?(?:专业)?(?:均(?:为|指|是)|(?<=以上)[为是]|(?<=上述)[为是])(?P<what>[^),;。]*)"
)
# Words before a colon or 为 that only say what follows: 本科专业名称为, 具有以下专业之一:, 二级学科:
_LEAD_WORDS = (
    r"(?:具有|具备|以下|下列|专业学位|学术学位|专业|之一|仅?限|本科|学科|[一二]级|门类|大类|类别|类|名称|目录|要求|所学|所载|须|应|需|毕业|证书"
    r"|第一学历|最高学历|学历|代码|报考|招聘|招录|需求|主修|任[一意何]|阶段|条件|岗位|如下|包括|范围|可|报|及其?|和|或|、|的|其|在|\d|符合|并非|不限|有效|本职位|本岗位|主要|招收|职业教育|高等职业教育|普通高等教育|[三]级|目录)"
)
HEAD = re.compile(rf"^(?:{_LEAD_WORDS}){{1,12}}(?:\([^():]{{0,20}}\))?(?::|为:?|是:?)")
HEAD_OF_GATES = re.compile(r"学科门类|门类")
HEAD_OF_PART = re.compile(r"名称|方向|二级")
# Anything up to the next clause, brackets of names included.
_STRETCH = r"(?:[^,;。()]|\([^()]*\))"
EXCLUDING = re.compile(
    rf"(?:不含|不包括(?!在内)|不包含(?!在内)|排除|不招收?)(?P<a>{_STRETCH}{{1,200}})"
    rf"|除了?(?P<b>{_STRETCH}{{1,200}}?)(?:以外|之外|外)(?=$|[,;。)\s、]|的|其|所有|各|均|都|专业|可|不|学科|毕业)(?:,?(?:的)?(?:其他|其它|其余|所有|各)(?:所有|各|的)?(?:专业)?|的)?(?:专业)?"
    r"(?:(?:均|都)?(?:可|不限)(?:报考)?)?"
    rf"|(?:^|(?<=[,;。]))(?:但|其中)(?P<e>{_STRETCH}{{1,80}}?)(?:专业)?(?:除外|不可|不招|不得报考)"
    rf"|(?:^|(?<=[,;。]))(?P<c>{_STRETCH}{{1,120}}?)(?:专业)?除外"
    r"|(?:^|(?<=[,;。、:/\s]))非(?P<d>(?![或和及与])[\u4e00-\u9fff][^,;。、()/\s:]{1,40}?)(?:专业)?(?=[,;。、/\s]|$)"
)
# 持证者专业不限: who holds the paper may have any major; nobody else is meant.
FREE_IF = re.compile(r"(?:专业不限|不限专业|放宽专业|专业(?:可以?)?放宽)")
CERTIFICATE = re.compile(
    r"(?:证书|职业资格|资格证|学位证|执业资格|考试合格|等级考试|职称|驾驶证|驾照|身份证)"
)
CONDITION = re.compile(
    r"证书|资格|应届|往届|学位证|户籍|户口|生源|经历|经验|年以上|党员|团员|优先|[四六八]级|CET|成绩|性别|男|女性?(?!学)|辅修|第一学历"
    r"|最高学历|为准|一致|周岁|年龄|\d岁|职称|全日制|毕业|取得|具有|能够|能力|熟悉|从事|同时|学历|学位|参照|目录|适合|适宜|加试|测试|限.*报考"
    r"|基层|工作需要|工作地|工作年限|服务期|夜班|值班|加班|出差|研究方向|身高|体能|体检|体测|矫正|视力|退役|士兵|驾驶|普通话|艰苦|偏远|一线"
    r"|通过|主修|其一|即可|面向|定向|委培|待遇|试用|笔试|面试|招聘|录用|报名|考生|人员|学校|院校|籍贯|民族|届别|婚|合同|公告|附件|备注|工作|爱好|热爱"
)
# 授予理学学位: a major whose degree may be either is admitted by its school's choice.
DEGREE_OF_GATE = re.compile(
    r"(?:哲|经济|法|教育|文|历史|理|工|农|医|管理|艺术)学(?:学士|硕士|博士)?学位"
)
NO_MATTER = re.compile(
    r"^不限(?:专业|研究)?方向$|^(?:学校|院校|户籍|户口|生源|生源地|年龄|性别|男女|学历|学位|经验|工作经验|工作经历|地区|地域|籍贯|民族|届别|应往届|婚否|政治面貌|专业方向|研究方向"
    r"|[、,和及或/])+(?:均|都)?(?:不限|无要求|不作要求)$"
)


@catalogue_cache(maxsize=1)
def _major_names() -> re.Pattern[str]:
    names = {re.escape(node.name) for node in load_catalogue().nodes if len(node.name) > 1}
    return re.compile("|".join(sorted(names, key=len, reverse=True)))


@catalogue_cache(maxsize=1)
def _every_name() -> re.Pattern[str]:
    catalogue = load_catalogue()
    names = {node.name for node in catalogue.nodes if len(node.name) > 1}
    names |= {alias for _, alias in catalogue.aliases if len(alias) > 1 and not alias.isascii()}
    names |= {old for _, old in catalogue.successors if len(old) > 1 and not old.isascii()}
    names |= {name.removesuffix("学类") + "类" for name in names if name.endswith("学类")}
    ordered = sorted(names, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)))


def named_stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield where official names and published aliases stand in a text, longest first, left to right."""
    for found in _every_name().finditer(text):
        end = found.end()
        # 计算机 of 计算机类: a class word of the name is part of what is said.
        yield found.start(), end + (text[end : end + 1] == "类" and text[end - 1] != "类")


@catalogue_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    names = {node.name for node in load_catalogue().nodes if node.kind != "gate"}
    return frozenset(name[:n] for name in names for n in range(3, len(name)))


def begins_a_name(words: str) -> bool:
    """Tell whether words are the beginning of an official name, and break off inside a word of it."""
    return words in _beginnings()


def mentions_major(piece: str) -> bool:
    """Tell whether a condition may hide a major, so that it must not be passed over."""
    return bool(_major_names().search(piece)) or "类" in piece or "相关专业" in piece


def asks_condition(piece: str) -> bool:
    """Tell whether a piece asks for a condition, names such as 民族学 or 社会工作 aside."""
    return bool(CONDITION.search(piece)) and bool(CONDITION.search(_major_names().sub(" ", piece)))


def only_condition(piece: str) -> bool:
    """Tell whether a piece asks for something other than a major."""
    bare = bool(CONDITION.search(piece)) and not mentions_major(piece)
    return bare or bool(CERTIFICATE.search(piece))
