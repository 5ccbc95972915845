"""What rows of a table say of the gates and classes (门类、专业类) above their majors, and rows that contradict.

One wrong word beside a major would otherwise rename a class, or move it, for the whole country. A list of
additions (增补) says nothing new about a class in force unless a row of the class itself gives its former
name; a whole edition (完整目录) may rename and move what it likes, as long as it agrees with itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matcher.services.catalogue_sheets import Line
from matcher.vocabulary.majors import name_key
from matcher.vocabulary.majors.editions import EditionRow
from matcher.vocabulary.majors.nodes import Node

LABEL_OF_KIND = {
    "gate": "门类",
    "class": "专业类",
    "discipline": "一级学科",
    "professional": "专业学位类别",
}
_SUPPLEMENT_REMEDY = (
    "请对照目录改正代码或名称；确要更名，请在它自己的一行写明曾用名，或导入完整的新版目录"
)
_TABLE_REMEDY = "请对照目录改正，使同一代码在全表中只有一个名称、一个上级"

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Said:
    """A gate or class as one line names it; `concept` is the column, "name" for a row of its own."""

    line: Line
    row: EditionRow
    concept: str

    def claims(self) -> Iterable[tuple[Key, str]]:
        """Give what the line claims: the name of a code, the code of a name, what the code stands under."""
        row = self.row
        yield ("name", "", row.code), name_key(row.name)
        yield ("code", row.kind, name_key(row.name)), row.code
        if row.parent_code:
            yield ("parent", "", row.code), row.parent_code


class Roofs:
    """The gates and classes in force beside those a table names."""

    def __init__(self, nodes: Iterable[Node], said: Sequence[Said], *, whole: bool) -> None:
        self.whole = whole
        self.in_force: dict[Key, set[str]] = defaultdict(set)
        self.in_table: dict[Key, set[str]] = defaultdict(set)
        self.words: dict[str, str] = {}
        for node in nodes:
            if node.kind in LABEL_OF_KIND and node.code and node.valid_to is None:
                self._enter_node(node)
        for one in said:
            self.words.setdefault(name_key(one.row.name), one.row.name)
            for key, value in one.claims():
                self.in_table[key].add(value)
        for one in said:
            self._enter_renamed(one)

    def _enter_node(self, node: Node) -> None:
        self.words[name_key(node.name)] = node.name
        self.in_force["name", "", node.code].add(name_key(node.name))
        self.in_force["code", node.kind, name_key(node.name)].add(node.code)
        if node.parent_code:
            self.in_force["parent", "", node.code].add(node.parent_code)

    def _enter_renamed(self, one: Said) -> None:
        """A row of the class itself that gives its name in force as its former name renames it."""
        known = self.in_force.get(("name", "", one.row.code), set())
        if one.concept == "name" and known & set(map(name_key, one.row.former_names)):
            self.in_force["name", "", one.row.code] = {name_key(one.row.name)}

    def contradiction(self, one: Said) -> tuple[str, str] | None:
        """Return why a line cannot be taken and what to do, or None."""
        reasons: list[str] = []
        against_force = False
        for key, value in one.claims():
            known, told = self.in_force.get(key, set()), self.in_table[key]
            if value in known:
                continue
            if known and not self.whole:
                against_force = True
                reasons.append(self._words(one.row, key, known, "现行目录"))
            elif len(told) > 1:
                reasons.append(self._words(one.row, key, told - {value}, "表中另一行"))
        if not reasons:
            return None
        return "，".join(reasons), _SUPPLEMENT_REMEDY if against_force else _TABLE_REMEDY

    def _words(self, row: EditionRow, key: Key, others: set[str], where: str) -> str:
        label = LABEL_OF_KIND[row.kind]
        if key[0] == "name":
            names = "”“".join(self.words.get(other, other) for other in sorted(others))
            return f"{where}中{label} {row.code} 是“{names}”"
        codes = "、".join(sorted(others))
        if key[0] == "code":
            return f"{where}中“{row.name}”的代码是 {codes}"
        return f"{where}中{label} {row.code} 属于门类 {codes}，这一行写的是 {row.parent_code}"


def contradictions(
    nodes: Iterable[Node], said: Sequence[Said], *, whole: bool
) -> list[tuple[Said, str, str]]:
    """Return what contradicts, with the reason and the remedy; the first of each line."""
    roofs = Roofs(nodes, said, whole=whole)
    found: dict[int, tuple[Said, str, str]] = {}
    for one in said:
        if id(one.line) not in found and (why := roofs.contradiction(one)):
            found[id(one.line)] = (one, *why)
    return list(found.values())
