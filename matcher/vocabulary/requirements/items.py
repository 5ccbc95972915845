"""From a piece of text to items: a name with its codes and what its brackets say about it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from matcher.vocabulary.requirements.folding import JOINT
from matcher.vocabulary.requirements.scanning import closing, levels_in

CODE = re.compile(r"(?<![0-9A-Za-z])[A-Ca-c]?\d{2,8}(?:[TKHtkh]{1,2}(?![A-Za-z])|[ZJzj]\d*)?(?!\d)")
_CODE = CODE.pattern
_ONLY_CODES = re.compile(rf"^(?:专业|学科)?(?:代码)?:?\s*({_CODE}(?:\s*[、,/;和]?\s*{_CODE})*)\s*$")
_LEADING_CODE = re.compile(rf"^\s*(?:代码)?:?\s*({_CODE})\s*[,、;:]?\s*(.+)$", re.DOTALL)
_PREFIX_CODE = re.compile(r"代码(?:以|为|前.位为)?\s*(\d{2,4})\s*(?:开头|打头|开始)?")
_RESTRICT = re.compile(
    r"^(?:仅限于|只限于|限于|仅限|只限|限定|限报|专指|仅|限|特指)(?:招)?:?(.+)$", re.DOTALL
)
_EXCLUDE = (
    re.compile(r"^(?:不含|不包括|不包含|不招|不限?收|排除|剔除):?(.+)$", re.DOTALL),
    re.compile(r"^除了?(.+?)(?:之外|以外|外)(?:的?其他)?(?:专业)?$", re.DOTALL),
    re.compile(r"^(.+?)(?:专业)?除外$", re.DOTALL),
    re.compile(r"^非(.+)$", re.DOTALL),
)
_INCLUDE = re.compile(r"^(?:其中)?(?:含|包括|包含|如|例如|即|原|注:|原名):?(.+)$", re.DOTALL)
_HINTS = {
    "gate": re.compile(r"^(?:学科)?(?:门类|大类)$"),
    "class": re.compile(r"^(?:本科)?专业(?:类别?|大类)$|^类$"),
    "discipline": re.compile(r"^(?:均?为)?[一二]级学科$|^学科$"),
    "major": re.compile(r"^专业(?:名称)?$"),
}
# A note on all that stands before it; the reader has looked for it in the whole text.
_NOTE = re.compile(r"^(?:以上|上述|前述)?.{0,6}均")
_DEGREE = re.compile(
    r"^(?:(?:专业|学术)(?:学位|硕士|型)(?:硕士)?|学术|专业|专硕|学硕|学术型硕士|[A-Z][A-Za-z.]{1,8})$"
)
_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]{1,2}|\d{1,2}|[a-zA-Z])$")
_LEVEL_ONLY = re.compile(
    r"^(?:限)?(?:大学)?(?:本科|硕士|博士|研究生|专科|大专|及以上|生|学历|[、/或和])+$"
)


@dataclass
class Item:
    """A name and what stands around it. `start` and `end` are offsets in the raw text."""

    name: str
    start: int
    end: int
    codes: list[str] = field(default_factory=list)
    restrict: list[str] = field(default_factory=list)
    direction: bool = False
    exclude: list[str] = field(default_factory=list)
    include: list[str] = field(default_factory=list)
    hint: str = ""
    degree: str = ""
    prefix_codes: list[str] = field(default_factory=list)
    code_range: tuple[str, str] | None = None
    level_words: str = ""
    nested: tuple[int, int] | None = None
    asides: list[tuple[int, int]] = field(default_factory=list)
    asked_of: list[tuple[int, int, str]] = field(default_factory=list)
    asides_said: list[str] = field(default_factory=list)
    open_ended: bool = False
    last: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing stands here that could name a major."""
        named = self.name or self.codes or self.prefix_codes or self.code_range
        return not (named or self.nested)


@dataclass(frozen=True)
class _Token:
    kind: str
    start: int
    end: int
    spaced: bool


def clean(text: str) -> str:
    """Return a name as written: protected joints back in place, spaces off the ends."""
    return text.replace(JOINT, "、").strip(" :：.-_·*?!")


def words_in(text: str) -> list[str]:
    """Cut the content of a bracket into names; 、 inside brackets of its own stays."""
    parts, depth, current = [], 0, ""
    for char in text:
        depth += (char == "(") - (char == ")")
        if depth <= 0 and char in "、,;/。\n ":
            parts.append(current)
            current = ""
        else:
            current += char
    parts.append(current)
    return [clean(p) for p in parts if clean(p)]


def _tokens(text: str, start: int, end: int) -> Iterator[_Token]:
    i, spaced = start, True
    while i < end:
        if text[i].isspace():
            i, spaced = i + 1, True
            continue
        code = CODE.match(text, i, end)
        if text[i] == "(" and (close := closing(text, i, end)) > i:
            token = _Token("bracket", i, close + 1, spaced)
        elif code and (len(code.group()) > 2 or i == start or spaced):
            token = _Token("code", i, code.end(), spaced)
        else:
            stop = i + 1
            while stop < end and not _breaks(text, stop, end):
                stop += 1
            token = _Token("text", i, stop, spaced)
        yield token
        i, spaced = token.end, False


def _breaks(text: str, at: int, end: int) -> bool:
    if text[at].isspace():
        return True
    if text[at] == "(":
        return closing(text, at, end) > at
    code = CODE.match(text, at, end) if text[at].isalnum() and text[at].isascii() else None
    return bool(code and len(code.group()) > 2)


class ItemReader:
    """Groups the tokens of one piece into items; `known` tells whether a name is in the lexicon."""

    def __init__(self, text: str, known: Callable[[str], bool]) -> None:
        self.text = text
        self.known = known
        self.items: list[Item] = []
        self.code_first = False
        self.previous: _Token | None = None

    def read(self, start: int, end: int) -> list[Item]:
        """Return the items of the piece `text[start:end]`."""
        tokens = list(_tokens(self.text, start, end))
        self.code_first = bool(tokens) and tokens[0].kind == "code"
        for token in tokens:
            {"code": self._code, "text": self._text, "bracket": self._bracket}[token.kind](token)
            self.previous = token
        return self.items

    def _new(self, token: _Token, name: str = "") -> Item:
        item = Item(name, token.start, token.end)
        self.items.append(item)
        return item

    def _code(self, token: _Token) -> None:
        current = self.items[-1] if self.items else None
        if current is None or (self.code_first and (current.name or current.codes)):
            current = self._new(token)
        current.codes.append(self.text[token.start : token.end].upper())
        current.end = token.end

    def _text(self, token: _Token) -> None:
        name = clean(self.text[token.start : token.end])
        current = self.items[-1] if self.items else None
        if current is None or not name:
            if name:
                self._new(token, name)
            return
        after = self.previous.kind if self.previous else ""
        if not current.name and current.codes:
            current.name, current.end = name, token.end
        elif after == "bracket" and not token.spaced and self._continues(current, name):
            current.end = token.end
        else:
            self._new(token, name)

    def _continues(self, current: Item, name: str) -> bool:
        """Tell whether text after a bracket belongs to the name before it (计算机（软件）类)."""
        if re.fullmatch(r"(?:等|及|和|或)?(?:相关|相近)?(?:等)?(?:学科|专业|类|方向|学位)*", name):
            if current.asked_of and name.startswith("类"):
                current.name += self._taken_bracket(current) + name
            elif name != "专业":
                current.name += name
            return True
        if current.asked_of and not current.codes:
            joined = current.name + self._taken_bracket(current) + name
            current.name = joined
            return True
        return False

    def _taken_bracket(self, current: Item) -> str:
        start, end, _ = current.asked_of.pop()
        return self.text[start:end].replace(JOINT, "、")

    def _bracket(self, token: _Token) -> None:
        content = self.text[token.start + 1 : token.end - 1]
        if not self.items:
            if not _NUMBERING.match(content.strip()):
                self._new(token).asides.append((token.start + 1, token.end - 1))
            return
        item = self.items[-1]
        item.end = token.end
        if self.known(f"{item.name}({clean(content)})"):
            item.name = f"{item.name}({clean(content)})"
            return
        self._classify(item, content, token)

    def _classify(self, item: Item, content: str, token: _Token) -> None:
        body = content.strip()
        if _NOTE.match(body):
            return
        if codes := _ONLY_CODES.match(body):
            item.codes += [c.upper() for c in CODE.findall(codes[1])]
            return
        lead = None if _PREFIX_CODE.search(body) else _LEADING_CODE.match(body)
        if lead and not self.known(clean(lead[2])):
            item.codes.append(lead[1].upper())
            self._classify(item, lead[2], token)
            return
        if prefix := _PREFIX_CODE.search(body):
            item.prefix_codes.append(prefix[1])
            return
        self._classify_words(item, body, token)

    def _classify_words(self, item: Item, body: str, token: _Token) -> None:
        for hint, pattern in _HINTS.items():
            if pattern.match(body):
                item.hint = hint
                return
        if _DEGREE.match(body):
            item.degree = body
        elif _LEVEL_ONLY.match(body):
            item.level_words = body
        elif ":" in body and levels_in(body.split(":", 1)[0]):
            item.nested = (token.start + 1, token.end - 1)
        elif any(m := pattern.match(body) for pattern in _EXCLUDE):
            found = next(m for pattern in _EXCLUDE if (m := pattern.match(body)))
            item.exclude += words_in(found[1])
        elif m := _RESTRICT.match(body):
            self._restrict(item, m[1])
        elif m := _INCLUDE.match(body):
            item.include += words_in(m[1])
        elif "优先" in body:
            item.asides_said.append(body)
        elif "方向" in body or body.endswith("领域"):
            self._restrict(item, body)
        else:
            item.asked_of.append((token.start, token.end, body))

    def _restrict(self, item: Item, body: str) -> None:
        words = words_in(body)
        item.direction = item.direction or any("方向" in word for word in words)
        item.restrict += [
            re.sub(r"(?:等|研究)?方向$|(?:专业)?领域$|等?专业$", "", word) for word in words
        ]
