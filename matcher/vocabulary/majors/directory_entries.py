"""The lines of a reference directory (专业参考目录), and the forms a name is known by."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors.directory_rows import DirectoryRow, line_key
from matcher.vocabulary.majors.references import name_key

# What directories write behind a name that is no part of it: 金融学（含：保险学）, 统计学（部分）.
_ADDED = re.compile(r"\((?:含|可注明|分|部分|专业硕士|学术硕士)[^()]*\)")
# 法律（法学） and 法律（非法学） are the two tracks of one degree; graduates write 法律.
_TRACK = re.compile(r"^(法律(?:硕士)?)\(非?法学\)$")
_DEGREE = re.compile(r"硕士(?:\([^()]*\))?$")

Key = tuple[MajorLevel, str]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One line of a directory with everything under it. Kinds: gate, category, class, major."""

    level: MajorLevel
    code: str
    name: str
    kind: str
    members: tuple["Entry", ...] = ()
    old_names: tuple[str, ...] = ()

    def majors(self) -> Iterable["Entry"]:
        """Give the majors under this line (itself, if it is one), once each."""
        found: dict[Entry, None] = {}
        for member in self.members:
            found.update(dict.fromkeys(member.majors()))
        return [self] if self.kind == "major" else list(found)

    def inside(self) -> Iterable["Entry"]:
        """Give this line and every line under it."""
        return [self, *(line for member in self.members for line in member.inside())]


def forms(name: str) -> tuple[str, ...]:
    """Return the folded forms a name is known by, as written first: without notes, without 硕士.

    新闻与传播硕士（专业硕士） is what a graduate writes as 新闻与传播; 法学（法务会计） stays whole.
    """
    written = name_key(name)
    plain = _ADDED.sub("", written)
    found = [written, plain, _TRACK.sub(r"\1", plain)]
    if "硕士" in plain:
        found += [plain.replace("硕士", "", 1), _DEGREE.sub("", plain)]
    return tuple(form for form in dict.fromkeys(found) if form)


class Tree:
    """Rows grouped into lines, each with what stands under it."""

    def __init__(self, rows: Iterable[DirectoryRow]) -> None:
        self.rows: dict[Key, DirectoryRow] = {}
        self.old: dict[Key, dict[str, None]] = defaultdict(dict)
        self.under: dict[Key, dict[Key, None]] = defaultdict(dict)
        self.built: dict[Key, Entry] = {}
        for row in rows:
            key = (row.level, line_key(row.kind, row.code, row.name))
            self.rows.setdefault(key, row)
            self.old[key].update(dict.fromkeys(row.old_names))
            if row.parent:
                self.under[row.level, row.parent][key] = None

    def entries(self) -> tuple[Entry, ...]:
        """Return every line, in the order of the rows."""
        return tuple(self._build(key, ()) for key in self.rows)

    def _build(self, key: Key, above: tuple[Key, ...]) -> Entry:
        if key not in self.built:
            row = self.rows[key]
            line = (*above, key)
            members = [self._build(k, line) for k in self.under.get(key, ()) if k not in line]
            self.built[key] = Entry(
                row.level, row.code, row.name, row.kind, tuple(members), tuple(self.old[key])
            )
        return self.built[key]
