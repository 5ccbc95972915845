"""Editions of a catalogue (版次): what a newer one keeps, moves, renames, splits, adds and drops.

Shipped tables are the first editions; an installation adopts newer ones it imported. A reading must not turn
into a silent "no" because a ministry moved a major, so nothing is forgotten:

- the same name under another code has **moved**: the old code still leads to it, and the class it stood in
  is remembered as a former place;
- a name the newer edition gives as a former name (曾用名) is **renamed**, or **split** where several
  rows give it: then only a person can choose;
- the same code with another name is **renamed** too, but never for certain: codes have been
  given to other majors before (2012, 2021);
- what an edition no longer has is **gone**, yet stays recognised with the day it ended: people hold its
  degree, and it belongs where it belonged. Only where its code now is another row's, it leaves the indexes.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from matcher.vocabulary.majors.nodes import LEAF_KINDS, LEVEL_OF_NAMESPACE, Node, Place, Successor
from matcher.vocabulary.majors.references import name_key

# Kinds that are listed together: an edition replaces only the families it has rows of, so that a new
# list of disciplines leaves the fields and second-level names alone.
FAMILY = {
    "gate": "gate",
    "class": "class",
    "major": "major",
    "discipline": "discipline",
    "professional": "discipline",
    "field": "field",
    "second_level": "second_level",
}


@dataclass(frozen=True, slots=True)
class EditionRow:
    """One row of an edition; `former_names` are the names it had before, as the table gives them."""

    code: str
    name: str
    kind: str
    parent_code: str
    former_names: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class EditionTable:
    """One edition of one namespace. `whole` is False for a list of additions (增补): it drops nothing."""

    name: str
    namespace: str
    valid_from: dt.date
    whole: bool
    rows: tuple[EditionRow, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What an edition does to one row: added, gone, moved, renamed, split or completed (code known)."""

    what: str
    old: Node | None
    new: tuple[Node, ...]
    certain: bool = True


@dataclass
class Succession:
    """The catalogues while editions are laid over one another, oldest first."""

    nodes: list[Node]
    former: list[Node] = field(default_factory=list)
    places: dict[tuple[str, str], list[Place]] = field(default_factory=lambda: defaultdict(list))
    codes: dict[tuple[str, str], str] = field(default_factory=dict)
    """Old code → the one code it became, for certain; "" where that cannot be said."""
    renamed: list[tuple[Node, Successor]] = field(default_factory=list)

    def adopt(self, table: EditionTable) -> list[Change]:
        """Lay one edition over what is there, and tell what it changes."""
        changes = compare(self.nodes, table)
        before = {node.key: node for node in self.nodes if node.namespace == table.namespace}
        taken = {row.code for row in table.rows if row.code}
        self._note_codes(changes, table, taken)
        for change in changes:
            if change.old is not None and change.new:
                self._note_places(change, before)
        self._note_names(changes)
        self._replace(changes, table, taken)
        return [change for change in changes if change.what != "same"]

    def _note_codes(self, changes: Sequence[Change], table: EditionTable, taken: set[str]) -> None:
        for change in changes:
            if change.old is None or not change.old.code:
                continue
            one = change.new[0].code if len(change.new) == 1 and change.certain else ""
            if change.old.code not in {n.code for n in change.new} and (
                change.new or change.old.code in taken
            ):
                self.codes[table.namespace, change.old.code] = one

    def _note_places(self, change: Change, before: dict[tuple[str, str], Node]) -> None:
        """Remember where a major stood, said in today's codes, if it stands somewhere else now."""
        old = change.old
        if old is None or old.kind in ("gate", "class"):
            return
        stood = [*self.places.get(old.key, ())]
        if place := self._place(old, before):
            stood.append(place)
        for new in change.new:
            for place in stood:
                here = new.parent_code == (place.class_code or place.gate_code)
                if not here and place not in self.places[new.key]:
                    self.places[new.key].append(place)

    def _place(self, old: Node, before: dict[tuple[str, str], Node]) -> Place | None:
        above = self._today(old.namespace, old.parent_code)
        if FAMILY[old.kind] == "discipline":
            return Place(old.namespace, "", above) if above else None
        parent = before.get((old.namespace, old.parent_code))
        gate = self._today(old.namespace, parent.parent_code) if parent else ""
        return Place(old.namespace, above, gate) if above else None

    def _today(self, namespace: str, code: str) -> str:
        return self.codes.get((namespace, code), code)

    def _note_names(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.what in ("renamed", "split") and change.old is not None:
                sure = change.certain and len(change.new) == 1
                self.renamed += [
                    (change.old, Successor(new.name, new.code, sure)) for new in change.new
                ]

    def _replace(self, changes: Sequence[Change], table: EditionTable, taken: set[str]) -> None:
        ended: list[Node] = []
        for change in changes:
            if change.old is None or change.what in ("same", "completed"):
                continue
            codes = tuple(new.code or new.name for new in change.new)
            old = replace(change.old, valid_to=table.valid_from, successors=codes)
            self.former.append(old)
            if change.what == "gone":
                ended += self._ended(old, taken)
        touched = {change.old.key for change in changes if change.old is not None}
        at = next((i for i, n in enumerate(self.nodes) if n.key in touched), len(self.nodes))
        tail = [n for n in self.nodes[at:] if n.key not in touched]
        self.nodes = [*self.nodes[:at], *_nodes(table), *ended, *tail]

    def _ended(self, old: Node, taken: set[str]) -> list[Node]:
        """Return the row that keeps what is gone recognised; a class only while its code is its own."""
        parent = self._today(old.namespace, old.parent_code)
        if old.code not in taken:
            return [replace(old, parent_code=parent)]
        return [replace(old, code="", parent_code=parent)] if old.kind in LEAF_KINDS else []


def _nodes(table: EditionTable) -> Iterable[Node]:
    level = LEVEL_OF_NAMESPACE[table.namespace]
    for row in table.rows:
        yield Node(
            edition=table.name,
            namespace=table.namespace,
            level=level,
            code=row.code,
            name=row.name,
            kind=row.kind,
            parent_code=row.parent_code,
            note=row.note,
            valid_from=table.valid_from,
        )


def compare(nodes: Sequence[Node], table: EditionTable) -> list[Change]:
    """Tell what an edition changes, row by row; "same" where it changes nothing but the edition."""
    return _Comparison(nodes, table).changes()


class _Comparison:
    """One edition beside the rows in force."""

    def __init__(self, nodes: Sequence[Node], table: EditionTable) -> None:
        self.table = table
        families = {FAMILY[row.kind] for row in table.rows}
        self.current = [
            n for n in nodes if n.namespace == table.namespace and FAMILY[n.kind] in families
        ]
        self.new = list(_nodes(table))
        self.by_name: dict[tuple[str, str], list[Node]] = defaultdict(list)
        self.by_code: dict[tuple[str, str], Node] = {}
        self.by_former: dict[tuple[str, str], list[Node]] = defaultdict(list)
        for node, row in zip(self.new, table.rows, strict=True):
            self.by_name[FAMILY[node.kind], name_key(node.name)].append(node)
            self.by_code[FAMILY[node.kind], node.code] = node
            for former in row.former_names:
                self.by_former[FAMILY[node.kind], name_key(former)].append(node)
        self.names = {(FAMILY[n.kind], name_key(n.name)) for n in self.current}

    def changes(self) -> list[Change]:
        found = [change for node in self.current if (change := self._fate(node))]
        reached = {new.key for change in found for new in change.new}
        return [*found, *(Change("added", None, (n,)) for n in self.new if n.key not in reached)]

    def _fate(self, old: Node) -> Change | None:
        key = (FAMILY[old.kind], name_key(old.name))
        if twins := self.by_name.get(key):
            return self._kept(old, twins)
        if heirs := self.by_former.get(key):
            one = len(heirs) == 1
            return Change("renamed" if one else "split", old, tuple(heirs), certain=one)
        same_code = self.by_code.get((key[0], old.code)) if old.code else None
        if same_code and (key[0], name_key(same_code.name)) not in self.names:
            return Change("renamed", old, (same_code,), certain=False)
        return Change("gone", old, ()) if self.table.whole else None

    def _kept(self, old: Node, twins: list[Node]) -> Change:
        near = [n for n in twins if n.code == old.code and n.parent_code == old.parent_code]
        near = near or [n for n in twins if n.parent_code == old.parent_code]
        near = near or [n for n in twins if n.code == old.code] or twins
        new = near[0]
        if new.parent_code == old.parent_code and new.code and not old.code:
            return Change("completed", old, (new,))
        if new.parent_code == old.parent_code and new.code in (old.code, ""):
            return Change("same", old, (new,))
        return Change("moved", old, (new,))
