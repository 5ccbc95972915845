"""The catalogues read from the dated tables under `vocabulary/data`, with their lookups.

Names are looked up within a level, codes within a namespace. Old names lead to new ones through
`majors_successors.csv`; where one old name became several, all of them are returned and nobody
but a person may choose.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors.references import (
    COLLEGE,
    GRADUATE,
    NAMESPACE_OF_LEVEL,
    NATIONAL,
    VOCATIONAL_BACHELOR,
    MajorRef,
    name_key,
    strip_code,
)

TABLES = {
    "majors_undergraduate_2025.csv": NATIONAL,
    "majors_graduate_2022.csv": GRADUATE,
    "majors_graduate_second_level.csv": GRADUATE,
    "majors_vocational_bachelor_2021.csv": VOCATIONAL_BACHELOR,
    "majors_college_2021.csv": COLLEGE,
}
LEAF_KINDS = frozenset({"major", "discipline", "professional", "field", "second_level"})
NAMESPACES_OF_LEVEL = {
    MajorLevel.BACHELOR: (NATIONAL, VOCATIONAL_BACHELOR),
    MajorLevel.GRADUATE: (GRADUATE,),
    MajorLevel.COLLEGE: (COLLEGE,),
}


@dataclass(frozen=True, slots=True)
class Node:
    """One row of a catalogue: a gate (门类/大类), class (类), major, discipline or field."""

    edition: str
    namespace: str
    level: MajorLevel
    code: str
    name: str
    kind: str
    parent_code: str
    note: str


@dataclass(frozen=True, slots=True)
class Successor:
    """What an old name became; `certain` is False where a person has to choose."""

    name: str
    code: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Alias:
    """A word in no catalogue and what issuers mean by it (财会审计类)."""

    kind: str
    target: str
    certain: bool


@dataclass
class Catalogue:
    """All catalogues together. Build it with `load_catalogue`."""

    nodes: list[Node] = field(default_factory=list)
    by_code: dict[tuple[str, str], Node] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[Node]] = field(default_factory=lambda: defaultdict(list))
    children: dict[tuple[str, str], list[Node]] = field(default_factory=lambda: defaultdict(list))
    successors: dict[tuple[MajorLevel, str], list[Successor]] = field(
        default_factory=lambda: defaultdict(list)
    )
    aliases: dict[tuple[MajorLevel, str], list[Alias]] = field(
        default_factory=lambda: defaultdict(list)
    )
    disciplines_of_class: dict[str, list[tuple[str, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, node: Node) -> None:
        """Enter one row into every index."""
        self.nodes.append(node)
        if node.code:
            self.by_code.setdefault((node.namespace, node.code), node)
        self.by_name[node.namespace, name_key(node.name)].append(node)
        if node.parent_code:
            self.children[node.namespace, node.parent_code].append(node)

    def named(self, level: MajorLevel, name: str) -> list[Node]:
        """Every node of a level with this name, national before vocational."""
        key = name_key(name)
        return [n for ns in NAMESPACES_OF_LEVEL[level] for n in self.by_name.get((ns, key), ())]

    def coded(self, level: MajorLevel, code: str) -> Node | None:
        """Return the node of a level with this code, T and K ignored."""
        digits = strip_code(code)
        for namespace in NAMESPACES_OF_LEVEL[level]:
            if node := self.by_code.get((namespace, digits)):
                return node
        return None

    def children_of(self, namespace: str, code: str) -> list[Node]:
        """Return the rows directly under a gate or class, in catalogue order."""
        return list(self.children.get((namespace, code), ()))

    def leaves(self, level: MajorLevel | None = None) -> list[MajorRef]:
        """Return every major, discipline and field as a `MajorRef`, in catalogue order."""
        return [
            self.ref(node)
            for node in self.nodes
            if node.kind in LEAF_KINDS and level in (None, node.level)
        ]

    def ref(self, node: Node) -> MajorRef:
        """Return the reference of a leaf (or class, or gate), with its class and gate."""
        line = [node, *self._above(node)]
        kinds = ("class", "discipline", "professional")
        class_node = next((n for n in line if n.kind in kinds), None)
        gate = next((n for n in line if n.kind == "gate"), None)
        code = node.code or node.parent_code
        return MajorRef(
            level=node.level,
            namespace=node.namespace,
            code=code if node.namespace == GRADUATE else node.code,
            name=node.name,
            class_code=class_node.code if class_node else "",
            class_name=class_node.name if class_node else "",
            gate_code=gate.code if gate else "",
            gate_name=gate.name if gate else "",
        )

    def edition_of(self, major: MajorRef) -> str:
        """Return the edition of the catalogue a major stands in; "" for one that no catalogue knows."""
        node = self.by_code.get((major.namespace, major.code))
        return node.edition if node else ""

    def find(
        self, level: MajorLevel, name: str, code: str | None = None, *, edition: str | None = None
    ) -> MajorRef | None:
        """Find the leaf a graduate means; a name wins over a code that says something else.

        Old names are followed where they became exactly one new major.
        """
        leaves = [n for n in self.named(level, name) if n.kind in LEAF_KINDS]
        if edition is not None:
            leaves = [n for n in leaves if n.edition == edition]
        digits = strip_code(code)
        for node in leaves:
            if digits and digits in (node.code, node.parent_code):
                return self.ref(node)
        for node in leaves:
            # A vocational row whose own code is not vouched for is told by its class.
            if len(digits) == 6 and not node.code and digits[:4] == node.parent_code:
                return self.ref(node)
        if leaves and not (level is MajorLevel.GRADUATE and digits):
            return self.ref(leaves[0])
        if level is MajorLevel.GRADUATE and digits:
            return self._graduate_under(name, digits)
        known = self.successors.get((level, name_key(name)), ())
        if len(known) == 1 and known[0].certain and known[0].code:
            return self.ref(self.by_code[NAMESPACE_OF_LEVEL[level], known[0].code])
        return None

    def _graduate_under(self, name: str, digits: str) -> MajorRef | None:
        """Reference for a self-set graduate major: its own name under the discipline coded."""
        digits = ALIAS_CODES.get(digits, digits)
        parent = self.by_code.get((GRADUATE, digits)) or self.by_code.get((GRADUATE, digits[:4]))
        if parent is None:
            return None
        ref = self.ref(parent)
        code = digits if parent.code == digits else parent.code
        return MajorRef(
            level=ref.level,
            namespace=ref.namespace,
            code=code,
            name=name,
            class_code=ref.class_code,
            class_name=ref.class_name,
            gate_code=ref.gate_code,
            gate_name=ref.gate_name,
        )

    def _above(self, node: Node) -> Iterator[Node]:
        code = node.parent_code
        while code and (parent := self.by_code.get((node.namespace, code))):
            yield parent
            code = parent.parent_code


# Other codes under which the same discipline is or was awarded (学位授予和人才培养学科目录 2011,
# 2018, 2022): a discipline that may be awarded in two gates carries a code in each.
ALIAS_CODES: Mapping[str, str] = {
    "0270": "0714",
    "0257": "1257",
    "0871": "1201",
    "1010": "1058",
    "0834": "0862",
    "1305": "1403",
    "0771": "0402",
    "0772": "0801",
    "0773": "0805",
    "0774": "0809",
    "0775": "0812",
    "0776": "0830",
    "0777": "0831",
    "0778": "1001",
    "0779": "1004",
    "0780": "1007",
    "0781": "1008",
    "0784": "0401",
    "0785": "0712",
    "0786": "0705",
    "0787": "0830",
    "0788": "1001",
    "0870": "0712",
    "0872": "1403",
}


def _rows(name: str) -> list[dict[str, str]]:
    table = files("matcher.vocabulary.data").joinpath(name)
    if not table.is_file():
        return []
    return list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))


def _nodes(table: str, namespace: str) -> Iterable[Node]:
    for row in _rows(table):
        yield Node(
            edition=row["edition"],
            namespace=namespace,
            level=MajorLevel(row["level"]),
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            parent_code=row["parent_code"],
            note=row["note"],
        )


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Read every table once per process; about 4,000 rows, 30 ms."""
    catalogue = Catalogue()
    for table, namespace in TABLES.items():
        for node in _nodes(table, namespace):
            catalogue.add(node)
    for row in _rows("majors_successors.csv"):
        key = (MajorLevel(row["level"]), name_key(row["old_name"]))
        certain = row["certainty"] == "one"
        catalogue.successors[key].append(Successor(row["new_name"], row["new_code"], certain))
    for row in _rows("majors_aliases.csv"):
        alias_key = (MajorLevel(row["level"]), name_key(row["alias"]))
        alias = Alias(row["kind"], row["target"], row["certainty"] == "yes")
        catalogue.aliases[alias_key].append(alias)
    for row in _rows("majors_class_disciplines.csv"):
        related = (row["discipline_code"], row["relation"] == "equal")
        catalogue.disciplines_of_class[row["class_code"]].append(related)
    return catalogue
