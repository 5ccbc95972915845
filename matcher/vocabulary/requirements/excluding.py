"""What an exclusion bars (不含, 除外): never less than it names, and in doubt where it may mean more."""

import re

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.majors.catalogue import LEAF_KINDS
from matcher.vocabulary.majors.references import VOCATIONAL_BACHELOR
from matcher.vocabulary.requirements import keys
from matcher.vocabulary.requirements.bare_names import bare_name, open_part, without_code
from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.names import known, resolve_name
from matcher.vocabulary.requirements.readings import Grant
from matcher.vocabulary.requirements.under_directory import exclude_under


def _excluded_name(build: LevelBuilder, raw: str) -> str:
    """Return what an exclusion names; of 公安院校的公安学类 the known end, so that nobody slips through."""
    name = without_code(bare_name(without_code(open_part(raw)[0])))
    if known(build, name):
        return name
    ends = (name[at:] for at in range(1, max(len(name) - 3, 1)))
    return next(
        (end for end in ends if name[-len(end) - 1] in "的下中" and known(build, end)), name
    )


# Names in one exclusion; no real one has half as many.
MOST_WORDS = 40
# Rules by which an excluded name may mean more than itself: who comes under them is in doubt.
_MEANT_PERHAPS = frozenset(
    {"old_name", "alias", "other_degree_kind", "class", "gate", "drawn_together", "term"}
)
_OPEN_WORDS = re.compile(r"相关|相近|部分|特殊|热门|紧缺|等$")


def _barred(key: str, grant: Grant) -> bool:
    """Tell whether an exclusion surely means a key: a vocational class is as much called so as a national."""
    twin = f":{VOCATIONAL_BACHELOR}:" in key and grant.how in ("class", "gate")
    return grant.verdict is Verdict.YES or twin


def _doubt_namesakes(build: LevelBuilder, key: str, raw: str) -> None:
    """A vocational class is barred: who studied a major of the same name as one in it is in doubt."""
    kind, _, rest = key.partition(":")
    namespace, _, code = rest.partition(":")
    if kind not in "cg" or namespace != VOCATIONAL_BACHELOR:
        return
    below = load_catalogue().children_of(namespace, code)
    leaves = (
        below
        if kind == "c"
        else [m for c in below for m in load_catalogue().children_of(namespace, c.code)]
    )
    for node in leaves:
        build.doubted.setdefault(keys.name(node.name), raw)


def _exclude_gate(
    build: LevelBuilder, name: str, raw: str, *, sure: bool, within: frozenset[str]
) -> None:
    """不含艺术学: the discipline for certain; the gate of that name too, or at least in doubt."""
    nodes = load_catalogue().named(build.level, name)
    for node in (n for n in nodes if n.kind == "gate" and len(nodes) > 1):
        if node.code in within:
            continue
        if sure:
            build.exclude(keys.node_key(node), raw)
        else:
            build.doubted.setdefault(keys.node_key(node), raw)


def _exclude_topic(build: LevelBuilder, word: str, raw: str) -> None:
    """不含国际贸易、能源: a topic rather than a name bars every major called after it."""
    if not 2 <= len(word) <= 5 or word.endswith("类") or word not in _all_names(build.level):
        return
    for node in load_catalogue().nodes:
        if node.level is build.level and node.kind in LEAF_KINDS and word in node.name:
            build.exclude(keys.node_key(node), raw)


@catalogue_cache(maxsize=4)
def _all_names(level: MajorLevel) -> str:
    """Return every name of a level in one string: most words stand in none of them."""
    return "\n".join(node.name for node in load_catalogue().nodes if node.level is level)


def exclude_words(
    build: LevelBuilder, words: list[str], within: frozenset[str] = frozenset()
) -> None:
    """Bar what an exclusion names; a word that names nothing sure is kept as unread.

    Parameters
    ----------
    within : gates of what stands before the exclusion: 法学类（法学除外） does not mean gate 03
    """
    if len(words) > MOST_WORDS:
        build.vague_exclusion = build.vague_exclusion or words[MOST_WORDS]
        build.unread.append(f"不含{words[MOST_WORDS]}")
        words = words[:MOST_WORDS]
    of_gates = any(raw.endswith("门类") for raw in words)
    for raw in words:
        name = _excluded_name(build, raw)
        trial = build.trial()
        _exclude_gate(build, name, raw, sure=of_gates, within=within)
        exclude_under(build, name, raw)
        known_name = known(build, name) and resolve_name(trial, name, raw)
        sure = [key for key, grant in trial.grants.items() if _barred(key, grant)]
        for key, grant in trial.grants.items():
            if grant.how in _MEANT_PERHAPS:
                build.doubted.setdefault(key, raw)
        build.doubted.setdefault(keys.name(keys.toggled(name)), raw)
        for key in sure:
            build.exclude(key, raw)
            _doubt_namesakes(build, key, raw)
            build.note("exclude", key.rsplit(":", 1)[1])
        build.exclude(keys.name(name), raw)
        if not sure:
            build.note("exclude", name)
        if not load_catalogue().named(build.level, name):
            _exclude_topic(build, name, raw)
        vague = any(g.how == "alias" for g in trial.grants.values() if g.verdict is Verdict.MAYBE)
        if vague or (
            not sure and (known_name or name.endswith("类") or "方向" in raw or len(name) > 20)
        ):
            build.unread.append(f"不含{raw}")
        if not sure or vague or _OPEN_WORDS.search(raw.replace(name, "")):
            build.vague_exclusion = build.vague_exclusion or raw
