"""Names as an issuer's reference directory means them (专业参考目录), where one is given.

A class of a directory has members of its own, so it admits their names and nothing by national code. The
way back to the national catalogues is by name alone.
"""

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors.catalogue import Node
from matcher.vocabulary.majors.directories import Directory
from matcher.vocabulary.majors.directory_entries import Entry
from matcher.vocabulary.requirements import keys
from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.item import Item
from matcher.vocabulary.requirements.readings import Grant, LevelReading

_GROUPS = frozenset({"gate", "category", "class"})


def resolve_under(build: LevelBuilder, item: Item, said: str) -> bool:
    """Read an item as the directory of this reading means it; False where it lists no such name."""
    directory = build.lexicon.directory
    if directory is None:
        return False
    entries = _entries(directory, build.level, item)
    sure = bool(entries)
    if not entries and item.codes and item.name:
        entries = _chosen(directory.entry(build.level, item.name), item)
    for entry in entries:
        _grant(build, directory, entry, said, sure=sure)
    return bool(entries)


def _entries(directory: Directory, level: MajorLevel, item: Item) -> list[Entry]:
    if not item.codes:
        return _chosen(directory.entry(level, item.name), item)
    found: list[Entry] = []
    for code in dict.fromkeys(item.codes):
        found += [e for e in directory.entry(level, item.name, code) if e not in found]
    return _chosen(found, item)


def _chosen(entries: list[Entry], item: Item) -> list[Entry]:
    """Of 法学 as gate, class and major the narrowest, unless a note says that gates are meant."""
    gates = [entry for entry in entries if entry.kind == "gate"]
    if item.hint == "gate" and gates:
        return gates
    groups = [entry for entry in entries if entry.kind in ("class", "category")]
    majors = [entry for entry in entries if entry.kind == "major"]
    by_form = groups if item.name.endswith("类") else majors
    return by_form or groups or majors or gates


def _grant(
    build: LevelBuilder, directory: Directory, entry: Entry, said: str, *, sure: bool
) -> None:
    how = "class" if entry.kind in _GROUPS else "major"
    nested = _nested_names(directory, entry, build.level)
    for name in directory.names_of(entry, build.level):
        # A category that lists another category: whether all of that is meant, its issuer knows.
        build.grant(f"n:{name}", said, how=how, sure=sure and name not in nested)
    for name in directory.doubtful_names_of(entry, build.level):
        build.grant(f"n:{name}", said, how="directory_part", sure=False)
    twins = directory.national(entry)
    if entry.kind == "category" or (how == "class" and not twins):
        build.note("dir_categories", f"{directory.issuer}{directory.year}:{entry.name}")
    elif not twins:
        build.note("names", entry.name)
    for node in twins:
        _grant_national(build, node, said, sure=sure)


def _nested_names(directory: Directory, entry: Entry, level: MajorLevel) -> frozenset[str]:
    """Return the names a category admits only through another category among its members."""
    inner: set[str] = set()
    direct: set[str] = set()
    for member in entry.members if entry.kind == "category" else ():
        names = directory.names_of(member, level)
        (inner if member.kind == "category" else direct).update(names)
    return frozenset(inner - direct)


def _grant_national(build: LevelBuilder, node: Node, said: str, *, sure: bool) -> None:
    """Admit the national row of the same name: certain for a discipline or major, whose name it is."""
    by_name = node.kind in ("discipline", "professional", "major", "field", "second_level")
    if by_name:
        build.grant_node(node, said, sure=sure)
    else:
        build.publish(node)


def exclude_under(build: LevelBuilder, name: str, raw: str) -> bool:
    """Bar all a directory files under a name; False where it lists no such name."""
    directory = build.lexicon.directory
    entries = directory.entry(build.level, name) if directory else []
    for entry in entries if directory else ():
        for member in directory.names_of(entry, build.level) if directory else ():
            build.exclude(keys.name(member), raw)
    return bool(entries)


def under_unknown_directory(reading: LevelReading, directory: str) -> LevelReading:
    """Under a directory not at hand, class words and silence decide nothing."""
    if reading.unlimited:
        return reading
    unsure = {
        key: Grant(Verdict.MAYBE, "directory_unknown", grant.words) if key[0] in "gc" else grant
        for key, grant in reading.grants.items()
    }
    fallback = Grant(Verdict.MAYBE, "directory_unknown", directory)
    return LevelReading(
        **{
            **{name: getattr(reading, name) for name in reading.__dataclass_fields__},
            "grants": unsure,
            "fallback": fallback,
        }
    )
