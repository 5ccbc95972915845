"""From a piece of text to items: a name with its codes and what its brackets say about it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from matcher.vocabulary.requirements.brackets import only_codes, read_bracket
from matcher.vocabulary.requirements.folding import JOINT
from matcher.vocabulary.requirements.item import CODE, LONGEST_NAME, Item, clean
from matcher.vocabulary.requirements.scanning import closing

# 管理学类12、: two digits behind a class word stand for a gate.
_GATE_CODE = re.compile(r"(?<=[类学])\d{2}(?=[、,;)\s]|$)")
# (1), (一): numbers an item and says nothing of it.
_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]{1,2}|\d{1,2}|[a-zA-Z])$")


# Brackets behind one name; what has more is no name.
MOST_BRACKETS = 6


@dataclass(frozen=True)
class _Token:
    kind: str
    start: int
    end: int
    spaced: bool


def _tokens(text: str, start: int, end: int) -> Iterator[_Token]:
    i, spaced = start, True
    while i < end:
        if text[i].isspace():
            i, spaced = i + 1, True
            continue
        code = CODE.match(text, i, end)
        gate = _GATE_CODE.match(text, i, end)
        if text[i] == "(" and (close := closing(text, i, end)) > i:
            token = _Token("bracket", i, close + 1, spaced)
        elif code and (len(code.group()) > 2 or i == start or spaced or gate):
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
    return bool(code and (len(code.group()) > 2 or _GATE_CODE.match(text, at, end)))


_SIMPLE = re.compile(
    rf"\s*(?P<before>{CODE.pattern})?\s*(?P<name>[\u4e00-\u9fff]{{2,16}}?)\s*(?:\((?P<within>{CODE.pattern})\)|(?P<behind>{CODE.pattern}))?\s*"
)


def simple_item(text: str, start: int, end: int, known: Callable[[str], bool]) -> Item | None:
    """Return the item of a piece that is an official name with a code at most: nine of ten are."""
    found = _SIMPLE.fullmatch(text, start, end)
    if found is None or not known(found["name"]):
        return None
    codes = [code.upper() for code in found.group("before", "within", "behind") if code]
    first = found.start("before") if found["before"] else found.start("name")
    last = end - (len(text[start:end]) - len(text[start:end].rstrip()))
    return Item(found["name"], first, last, codes, plain=True)


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
        if len(current.name) + len(name) > LONGEST_NAME or len(current.asked_of) > MOST_BRACKETS:
            return False
        if re.fullmatch(
            r"(?:等|及|和|或)?(?:下属|下设|项下|所含|中|内)?的?(?:所有|全部|各)?(?:二级)?(?:相关|相近)?(?:等)?(?:学科|专业|类|方向|学位|领域)*",
            name,
        ):
            if current.asked_of and name.startswith("类"):
                current.name += self._taken_bracket(current) + name
            elif name != "专业":
                current.name += name
            return True
        if current.asked_of and self.known(current.name + name):
            # 侦查(察)学: the bracket holds another way to write it.
            current.asked_of.pop()
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
        if not self.items and (codes := only_codes(content)):
            self._new(token).codes += codes
            self.code_first = True
            return
        if not self.items:
            if not _NUMBERING.match(content.strip()):
                self._new(token).asides.append((token.start + 1, token.end - 1))
            return
        item = self.items[-1]
        item.end = token.end
        if self.known(f"{item.name}({clean(content)})"):
            item.name = f"{item.name}({clean(content)})"
            return
        read_bracket(item, content, (token.start, token.end))
