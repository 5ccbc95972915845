"""Wishes (就业意向) in free words, read into the fields of a profile."""

from matcher.vocabulary.intents.reading import read_intent
from matcher.vocabulary.intents.readings import CHOICES, IntentReading, Named, Question, Span

__all__ = ["CHOICES", "IntentReading", "Named", "Question", "Span", "read_intent"]
