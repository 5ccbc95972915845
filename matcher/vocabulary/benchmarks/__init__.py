"""Made-up input for measuring the vocabulary (`yangguang bench vocabulary`), the same for the same seed.

Here because it is built from the catalogues and tables; nothing that runs in an office imports it.
"""

from matcher.vocabulary.benchmarks.bombs import LONG, make_bombs
from matcher.vocabulary.benchmarks.queries import (
    major_queries,
    occupation_queries,
    place_queries,
    place_texts,
)
from matcher.vocabulary.benchmarks.sentences import long_sentences, sentences
from matcher.vocabulary.benchmarks.splitter import PlainSplitter
from matcher.vocabulary.benchmarks.texts import GRAMMARS, Graduate, MadeUpText, made_up_texts

__all__ = [
    "GRAMMARS",
    "LONG",
    "Graduate",
    "MadeUpText",
    "PlainSplitter",
    "long_sentences",
    "made_up_texts",
    "major_queries",
    "make_bombs",
    "occupation_queries",
    "place_queries",
    "place_texts",
    "sentences",
]
