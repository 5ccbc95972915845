"""Collects what the items of one level grant, and closes it into a `LevelReading`."""

from dataclasses import dataclass

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.majors import load_catalogue, name_key
from matcher.vocabulary.majors.catalogue import Node
from matcher.vocabulary.majors.references import GRADUATE, VOCATIONAL_BACHELOR
from matcher.vocabulary.requirements import keys
from matcher.vocabulary.requirements.lexicon import NATIONAL_LEXICON, Lexicon
from matcher.vocabulary.requirements.readings import Grant, LevelReading

_FIELD_OF_KIND = {
    "gate": "gates",
    "class": "classes",
    "major": "majors",
    "discipline": "disciplines",
    "professional": "disciplines",
    "field": "second_level",
    "second_level": "second_level",
}
HOW_OF_KIND = {
    "gate": "gate",
    "class": "class",
    "major": "major",
    "discipline": "discipline",
    "professional": "discipline",
    "field": "major",
    "second_level": "major",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one name was read as; nothing but strings, which the collector of cycles need not visit."""

    grants: tuple[tuple[str, str, bool], ...]
    notes: tuple[tuple[str, str], ...]
    second_level: tuple[tuple[str, str], ...]
    unread: tuple[str, ...]
    literal: tuple[str, ...]
    vouched: tuple[str, ...]


class LevelBuilder:
    """Grants, exclusions and published fields of one level while its text is being read."""

    def __init__(self, level: MajorLevel, lexicon: Lexicon = NATIONAL_LEXICON) -> None:
        self.level = level
        self.lexicon = lexicon
        self.grants: dict[str, Grant] = {}
        self.exclusions: dict[str, str] = {}
        self.doubted: dict[str, str] = {}
        """Keys that an exclusion may mean: whoever has one and is admitted otherwise is in doubt."""
        self.fields: dict[str, list[str]] = {}
        self.second_level: dict[str, str] = {}
        self.restricted: dict[str, tuple[str, ...]] = {}
        self.unread: list[str] = []
        self.asides: list[str] = []
        self.vague_exclusion = ""
        """Words of an exclusion that nobody can draw the line of: who is in by a group is in doubt."""
        self.unlimited = False
        self.all_but = False
        self.settled = False
        """A person said what a phrase of the section means: nothing more needs to be read of it."""
        self.open_ended = False
        self.open_words = ""
        self.twins = ""
        """Words that admit the professional degrees of the disciplines listed (含相关专业的专业学位)."""
        self.cut_off = ""
        """The end of a text that breaks off: the list may go on."""
        self.vouched: list[str] = []
        """Names that a code stands beside: a major of some directory, though not of ours."""
        self.literal: list[str] = []
        """Names that no catalogue knows, accepted as they stand."""
        self.elsewhere: list[str] = []
        """Names that only another level of the same text has."""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was said of this level: all there was spoke for other levels."""
        said = (self.grants, self.exclusions, self.unread, self.elsewhere, self.asides)
        return not (any(said) or self.open_ended or self.unlimited)

    def trial(self) -> "LevelBuilder":
        """Return an empty builder of the same level and lexicon, to try a reading on."""
        return LevelBuilder(self.level, self.lexicon)

    def note(self, field: str, value: str) -> None:
        """Keep a value for a published field, once."""
        values = self.fields.setdefault(field, [])
        if value and value not in values:
            values.append(value)

    def grant(self, key: str, words: str, *, how: str, sure: bool = True) -> None:
        """Admit a key; YES is never weakened by a later MAYBE."""
        verdict = Verdict.YES if sure else Verdict.MAYBE
        known = self.grants.get(key)
        if known is None or (sure and known.verdict is Verdict.MAYBE):
            self.grants[key] = Grant(verdict, how, words)

    def grant_node(self, node: Node, words: str, *, sure: bool = True, how: str = "") -> None:
        """Admit everything under a catalogue node, and publish it when sure."""
        how = how or HOW_OF_KIND[node.kind]
        self.grant(keys.node_key(node), words, how=how, sure=sure)
        if sure:
            self.publish(node)

    def publish(self, node: Node) -> None:
        """Note a node in the published fields."""
        field = _FIELD_OF_KIND[node.kind]
        if node.namespace == VOCATIONAL_BACHELOR:
            self.note("voc_bachelor", node.code or node.name)
        elif field == "second_level":
            self.second_level[node.name] = node.code or node.parent_code
        else:
            self.note(field, node.code or node.name)

    def exclude(self, key: str, words: str) -> None:
        """Bar a key, whatever admits it."""
        self.exclusions.setdefault(key, words)

    def settle(self, words: str) -> None:
        """After a section: 除A以外 alone admits all but A; a section nothing was read of is unread."""
        if self.grants or self.unread or self.elsewhere or self.unlimited or self.settled:
            return
        if self.all_but and not self.vague_exclusion:
            self.unlimited = True
        else:
            self.unread.append(words)

    def outcome(self) -> "Outcome":
        """Return what was read so far in a form that is cheap to keep."""
        return Outcome(
            grants=tuple((k, g.how, g.verdict is Verdict.YES) for k, g in self.grants.items()),
            notes=tuple((f, value) for f, values in self.fields.items() for value in values),
            second_level=tuple(self.second_level.items()),
            unread=tuple(self.unread),
            literal=tuple(self.literal),
            vouched=tuple(self.vouched),
        )

    def absorb(self, outcome: "Outcome", words: str) -> None:
        """Take over all that was read elsewhere, as said in `words`."""
        for key, how, sure in outcome.grants:
            self.grant(key, words, how=how, sure=sure)
        for field, value in outcome.notes:
            self.note(field, value)
        self.second_level.update(outcome.second_level)
        self.unread += outcome.unread
        self.literal += outcome.literal
        self.vouched += outcome.vouched

    def weaken(self, other: "LevelBuilder", *, how: str) -> None:
        """Take over what another builder granted, as "to be confirmed"."""
        for key, grant in other.grants.items():
            self.grant(key, grant.words, how=how, sure=False)

    def _widen(self) -> None:
        """Admit the neighbours of what is listed as "to be confirmed" (等相关专业)."""
        catalogue = load_catalogue()
        listed = [(k, g) for k, g in self.grants.items() if g.verdict is Verdict.YES]
        for key, _ in listed:
            for node in self._nodes_of(key):
                ref = catalogue.ref(node)
                if ref.class_code and ref.namespace != GRADUATE:
                    near = f"c:{ref.namespace}:{ref.class_code}"
                    self.grant(near, self.open_words, how="open_ended_class", sure=False)
                gate = node.code if node.kind == "gate" else ref.gate_code
                if gate:
                    near = f"g:{ref.namespace}:{gate}"
                    self.grant(near, self.open_words, how="open_ended_gate", sure=False)
        self._widen_by_name([key[2:] for key, _ in listed if key.startswith("n:") and len(key) > 4])
        self.grant(keys.UNKNOWN_LEAF, self.open_words, how="open_ended", sure=False)

    def _widen_by_name(self, names: list[str]) -> None:
        """Admit, in doubt, what is called after a listed major (人文地理与城乡规划 after 城乡规划)."""
        for name in names[:40]:
            for key in keys.called_after(self.level, name):
                self.grant(key, self.open_words, how="open_ended", sure=False)

    def _neighbours(self) -> frozenset[str]:
        """Return the class keys around what is listed, for majors that a directory does not know."""
        if not self.lexicon.directory_words:
            return frozenset()
        catalogue = load_catalogue()
        near: set[str] = set()
        for key in self.grants:
            for node in self._nodes_of(key):
                ref = catalogue.ref(node)
                if ref.class_code:
                    near.add(f"c:{ref.namespace}:{ref.class_code}")
        return frozenset(near)

    def _admit_twins(self) -> None:
        """Admit the professional degree called like a listed discipline; its other kin in doubt."""
        catalogue = load_catalogue()
        for key, grant in list(self.grants.items()):
            if grant.how == "other_degree_kind":
                self.grant(key, grant.words, how="discipline")
            for node in self._nodes_of(key) if key.startswith("c:graduate:") else ():
                for related in catalogue.relatives_of(node.code):
                    self.grant(f"c:graduate:{related}", self.twins, how="twin", sure=False)

    def _nodes_of(self, key: str) -> list[Node]:
        catalogue = load_catalogue()
        if key.startswith("n:"):
            return catalogue.named(self.level, key[2:])
        if key[0] in "gcm" and key.count(":") == 2:
            _, namespace, code = key.split(":")
            node = catalogue.by_code.get((namespace, code))
            return [node] if node else []
        return []

    def _fallback(self) -> Grant:
        if self.unlimited:
            if self.unread:
                return Grant(Verdict.MAYBE, "unread", "；".join(self.unread))
            return Grant(Verdict.YES, "any", "不限")
        if self.unread:
            return Grant(Verdict.MAYBE, "unread", "；".join(self.unread))
        if self.elsewhere:
            return Grant(Verdict.MAYBE, "unknown_name", "、".join(self.elsewhere))
        if self.cut_off:
            return Grant(Verdict.MAYBE, "cut_off", self.cut_off)
        if set(self.literal) - set(self.vouched) and not self._knows_more():
            return Grant(Verdict.MAYBE, "unknown_name", "、".join(self.literal))
        return Grant(Verdict.NO, "not_listed", "")

    def _knows_more(self) -> bool:
        """Tell whether anything but names that no catalogue knows is asked for."""
        literal = {keys.name(word) for word in self.literal if word not in self.vouched}
        return any(k not in literal and g.verdict is Verdict.YES for k, g in self.grants.items())

    def close(self) -> LevelReading:
        """Return the finished reading."""
        if self.open_ended and not self.unlimited:
            self._widen()
        if self.twins:
            self._admit_twins()
        broad = next((g for k, g in self.grants.items() if k[0] in "gc"), None)
        if broad is not None:
            # Whether a major outside every catalogue belongs to a class, only a person can say.
            self.grant(keys.UNKNOWN_LEAF, broad.words, how="unknown_major", sure=False)
        lists = {field: tuple(sorted(v)) for field, v in self.fields.items()}
        return LevelReading(
            unlimited=self.unlimited,
            gates=lists.get("gates", ()),
            classes=lists.get("classes", ()),
            majors=lists.get("majors", ()),
            disciplines=lists.get("disciplines", ()),
            second_level=dict(self.second_level),
            names=lists.get("names", ()),
            voc_bachelor=lists.get("voc_bachelor", ()),
            restrict=dict(self.restricted),
            exclude=lists.get("exclude", ()),
            aliases=lists.get("aliases", ()),
            old_names=lists.get("old_names", ()),
            dir_categories=lists.get("dir_categories", ()),
            directory=self.lexicon.directory_words,
            unread=(*self.unread, *self.asides),
            open_ended=self.open_ended,
            grants=self.grants,
            exclusions=self.exclusions,
            doubted=self.doubted,
            vague_exclusion=self.vague_exclusion,
            near=self._neighbours(),
            fallback=self._fallback(),
        )


def same_name(left: str, right: str) -> bool:
    """Tell whether two names agree, 学 or 类 at the end aside."""
    ends = ("学类", "大类", "类", "学")

    def stem(words: str) -> str:
        folded = name_key(words)
        end = next((e for e in ends if folded.endswith(e) and len(folded) > len(e) + 1), "")
        return folded[: len(folded) - len(end)]

    return stem(left) == stem(right)


def known_to_some(builders: list[LevelBuilder], unread: list[int]) -> bool:
    """Tell whether an item was read at any level; at the others it is a name they do not have.

    法学类 without a word of a level is understood, though no 专科 catalogue has it.
    """
    silent = [build for build, n in zip(builders, unread, strict=True) if len(build.unread) > n]
    if len(silent) == len(builders):
        return not builders
    for build, n in zip(builders, unread, strict=True):
        build.elsewhere += build.unread[n:]
        del build.unread[n:]
    return True
