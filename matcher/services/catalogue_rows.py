"""Lines of a sheet judged into the rows of an edition (专业目录) or of a directory (专业参考目录).

Every line is told what becomes of it. A code that a spreadsheet turned into a number gets its leading zero
back; a code that says another class than the one beside it is refused, for nobody can tell which is right.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from matcher.kinds import MajorLevel
from matcher.services.catalogue_roofs import LABEL_OF_KIND, Said
from matcher.services.catalogue_sheets import Cell, Line, names_in
from matcher.vocabulary.majors import load_catalogue, name_key, strip_code
from matcher.vocabulary.majors.directory_rows import LEVEL_OF_LETTER, DirectoryRow, line_key
from matcher.vocabulary.majors.editions import EditionRow
from matcher.vocabulary.majors.nodes import LEVEL_OF_NAMESPACE
from matcher.vocabulary.majors.references import GRADUATE

_LEVEL_WORDS = (
    (MajorLevel.GRADUATE, ("研究生", "硕士", "博士", "graduate", "pg")),
    (MajorLevel.COLLEGE, ("专科", "大专", "高职", "college")),
    (MajorLevel.BACHELOR, ("本科", "学士", "bachelor", "ug")),
)
_FRACTION = re.compile(r"^(\d+)\.0+$")
_OWN_CODE = re.compile(r"^([A-Z]?)(\d{2,8})[TKH]{0,3}$", re.IGNORECASE)
_CODED_NAME = re.compile(r"^([A-Z]?\d{2,6})\s*(\D.*)$", re.IGNORECASE)
_GATE_WORDS = re.compile(r"^(?:学科)?门类[:：]?|(?:学科)?门类$")
_PROFESSIONAL = "56"
"""Third digit of the code of a professional degree: 0351 法律, 1261 …; a discipline's is lower."""


def level_of(words: str) -> MajorLevel | None:
    """Return the level a cell names, or None."""
    low = words.lower()
    return next((level for level, all_ in _LEVEL_WORDS if any(w in low for w in all_)), None)


def mended_code(cell: Cell | None) -> str:
    """Return the code of a cell, with what a spreadsheet did to it undone."""
    text = re.sub(r"\s", "", cell.text) if cell else ""
    fraction = _FRACTION.match(text)
    text = fraction[1] if fraction else text
    lost = cell is not None and (cell.was_number or fraction) and len(text) % 2
    return ("0" + text if lost else text).upper()


def code_of(line: Line, concept: str) -> str:
    """Return the mended code of a column; a leading zero given back is told."""
    code, cell = mended_code(line.cells.get(concept)), line.cells.get(concept)
    if cell and code.startswith("0") and not cell.text.lstrip().startswith("0"):
        line.tell("info", "code_zero", f"代码前面的 0 丢失，按 {code} 读取", "无需处理", concept)
    return code


def _split(cell: Cell | None) -> tuple[str, str]:
    """Return code and name of a cell such as A01哲学 or 07 理学; the code is "" where none stands."""
    text = _GATE_WORDS.sub("", cell.text.strip()) if cell else ""
    found = _CODED_NAME.match(text)
    return (found[1].upper(), found[2].strip()) if found else ("", text)


def _code_and_name(line: Line) -> tuple[str, str]:
    """Return code and name of a line; 0101 哲学类 in one cell is both."""
    written, name = code_of(line, "code"), line.text("name")
    return (written, name) if written else _split(Cell(name, ""))


def _former(line: Line, level: MajorLevel) -> tuple[str, ...]:
    """Return the former names; a name with 、 inside that the catalogue knows is one."""
    text = line.text("former")
    return (text,) if text and load_catalogue().named(level, text) else names_in(text)


class EditionJudge:
    """Reads lines of one namespace; rows of gates and classes come from lines or from their columns."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.level = LEVEL_OF_NAMESPACE[namespace]
        self.rows: dict[tuple[str, str], EditionRow] = {}
        self.by_name: dict[tuple[str, str], str] = {}
        self.lines: dict[tuple[str, str], list[Line]] = {}
        self.said: list[Said] = []

    def judge(self, lines: Sequence[Line]) -> tuple[EditionRow, ...]:
        """Judge every line not refused yet and return the rows of the edition: what stands above first."""
        for line in lines:
            if line.is_data and line.status != "refused":
                self._line(line)
        self._check_parents()
        order = {"gate": 0, "class": 1}
        return tuple(sorted(self.rows.values(), key=lambda row: order.get(row.kind, 2)))

    def _line(self, line: Line) -> None:
        written, name = _code_and_name(line)
        code = self._with_zero(line, strip_code(written))
        if not name:
            line.tell("refuse", "name_missing", "没有专业名称", "请补上名称", "code")
            return
        if written and not code:
            line.tell(
                "refuse", "code_wrong", "不是专业代码", "代码应为 2 至 7 位数字，可带 T、K", "code"
            )
            return
        if len(code) in (3, 5):
            line.tell(
                "refuse", "code_length", f"代码有 {len(code)} 位，少一位", "请对照目录改正", "code"
            )
            return
        kind = self._kind(code, name)
        above = strip_code(code_of(line, "class_code")) or _split(line.cells.get("class"))[0]
        if kind == "major" and code and above and not code.startswith(above):
            reason = f"代码 {code} 不属于旁边的专业类 {above}"
            line.tell("refuse", "class_differs", reason, "请对照目录改正代码或专业类", "code")
            return
        parent = self._parent(line, kind, code, above)
        note = "".join(c for c in written if c in "TKH") or line.text("note")
        name = _split(Cell(name, ""))[1] if kind == "gate" else name
        row = EditionRow(code, name, kind, parent, _former(line, self.level), note)
        self._enter(line, row)

    def _with_zero(self, line: Line, code: str) -> str:
        """Give a code its leading zero back where the class beside it bears that out."""
        whole = "0" + code
        known = load_catalogue().by_code.get((self.namespace, whole[:4]))
        named = name_key(_split(line.cells.get("class"))[1] or line.text("name"))
        if len(code) not in (3, 5) or known is None or name_key(known.name) != named:
            return code
        line.tell("info", "code_zero", f"代码前面的 0 丢失，按 {whole} 读取", "无需处理", "code")
        return whole

    def _kind(self, code: str, name: str) -> str:
        known = load_catalogue().by_code.get((self.namespace, code))
        if known is not None and name_key(known.name) == name_key(name):
            return known.kind
        if len(code) == 2:
            return "gate"
        if self.namespace == GRADUATE:
            return self._graduate_kind(code)
        return "class" if len(code) == 4 else "major"

    def _graduate_kind(self, code: str) -> str:
        if len(code) == 4:
            return "professional" if code[2] in _PROFESSIONAL else "discipline"
        return "field" if code[2:3] and code[2] in _PROFESSIONAL else "second_level"

    def _parent(self, line: Line, kind: str, code: str, above: str) -> str:
        if kind == "gate":
            return ""
        gate_code, gate = _split(line.cells.get("gate"))
        gate_code = strip_code(code_of(line, "gate_code")) or gate_code
        if kind in ("class", "discipline", "professional"):
            gate_code = gate_code or self._gate_of(code)
            self._above(line, EditionRow(gate_code, gate, "gate", ""))
            return gate_code
        class_name = _split(line.cells.get("class"))[1]
        above = above or (code[:4] if code else self._code_named(class_name))
        gate_code = gate_code or self._gate_of(above)
        if class_name and above:
            self._above(line, EditionRow(gate_code, gate, "gate", ""))
            middle = self._graduate_kind(above) if self.namespace == GRADUATE else "class"
            self._above(line, EditionRow(above, class_name, middle, gate_code))
        return above

    def _code_named(self, name: str) -> str:
        nodes = [
            n for n in load_catalogue().named(self.level, name) if n.namespace == self.namespace
        ]
        return nodes[0].code if len(nodes) == 1 else ""

    def _gate_of(self, code: str) -> str:
        """Return the gate a class stands under in force; that of its digits for a new one."""
        known = load_catalogue().by_code.get((self.namespace, code))
        return known.parent_code if known is not None else code[:2]

    def _above(self, line: Line, row: EditionRow) -> None:
        """Keep a gate or class that only a column of its majors names."""
        if row.code and row.name:
            self.said.append(Said(line, row, "gate" if row.kind == "gate" else "class"))
            self.rows.setdefault((row.kind, row.code), row)

    def _enter(self, line: Line, row: EditionRow) -> None:
        key = (row.kind, row.code or f"{row.parent_code}:{name_key(row.name)}")
        if row.kind in LABEL_OF_KIND and row.code:
            self.said.append(Said(line, row, "name"))
        there = self.rows.get(key)
        if there is not None and name_key(there.name) != name_key(row.name):
            line.tell(
                "refuse",
                "code_twice",
                f"代码 {row.code} 在表中又用于“{there.name}”",
                "请对照目录改正其中一行",
                "code",
            )
            return
        same = self.by_name.setdefault((row.kind, name_key(row.name)), row.code)
        if same != row.code and row.kind not in ("second_level", "field"):
            reason = f"“{row.name}”在表中又用代码 {same or '（空）'}"
            line.tell("refuse", "name_twice", reason, "请对照目录改正其中一行", "name")
            return
        former = tuple(dict.fromkeys((*(there.former_names if there else ()), *row.former_names)))
        parent = row.parent_code or (there.parent_code if there else "")
        self.rows[key] = EditionRow(row.code, row.name, row.kind, parent, former, row.note)
        self.lines.setdefault(key, []).append(line)

    def _check_parents(self) -> None:
        """Refuse what stands under a class that neither the table nor the catalogue in force has."""
        codes = {row.code for row in self.rows.values()}
        known = load_catalogue().by_code
        for key, row in list(self.rows.items()):
            if row.kind == "gate" or row.parent_code in codes:
                continue
            if (self.namespace, row.parent_code) in known or not self.lines.get(key):
                continue
            what = f"专业类 {row.parent_code}" if row.parent_code else "专业类"
            for line in self.lines[key]:
                reason = f"表中和现行目录中都没有它的{what}"
                line.tell("refuse", "class_unknown", reason, "请补上专业类代码和名称", "name")
            del self.rows[key], self.lines[key]


class DirectoryJudge:
    """Reads lines of a province's directory, with codes of its own or with none."""

    def __init__(self, level: MajorLevel | None) -> None:
        self.level = level
        self.rows: dict[tuple[MajorLevel, str, str], DirectoryRow] = {}
        self.codes: dict[tuple[MajorLevel, str, str], str] = {}
        self.taken: list[tuple[Line, DirectoryRow]] = []

    def judge(self, lines: Sequence[Line]) -> tuple[DirectoryRow, ...]:
        """Judge every line and return the rows of the directory."""
        for line in lines:
            if line.is_data:
                self._line(line)
        return tuple(self._under_its_code(row) for row in self.rows.values())

    def _under_its_code(self, row: DirectoryRow) -> DirectoryRow:
        """Put a coded line whose class is left empty under the class its code begins with."""
        above = line_key("class", row.code[:-2])
        lost = row.kind == "major" and row.code and not row.parent
        known = (row.level, above, "") in self.rows
        return replace(row, parent=above) if lost and known else row

    def _line(self, line: Line) -> None:
        written, name = _code_and_name(line)
        found = _OWN_CODE.match(written)
        if not name:
            line.tell("refuse", "name_missing", "没有专业名称", "请补上名称", "code")
            return
        if written and not found:
            line.tell(
                "refuse", "code_wrong", "不是目录代码", "代码应为字母加数字，如 B030101", "code"
            )
            return
        code = found[1].upper() + found[2] if found else ""
        level = level_of(line.text("level")) or LEVEL_OF_LETTER.get(code[:1]) or self.level
        if level is None:
            line.tell(
                "refuse",
                "level_missing",
                "看不出是研究生、本科还是专科",
                "请加“层次”一列，或用 --level 指定",
            )
            return
        there = self.rows.get((level, line_key("major", code, name), ""))
        if code and there is not None and name_key(there.name) != name_key(name):
            reason = f"代码 {code} 在表中又用于“{there.name}”"
            line.tell("refuse", "code_twice", reason, "请对照目录改正其中一行", "code")
            return
        parent = self._line_above(line, level)
        row = DirectoryRow(level, "major", code, name, parent, _former(line, level))
        self.taken.append((line, row))
        self._enter(row)

    def _line_above(self, line: Line, level: MajorLevel) -> str:
        """Enter gate and class of a line, and return the key of the nearer one."""
        parent = ""
        for kind, column in (("gate", "gate"), ("class", "class")):
            code, name = _split(line.cells.get(column))
            code = code_of(line, f"{column}_code") or code
            if name:
                code = code or self.codes.get((level, kind, name_key(name)), "")
                if kind == "gate" and not code and not line.text("class"):
                    kind = "category"  # a list of names under 大类, as Jiangsu publishes it
                self.codes[level, kind, name_key(name)] = code
                self._enter(DirectoryRow(level, kind, code, name, parent))
                parent = line_key(kind, code, name)
        return parent

    def _enter(self, row: DirectoryRow) -> None:
        own = line_key(row.kind, row.code, row.name)
        # A coded line has one place; a name without a code may stand under several categories.
        key = (row.level, own, "" if row.code else row.parent)
        there = self.rows.get(key)
        former = tuple(dict.fromkeys((*(there.old_names if there else ()), *row.old_names)))
        parent = row.parent or (there.parent if there else "")
        self.rows[key] = DirectoryRow(row.level, row.kind, row.code, row.name, parent, former)
