"""The catalogues read from the dated tables under `vocabulary/data`, with their lookups.

Names are looked up within a level, codes within a namespace. Old names lead to new ones through
`majors_successors.csv`; where one old name became several, all of them are returned and nobody
but a person may choose. Newer editions an installation imported are laid over the shipped tables
(`editions`): process-wide, because a reading is a pure function of its arguments everywhere else, and
because two editions must never be in force at once in one process. Whatever rests on the catalogues is
cached with `catalogue_cache` and forgotten when another set is adopted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors.caches import catalogue_cache, forget
from matcher.vocabulary.majors.editions import Change, EditionTable, Succession
from matcher.vocabulary.majors.nodes import (
    LEAF_KINDS,
    NAMESPACES_OF_LEVEL,
    Alias,
    Node,
    Place,
    Successor,
)
from matcher.vocabulary.majors.other_codes import ALIAS_CODES
from matcher.vocabulary.majors.references import (
    GRADUATE,
    NAMESPACE_OF_LEVEL,
    NATIONAL,
    MajorRef,
    name_key,
    strip_code,
)
from matcher.vocabulary.majors.shipped import Words, shipped_nodes, shipped_words

__all__ = [
    "ALIAS_CODES",
    "LEAF_KINDS",
    "NAMESPACES_OF_LEVEL",
    "Alias",
    "Catalogue",
    "Node",
    "Place",
    "Successor",
    "adopt_editions",
    "lay",
    "load_catalogue",
]

_adopted: list[EditionTable] = []


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
    former: list[Node] = field(default_factory=list)
    """Rows of editions that newer ones replaced, with the day they ended and what they became."""
    places: dict[tuple[str, str], list[Place]] = field(default_factory=dict)
    editions: tuple[str, ...] = ()
    """Names of the adopted editions, oldest first."""
    _named: dict[tuple[MajorLevel, str], list[Node]] = field(default_factory=dict, repr=False)
    _keys: set[str] = field(default_factory=set, repr=False)
    """Folded names of every row: most words that are looked up are none of them."""

    def add(self, node: Node) -> None:
        """Enter one row into every index."""
        self.nodes.append(node)
        if node.code:
            self.by_code.setdefault((node.namespace, node.code), node)
        self.by_name[node.namespace, name_key(node.name)].append(node)
        self._keys.add(name_key(node.name))
        self._named.clear()
        if node.parent_code:
            self.children[node.namespace, node.parent_code].append(node)

    def named(self, level: MajorLevel, name: str) -> list[Node]:
        """Every node of a level with this name, national before vocational."""
        key = name_key(name)
        if key not in self._keys:
            return []
        found = self._named.get((level, key))
        if found is None:
            spaces = NAMESPACES_OF_LEVEL[level]
            found = [n for ns in spaces for n in self.by_name.get((ns, key), ())]
            self._named[level, key] = found
        return list(found)

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

    def former_places(self, node: Node) -> list[Place]:
        """Return the classes and gates earlier editions put this major in, in today's codes.

        A requirement that names one of them does not settle the matter: who studied before the move
        belonged there, and an issuer may still mean it. It is to be confirmed.
        """
        return list(self.places.get(node.key, ()))

    def former_places_of(self, major: MajorRef) -> list[Place]:
        """Return the former places of a graduate's major; none for one no catalogue knows."""
        node = self.by_code.get((major.namespace, major.code))
        return self.former_places(node) if node and node.kind in LEAF_KINDS else []

    def relatives_of(self, discipline: str) -> list[str]:
        """Return the codes of the degrees that the same 本科 classes lead to as a discipline."""
        found: dict[str, None] = {}
        for related in self.disciplines_of_class.values():
            codes = [code for code, _ in related]
            if discipline in codes:
                found.update(dict.fromkeys(code for code in codes if code != discipline))
        return list(found)

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
            leaves = [n for n in (*leaves, *self._former(level, name)) if n.edition == edition]
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
            return self._coded(level, known[0].code)
        return None

    def _coded(self, level: MajorLevel, code: str) -> MajorRef | None:
        node = self.coded(level, code)
        return self.ref(node) if node else None

    def _former(self, level: MajorLevel, name: str) -> list[Node]:
        key = name_key(name)
        return [
            n
            for n in self.former
            if n.level is level and n.kind in LEAF_KINDS and name_key(n.name) == key
        ]

    def _graduate_under(self, name: str, digits: str) -> MajorRef | None:
        """Reference for a self-set graduate major: its own name under the discipline coded."""
        digits = ALIAS_CODES.get(digits, digits)
        over = ALIAS_CODES.get(digits[:4], digits[:4])
        parent = self.by_code.get((GRADUATE, digits)) or self.by_code.get((GRADUATE, over))
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


def adopt_editions(tables: tuple[EditionTable, ...]) -> None:
    """Lay imported editions over the shipped ones; replaces those adopted before in this process."""
    ordered = sorted(tables, key=lambda table: (table.valid_from, table.name))
    if _adopted != ordered:
        _adopted[:] = ordered
        forget()


def lay(tables: Iterable[EditionTable]) -> tuple[Succession, dict[str, list[Change]]]:
    """Lay editions over the shipped catalogues; also return what each of them changes."""
    succession = Succession(list(shipped_nodes()))
    ordered = sorted(tables, key=lambda table: (table.valid_from, table.name))
    return succession, {table.name: succession.adopt(table) for table in ordered}


def _enter_words(catalogue: Catalogue, words: Words, succession: Succession) -> None:
    """Enter old names, aliases and class words, their codes said in today's."""
    codes, by_code = succession.codes, catalogue.by_code

    def today(namespace: str, code: str, name: str = "") -> str:
        node = by_code.get((namespace, code))
        if not name or node is None or name_key(node.name) != name_key(name):
            code = codes.get((namespace, code), code)
        return code if (namespace, code) in by_code else ""

    for (level, old), successor in words.successors:
        code = today(NAMESPACE_OF_LEVEL[level], successor.code, successor.name)
        kept = replace(successor, code=code, certain=successor.certain and bool(code))
        catalogue.successors[level, old].append(kept if successor.code else successor)
    for old_node, successor in succession.renamed:
        catalogue.successors[old_node.level, name_key(old_node.name)].append(successor)
    for (level, word), alias in words.aliases:
        code = today(NAMESPACE_OF_LEVEL[level], alias.target) or alias.target
        catalogue.aliases[level, word].append(replace(alias, target=code))
    for class_code, class_name, discipline, name, equal in words.disciplines:
        above, below = today(NATIONAL, class_code, class_name), today(GRADUATE, discipline, name)
        if above and below:
            catalogue.disciplines_of_class[above].append((below, equal))
    for (namespace, code), now in codes.items():
        # A code that moved still leads to its major, unless another major carries it now.
        if now and (namespace, now) in by_code:
            by_code.setdefault((namespace, code), by_code[namespace, now])


@catalogue_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Return the shipped tables with the adopted editions over them; read once, some 40 ms.

    The one access to the catalogues: whoever keeps what it returned keeps an old edition.
    """
    succession, _ = lay(_adopted)
    catalogue = Catalogue(former=succession.former, places=dict(succession.places))
    catalogue.editions = tuple(table.name for table in _adopted)
    for node in succession.nodes:
        catalogue.add(node)
    _enter_words(catalogue, shipped_words(), succession)
    return catalogue
