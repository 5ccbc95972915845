"""One reading in progress: the builders of the levels, the paint on the text, what was set aside."""

from matcher.kinds import MajorLevel
from matcher.vocabulary.requirements.building import LevelBuilder
from matcher.vocabulary.requirements.folding import fold_text
from matcher.vocabulary.requirements.lexicon import Lexicon
from matcher.vocabulary.requirements.painting import Painter


class Progress:
    """What was read of a text so far; `text` is the folded form, with the offsets of `raw`."""

    def __init__(self, raw: str, lexicon: Lexicon) -> None:
        self.raw = raw
        self.lexicon = lexicon
        self.text = fold_text(raw)
        self.builders: dict[MajorLevel, LevelBuilder] = {}
        self.conditions: list[str] = []
        self.paint = Painter(raw)

    def build(self, level: MajorLevel) -> LevelBuilder:
        """Return the builder of a level, made on first use."""
        if level not in self.builders:
            self.builders[level] = LevelBuilder(level, self.lexicon)
        return self.builders[level]

    def condition(self, start: int, end: int) -> None:
        """Keep a stretch as a condition that is no major."""
        self.conditions.append(self.raw[start:end].strip())
        self.paint.put(start, end, "condition")

    def keep_unread(self, start: int, end: int, builders: list[LevelBuilder]) -> None:
        """Keep a stretch as not understood at every level it speaks for."""
        words = self.text[start:end].strip()
        for build in builders:
            build.unread.append(words)
        self.paint.put(start, end, "unread")
