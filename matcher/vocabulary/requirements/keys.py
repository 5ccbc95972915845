"""Keys: how a reading and a student are compared.

A reading grants or excludes keys, a student carries keys; both sides build them here. `g:` gate,
`c:` class or discipline, `m:` major or field, each with its namespace; `n:` name; `r:` name within
a discipline; `p:` a discipline studied as such; `x:` a leaf that no catalogue knows.
"""

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import MajorRef, load_catalogue, name_key
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.majors.catalogue import LEAF_KINDS, Node
from matcher.vocabulary.majors.references import GRADUATE, NAMESPACE_OF_LEVEL

UNKNOWN_LEAF = "x:"


def node_key(node: Node) -> str:
    """Return the key that every student under this node carries."""
    if node.kind == "gate":
        return f"g:{node.namespace}:{node.code}"
    if node.kind in ("class", "discipline", "professional"):
        return f"c:{node.namespace}:{node.code}"
    if not node.code:
        return name(node.name)
    return f"m:{node.namespace}:{node.code}"


@catalogue_cache(maxsize=8_192)
def called_after(level: MajorLevel, words: str) -> tuple[str, ...]:
    """Return the keys of the leaves whose name holds a name: a walk over the catalogue, once a name."""
    return tuple(
        node_key(node)
        for node in load_catalogue().nodes
        if node.level is level and node.kind in LEAF_KINDS and words in node.name
    )


def name(words: str) -> str:
    """Return the key of a name."""
    return f"n:{name_key(words)}"


def within(discipline: str, words: str) -> str:
    """Return the key of a name studied under one discipline."""
    return f"r:{discipline}:{name_key(words)}"


def pure(discipline: str) -> str:
    """Return the key of a discipline studied without a second-level major."""
    return f"p:{discipline}"


def toggled(words: str) -> str:
    """Return the name with 学 at its end added or taken away (会计 and 会计学)."""
    return words[:-1] if words.endswith("学") and len(words) > 2 else words + "学"


def _without_bracket(words: str) -> str:
    folded = name_key(words)
    return folded.split("(", 1)[0] if "(" in folded[1:] else ""


def _plainly(words: str) -> list[str]:
    """Return a name as the catalogues would write it: without 专业, its last bracket, all of them."""
    folded = name_key(words)
    less = folded.removesuffix("专业")
    forms = [less, less.rsplit("(", 1)[0], less.split("(", 1)[0]]
    return [form for form in dict.fromkeys(forms) if len(form) > 1 and form != folded]


def _place_keys(ref: MajorRef) -> list[str]:
    keys = []
    if ref.code and ref.namespace != GRADUATE:
        keys.append(f"m:{ref.namespace}:{ref.code}")
    if ref.class_code:
        keys.append(f"c:{ref.namespace}:{ref.class_code}")
    if ref.gate_code:
        keys.append(f"g:{ref.namespace}:{ref.gate_code}")
    if ref.namespace == GRADUATE and ref.class_code:
        keys += [within(ref.class_code, form) for form in (ref.name, *_plainly(ref.name))]
        if name_key(ref.name) in (name_key(ref.class_name), name_key(toggled(ref.class_name))):
            keys.append(pure(ref.class_code))
        if len(ref.code) > 4:
            keys.append(f"m:{GRADUATE}:{ref.code}")
    return keys


def _former_keys(ref: MajorRef) -> list[str]:
    """Keys of the class and gate an earlier edition put a major in: who meant those has to say."""
    found = []
    for place in load_catalogue().former_places_of(ref):
        for kind, code in (("c", place.class_code), ("g", place.gate_code)):
            if code:
                found.append(f"{kind}:{place.namespace}:{code}")
    return found


def _successor_keys(ref: MajorRef) -> list[tuple[str, bool]]:
    """Keys of what an old name became; certain only where it became one thing."""
    catalogue = load_catalogue()
    found = []
    for successor in catalogue.successors.get((ref.level, name_key(ref.name)), ()):
        node = catalogue.by_code.get((NAMESPACE_OF_LEVEL[ref.level], successor.code))
        nodes = [node] if node else catalogue.named(ref.level, successor.name)
        for leaf in (n for n in nodes if n.kind in LEAF_KINDS):
            keys = [*_place_keys(catalogue.ref(leaf)), name(successor.name)]
            found += [(key, successor.certain) for key in keys]
    return found


@catalogue_cache(maxsize=16384)
def student_keys(ref: MajorRef) -> tuple[tuple[str, bool], ...]:
    """Return every key of a leaf; False marks one that only "to be confirmed" may rest on."""
    base = _without_bracket(ref.name)
    keys = [(name(ref.name), True), *((name(plain), True) for plain in _plainly(ref.name))]
    keys += [(key, True) for key in _place_keys(ref)]
    keys += [(key, False) for key in _former_keys(ref)]
    if not ref.code and not ref.class_code:
        bare = MajorRef(ref.level, ref.namespace, "", base) if base else ref
        successors = _successor_keys(ref) or _successor_keys(bare)
        keys += successors
        if not successors:
            keys.append((UNKNOWN_LEAF, True))
    return tuple(dict.fromkeys(keys))
