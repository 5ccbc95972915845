"""A table of a national catalogue (专业目录) judged against the editions in force.

Which catalogue it belongs to is told by the names it has in common with those in force.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds import MajorLevel
from matcher.services import catalogues
from matcher.services.catalogue_outcomes import CHANGES, Outcome, Wishes
from matcher.services.catalogue_roofs import contradictions
from matcher.services.catalogue_rows import EditionJudge, level_of, mended_code
from matcher.services.catalogue_sheets import Line
from matcher.vocabulary.majors import load_catalogue, name_key, strip_code
from matcher.vocabulary.majors.catalogue import lay
from matcher.vocabulary.majors.editions import FAMILY, Change, EditionRow, EditionTable
from matcher.vocabulary.majors.nodes import LEVEL_OF_NAMESPACE, NAMESPACES_OF_LEVEL, Node
from matcher.vocabulary.majors.references import (
    COLLEGE,
    GRADUATE,
    NATIONAL,
    VOCATIONAL_BACHELOR,
)

SERIES = {
    NATIONAL: "undergraduate",
    GRADUATE: "graduate",
    VOCATIONAL_BACHELOR: "vocational-bachelor",
    COLLEGE: "college",
}
_WHOLE_SHARE = 0.8
"""A table with fewer of the names in force is a list of additions unless somebody says otherwise: the
editions of 2021 and 2025 kept over nine names in ten of those before them."""

_STATUS = {"added": "new", "moved": "changed", "renamed": "changed", "split": "changed"}


def judge_edition(
    session: Session, lines: list[Line], wishes: Wishes
) -> tuple[EditionTable, Outcome]:
    """Judge the lines of a national catalogue; nothing is stored.

    Raises
    ------
    InvalidInputError
        It cannot be told which catalogue the table belongs to.
    """
    namespace = _namespace(lines, wishes.level)
    _leave_out(lines, LEVEL_OF_NAMESPACE[namespace])
    since = wishes.valid_from or clock.today()
    _refuse_contradictions(session, namespace, lines, wishes, since)
    rows = EditionJudge(namespace)
    found = rows.judge(lines)
    whole, remarks = _whole(namespace, found, lines, wishes.whole)
    table = _named(session, EditionTable("", namespace, since, whole, found), wishes)
    others = [t for t in catalogues.stored_editions(session) if t.name != table.name]
    state = _state(session, table)
    changes = [] if state == "same" else lay((*others, table))[1][table.name]
    _mark(lines, rows, changes)
    outcome = Outcome("catalogue", table.name, namespace, table.valid_from, table.whole, lines)
    outcome.state, outcome.remarks = state, remarks
    outcome.changes = {what: [_told(c) for c in changes if c.what == what] for what in CHANGES}
    return table, outcome


def _refuse_contradictions(
    session: Session, namespace: str, lines: Sequence[Line], wishes: Wishes, since: dt.date
) -> None:
    """Refuse lines whose gate or class contradicts the code, so that nothing of them is taken.

    They are told on a trial, for until all lines are read nobody knows whether the table is whole. An
    edition that is to be replaced counts for nothing: its own mistake must not stand against the correction.
    """
    copies = [replace(line, problems=[]) for line in lines]
    line_of = {id(copy): line for copy, line in zip(copies, lines, strict=True)}
    trial = EditionJudge(namespace)
    found = trial.judge(copies)
    whole, _ = _whole(namespace, found, (), wishes.whole)
    stored = catalogues.stored_editions(session)
    before = [t for t in stored if t.name != wishes.edition and t.valid_from <= since]
    nodes = [node for node in lay(before)[0].nodes if node.namespace == namespace]
    for said, reason, remedy in contradictions(nodes, trial.said, whole=whole):
        line_of[id(said.line)].tell("refuse", "class_differs", reason, remedy, said.concept)


def _named(session: Session, table: EditionTable, wishes: Wishes) -> EditionTable:
    """Return the table under its name; one whose rows are stored already keeps what was said of it then."""
    twin = catalogues.stored_twin(session, table)
    if twin is not None and wishes.edition in (None, twin.name):
        return replace(
            table,
            name=twin.name,
            valid_from=wishes.valid_from or twin.valid_from,
            whole=twin.whole if wishes.whole is None else table.whole,
        )
    if wishes.edition is not None:
        return replace(table, name=wishes.edition)
    wanted = f"{SERIES[table.namespace]}-{table.valid_from.year}"
    name, number = wanted, 1
    while catalogues.stored_named(session, name) is not None:
        number += 1
        name = f"{wanted}-{number}"
    return replace(table, name=name)


def _state(session: Session, table: EditionTable) -> str:
    there = catalogues.stored_named(session, table.name)
    if there is None:
        return "new"
    same = (there.digest, there.valid_from, there.whole) == (
        catalogues.digest_of(table),
        table.valid_from,
        table.whole,
    )
    return "same" if same else "replaced"


def _namespace(lines: Sequence[Line], said: str | None) -> str:
    """Return the catalogue a table belongs to: as said, else the one it has most names of."""
    if said is not None:
        level = level_of(said)
        if level is None:
            raise InvalidInputError(
                "catalogue_level", f"不认识层次“{said}”。请写专科、本科、职业本科或研究生。"
            )
        vocational = level is MajorLevel.BACHELOR and ("职业" in said or "高职" in said)
        return NAMESPACES_OF_LEVEL[level][int(vocational)]
    levels = {level_of(line.text("level")) for line in lines if line.text("level")}
    allowed = [ns for ns, lv in LEVEL_OF_NAMESPACE.items() if not levels or lv in levels]
    hits = {namespace: _hits(lines, namespace) for namespace in allowed}
    best = sorted(hits, key=lambda namespace: -hits[namespace])
    clear = best and hits[best[0]] and (len(best) == 1 or hits[best[0]] > hits[best[1]])
    if len(levels) > 1 or not clear:
        raise InvalidInputError(
            "catalogue_level",
            "看不出这是哪个层次的目录。请用 --level 指定专科、本科、职业本科或研究生；"
            "几个层次在一个文件里时，每个层次导入一次。",
        )
    return best[0]


def _hits(lines: Sequence[Line], namespace: str) -> int:
    """Count what a table has in common with a catalogue: names, and codes under a class there is."""
    catalogue = load_catalogue()
    hits = 0
    for line in lines:
        words = [line.text(concept) for concept in ("name", "class")]
        hits += sum((namespace, name_key(word)) in catalogue.by_name for word in words if word)
        code = strip_code(mended_code(line.cells.get("code")))
        hits += len(code) > 2 and (namespace, code[:4]) in catalogue.by_code
    return hits


def _leave_out(lines: Sequence[Line], level: MajorLevel) -> None:
    """Leave rows of another level to an import of their own, and say so."""
    for line in lines:
        if line.is_data and (level_of(line.text("level")) or level) is not level:
            line.status = "not_data"
            line.tell("info", "level_other", "属于另一层次", "用 --level 另行导入", "level")


def _whole(
    namespace: str, rows: Sequence[EditionRow], lines: Sequence[Line], said: bool | None
) -> tuple[bool, list[str]]:
    """Return whether a table stands for the whole catalogue, and what to tell of it."""
    names: dict[str, set[str]] = {}
    for row in rows:
        names.setdefault(FAMILY[row.kind], set()).update(
            map(name_key, (row.name, *row.former_names))
        )
    nodes: list[Node] = [
        n
        for n in load_catalogue().nodes
        if n.namespace == namespace and FAMILY[n.kind] in names and n.valid_to is None
    ]
    kept = sum(name_key(n.name) in names[FAMILY[n.kind]] for n in nodes)
    whole = kept >= _WHOLE_SHARE * len(nodes) if said is None else said
    remarks = []
    if whole and any(line.status == "refused" for line in lines):
        whole = False
        remarks.append("有未采用的行，本次只增改、不停用任何专业；改正后再导入一次即可。")
    elif not whole and said is None:
        remarks.append(
            f"表中只有现行目录 {len(nodes)} 个名称中的 {kept} 个，按增补处理，不停用任何专业；"
            "如是完整目录，请加 --complete。"
        )
    return whole, remarks


def _mark(lines: Sequence[Line], judge: EditionJudge, changes: Sequence[Change]) -> None:
    status = {new.key: _STATUS.get(c.what, "changed") for c in changes for new in c.new}
    for key, row in judge.rows.items():
        node_key = (judge.namespace, row.code or f"n:{row.parent_code}:{name_key(row.name)}")
        for line in judge.lines.get(key, ()):
            line.status = status.get(node_key, "same")


def _told(change: Change) -> dict[str, object]:
    node = change.old or change.new[0]
    told: dict[str, object] = {"code": node.code, "name": node.name, "class": node.parent_code}
    if change.old is not None and change.new:
        told["becomes"] = [
            {"code": n.code, "name": n.name, "class": n.parent_code} for n in change.new
        ]
        told["certain"] = change.certain
    return told
