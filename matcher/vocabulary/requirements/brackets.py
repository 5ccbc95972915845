"""What stands in brackets behind a name: codes, exclusions, restrictions, levels, hints, conditions."""

import re

from matcher.vocabulary.requirements.item import CODE, Item, clean, words_in
from matcher.vocabulary.requirements.known import known_somewhere
from matcher.vocabulary.requirements.phrases import (
    CONDITION,
    DEGREE_OF_GATE,
    NO_MATTER,
    only_condition,
)
from matcher.vocabulary.requirements.refusing import refusals
from matcher.vocabulary.requirements.scanning import levels_in

_CODE = CODE.pattern
_ONLY_CODES = re.compile(
    rf"^(?:专业|学科)?(?:代码)?(?:为|是)?:?\s*({_CODE}(?:[\s、,/;和]+{_CODE})*)\s*$"
)
_LEADING_CODE = re.compile(rf"^\s*(?:代码)?:?\s*({_CODE})\s*[,、;:]?\s*(.+)$", re.DOTALL)
_PREFIX_CODE = re.compile(r"代码(?:以|为|前.位为)?\s*(\d{2,4})\s*(?:开头|打头|开始)?")
_RESTRICT = re.compile(
    r"^(?:仅限于|只限于|限于|仅限|只限|限定|限报|专指|仅|限|特指)(?:招)?:?(.+)$", re.DOTALL
)
_EXCLUDE = (
    re.compile(r"^(?:不含|不包括|不包含|不招|不限?收|排除|剔除):?(.+)$", re.DOTALL),
    re.compile(r"^除了?(.+?)(?:之外|以外|外)(?:的?其他)?(?:专业)?$", re.DOTALL),
    re.compile(
        r"^(?:但|其中)?(.+?)(?:专业)?(?:除外|不可(?:报考)?|不得报考|不能报考|不招收?|不予报考|不符合|不在此列|不包括在内|不含)$",
        re.DOTALL,
    ),
    re.compile(r"^非(.+)$", re.DOTALL),
)
_INCLUDE = re.compile(r"^(?:其中)?(?:含|包括|包含|如|例如|即|原|注:|原名):?(.+)$", re.DOTALL)
_HINTS = {
    "gate": re.compile(r"^(?:学科)?(?:门类|大类)$"),
    "class": re.compile(r"^(?:本科)?专业(?:类别?|大类)$|^类$"),
    "discipline": re.compile(r"^(?:均?为)?[一二]级学科$|^学科$"),
    "major": re.compile(r"^(?:仅?限|指|为)?(?:本科)?专业(?:名称)?$"),
}
# A note on all that stands before it; the reader has looked for it in the whole text.
_NOTE = re.compile(r"^(?:以上|上述|前述)?.{0,6}均|^(?:以上|上述)[为是]")
_DEGREE = re.compile(
    r"^专业(?:硕士)?学位(?:类别|硕士|研究生)?$|"
    r"^(?:(?:专业|学术)(?:学位|硕士|型)(?:硕士)?|学术|专业|专硕|学硕|学术型硕士|[A-Z][A-Za-z.]{1,8})$"
)
_LEVEL_ONLY = re.compile(
    r"^(?:限)?(?:大学)?(?:本科|硕士|博士|研究生|专科|大专|及以上|生|学历|[、/或和])+$"
)


_BY_LEVEL = re.compile(rf"^(?:(?:本科|研究生|硕士|专科|大专)生?\s*{_CODE}[、,;/\s]*)+$")
# 法律硕士（非法学）, 汉语言文学（非师范）: a track of the degree, which excludes nothing.
_TRACK = re.compile(r"^(?:非法学|法学|非师范类?|师范类?)$")
_ALL_ABOVE = re.compile(r"^(?:以上|上述|前述|均|都|但|其中|专业|各专业|[:,])+(?=不|除|非)")
_ASKING = re.compile(r"^(?:必?须|需|应|要求|具有|具备|持有?|取得|获得|满足)")
# （MEM，1256）: an abbreviation and a code.
_SHORT_AND_CODE = re.compile(
    rf"^[A-Za-z.]{{2,8}}[,、/\s]*({_CODE})$|^({_CODE})[,、/\s]*[A-Za-z.]{{2,8}}$"
)
# （Accounting）: the name again in another language.
_FOREIGN = re.compile(r"^[A-Za-z][A-Za-z\s&.,'\-\ue001]{2,}$")


def only_codes(content: str) -> list[str]:
    """Return the codes of a bracket that holds nothing else."""
    found = _ONLY_CODES.match(content.strip())
    return [code.upper() for code in CODE.findall(found[1])] if found else []


def read_bracket(item: Item, content: str, stretch: tuple[int, int]) -> None:
    """Enter what one bracket says into the item before it."""
    body = content.strip()
    if _NOTE.match(body):
        return
    if not item.name and item.codes and known_somewhere(clean(body)):
        # 08（工学）: the name stands behind its code.
        item.name = clean(body)
        return
    if short := _SHORT_AND_CODE.match(body):
        item.codes.append((short[1] or short[2]).upper())
        return
    if codes := only_codes(body):
        item.codes += codes
        return
    prefix = _PREFIX_CODE.search(body)
    lead = None if prefix else _LEADING_CODE.match(body)
    if lead and not known_somewhere(clean(lead[2])) and not CODE.search(lead[2]):
        item.codes.append(lead[1].upper())
        if not _LEADING_CODE.match(lead[2]):
            read_bracket(item, lead[2], stretch)
    elif prefix:
        item.prefix_codes.append(prefix[1])
    elif not _sign(item, body, stretch):
        _words(item, body, stretch)


def _sign(item: Item, body: str, stretch: tuple[int, int]) -> bool:
    """Read brackets that say how to take the name; False where they hold words of their own."""
    for hint, pattern in _HINTS.items():
        if pattern.match(body):
            item.hint = hint
            return True
    if _DEGREE.match(body):
        item.degree = body
        item.hint = item.hint or ("discipline" if body.startswith("学") else "professional")
    elif _LEVEL_ONLY.match(body):
        item.level_words = body
    elif _BY_LEVEL.match(body) or (":" in body and levels_in(body.split(":", 1)[0].upper())):
        item.nested = (stretch[0] + 1, stretch[1] - 1)
    elif not _FOREIGN.match(body):
        return False
    return True


def _words(item: Item, body: str, stretch: tuple[int, int]) -> None:
    body = _ALL_ABOVE.sub("", body)
    if _TRACK.match(body) and item.name.endswith(("硕士", "法律", "文学", "教育", "英语")):
        track = f"{item.name.removesuffix('硕士')}({body})"
        if known_somewhere(track):
            item.name = track
        else:
            item.asked_of.append((*stretch, body))
        return
    excluded = next((m for pattern in _EXCLUDE if (m := pattern.match(body))), None)
    limited = _RESTRICT.match(body)
    refused = [] if excluded else list(refusals(body, 0, len(body)))
    if excluded:
        item.exclude += words_in(excluded[1])
    elif refused:
        item.exclude += [word for each in refused for word in each.names or (each.words,)]
    elif _is_aside(body, limited):
        item.asides_said.append(body)
    elif limited:
        _restrict(item, limited[1])
    elif included := _INCLUDE.match(body):
        item.include += words_in(included[1])
    elif "方向" in body or body.endswith("领域"):
        _restrict(item, body)
    else:
        item.asked_of.append((*stretch, body))


def _is_aside(body: str, limited: re.Match[str] | None) -> bool:
    """Tell whether a bracket asks for something other than a major (须具有教师资格证, 限本县户籍)."""
    if DEGREE_OF_GATE.search(body):
        return False
    if "优先" in body or NO_MATTER.match(body):
        return True
    if _ASKING.match(body) and CONDITION.search(body):
        return True
    words = words_in(limited[1] if limited else body)
    if "方向" in body or any(known_somewhere(word) for word in words):
        return False
    return only_condition(body)


def _restrict(item: Item, body: str) -> None:
    words = words_in(body)
    item.direction = item.direction or any("方向" in word for word in words)
    item.restrict += [
        re.sub(r"(?:等|研究)?方向$|(?:专业)?领域$|等?专业$", "", word) for word in words
    ]
