"""Search box for majors: by name, code, pinyin initials, old name, or with a typo."""

from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from rapidfuzz import fuzz, process

from matcher.vocabulary.majors.catalogue import LEAF_KINDS, load_catalogue
from matcher.vocabulary.majors.references import MajorRef, name_key, strip_code

# Below this likeness (0..100) two names are rather two majors than one with a typo.
TYPO_FLOOR = 60.0


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer of the search box; `why` is code, name, initials, old_name or typo."""

    ref: MajorRef
    why: str


@lru_cache(maxsize=1)
def _index() -> tuple[list[MajorRef], list[str], list[str]]:
    catalogue = load_catalogue()
    refs = [catalogue.ref(node) for node in catalogue.nodes if node.kind in LEAF_KINDS]
    names = [name_key(ref.name) for ref in refs]
    initials = ["".join(lazy_pinyin(n, style=Style.FIRST_LETTER)).lower() for n in names]
    return refs, names, initials


def _by_old_name(key: str) -> list[Hit]:
    catalogue = load_catalogue()
    hits = []
    for (level, old), successors in catalogue.successors.items():
        if old == key:
            found = [catalogue.find(level, s.name) for s in successors]
            hits += [Hit(ref, "old_name") for ref in found if ref is not None]
    return hits


def search(query: str, limit: int = 20) -> list[Hit]:
    """Find majors for what a person types, best kind of answer first; "" finds nothing."""
    key = name_key(query)
    if not key:
        return []
    refs, names, initials = _index()
    order = range(len(refs))
    digits = strip_code(query)
    low = key.lower()
    hits = [Hit(refs[i], "code") for i in order if digits and refs[i].code.startswith(digits)]
    hits += [Hit(refs[i], "name") for i in order if names[i] == key]
    hits += _by_old_name(key)
    hits += [Hit(refs[i], "name") for i in order if names[i].startswith(key)]
    hits += [Hit(refs[i], "name") for i in order if key in names[i]]
    if low.isascii() and low.isalpha():
        hits += [Hit(refs[i], "initials") for i in order if initials[i] == low]
        hits += [Hit(refs[i], "initials") for i in order if initials[i].startswith(low)]
    elif len(set(hits)) < limit and not digits:
        near = process.extract(key, names, scorer=fuzz.ratio, limit=limit, score_cutoff=TYPO_FLOOR)
        hits += [Hit(refs[i], "typo") for _, _, i in near]
    unique: dict[MajorRef, Hit] = {}
    for hit in hits:
        unique.setdefault(hit.ref, hit)
    return list(unique.values())[:limit]
