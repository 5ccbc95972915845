"""Words of refusal in any wording (不接收, 不得报考, 勿报, 例外): a net under the exclusions read word by word.

Nobody can list every way to refuse. So a clause that holds a word of refusal and is not neutral (不限, 不少于)
bars each major it names, on the side the word points to; where it names none that is known, no group is
certain any more. At worst somebody who fits is left to a person; nobody who is refused is let in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matcher.vocabulary.requirements.phrases import CONDITION, named_stretches

_VERBS = (
    r"(?:得|可以?|能|予|许|允许|含|包括|包含|接收|接受|收|招收?|招录|录用|聘用|要|考虑|面向|欢迎"
    r"|符合|适用|适合|算|在|是|属于?|招聘|推荐|建议)"
)
_REFUSAL = re.compile(
    rf"不{_VERBS}|除外|除去|除了?|剔除|排除|去除|拒收|拒绝|谢绝|禁止|请?勿|例外|非|免报|免投|无"
)
# 不 in these asks nothing of a major, or asks less: they refuse nobody by what was studied.
_NEUTRAL = re.compile(
    r"不限|不要求|不作|不做|不设|不少于|不低于|不超过|不高于|不足|不满|不分|不论|不等|不同|不断|不良|不在职|不是必|不是必须|不适合女|不适合男|不可分割|不得少于|不得低于|不得超过"
    r"|不得有|不得低|不能胜任|无要求|无限制|无不良|无违法|无犯罪|无工作|无经验|非全日制|非定向|非在职|非应届|非师范|非公|非党员|非本|非事业|非营利|非英语类?国家"
    r"|非凡|并非|除满足|除符合|除具备|除应|除需|除须|除上述|除以上|非遗|非常"
)
# Only those named are meant where all the others are refused: 除A外，其他专业不得报考.
_OTHERS = re.compile(
    r"(?:其他|其它|其余|别的|非上述|非以上|非本)(?:的)?(?:所有|各|类)?(?:专业|学科)?"
)
# 法学不能报考: the refused stand before these, whatever comes behind.
_POINTS_BACK = re.compile(
    r"(?:一律|均|都)?不(?:得|可以?|能|予|允许)(?:报考|报名|应聘|投递|参加|考虑|受理|录用)|不可|不符合|不算|不适用|不在|不包括在内|请?勿|例外|除外|免报|免投|禁止报"
)
_CLAUSES = re.compile(r"[^,;。\n]+")
_ENDS_THERE = re.compile(
    r"^(?:者|的|考生|人员|专业|毕业生|生|报考|应聘|投递|招收|范围|内|之列|一律|均|都|也|请|予|以|录用|受理|考虑|[\s、.!:])*$"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The names a clause refuses, and the stretch that holds them with the word that does."""

    start: int
    end: int
    names: tuple[str, ...]
    words: str
    joined: bool
    """The refused stand in one list with what comes before them: which are meant is not certain."""


def refusals(text: str, start: int, end: int) -> Iterator[Refusal]:
    """Yield what the clauses of a stretch refuse; `names` is empty where nothing known is named."""
    if not _REFUSAL.search(text, start, end):
        return
    for found in _CLAUSES.finditer(text, start, end):
        refusal = _refusal(text, found.start(), found.end())
        if refusal is not None:
            yield refusal


def _refusal(text: str, start: int, end: int) -> Refusal | None:
    clause = text[start:end]
    if not _REFUSAL.search(clause) or _OTHERS.search(clause):
        return None
    named = list(named_stretches(clause))
    word = _word(clause, named)
    if word is None:
        return None
    behind = [(a, b) for a, b in named if a >= word.end()]
    before = [(a, b) for a, b in named if b <= word.start()]
    if before and _POINTS_BACK.match(clause[word.start() :]):
        behind = []
    chosen = behind or before
    if not chosen:
        return _of_nothing(clause, word, start, end)
    first = word.start() if behind else 0
    names = tuple(clause[a:b] for a, b in chosen)
    return Refusal(start + first, end, names, clause.strip(), joined=not behind and len(names) > 1)


def _word(clause: str, named: list[tuple[int, int]]) -> re.Match[str] | None:
    """Return the word of refusal, names (无机非金属材料) and neutral words (不少于) left aside."""
    hidden = [*named, *(m.span() for m in _NEUTRAL.finditer(clause))]
    for found in _REFUSAL.finditer(clause):
        nothing = found.group() == "无" and not any(a == found.end() for a, _ in named)
        if not nothing and not any(a <= found.start() < b for a, b in hidden):
            return found
    return None


def _of_nothing(clause: str, word: re.Match[str], start: int, end: int) -> Refusal | None:
    """A refusal that names nothing known: 不接收涉密类 leaves every group in doubt, 不得有处分 does not."""
    rest = clause[: word.start()] + clause[word.end() :]
    if not rest.strip(" 、:()*"):
        # 不含 with nothing behind it: whom, was lost on the way.
        return Refusal(start, end, (), clause.strip(), joined=False)
    of_majors = re.search(r"专业|学科|类(?!别)|方向", rest)
    of_someone = _POINTS_BACK.match(clause[word.start() :]) and not CONDITION.search(rest)
    if (of_majors or (of_someone and len(rest) > 3)) and not _ENDS_THERE.match(rest):
        return Refusal(start, end, (), clause.strip(), joined=False)
    return None
