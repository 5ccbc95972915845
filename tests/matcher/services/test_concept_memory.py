"""Features are remembered per drive: a snapshot made again embeds only what is new."""

from pathlib import Path

import numpy as np
import pytest

from matcher.ranking import concepts
from matcher.ranking.concept_reading import CONCEPT_SLOTS
from matcher.ranking.concepts import Concepts
from matcher.services.concept_memory import ConceptMemory

TOY = Concepts("toy", ("a",), ("甲",))


class CountingReader:
    """Gives every text its length, and notes which texts it was asked for."""

    edition = "toy"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, texts: list[str]) -> np.ndarray:
        self.asked += texts
        return np.full((len(texts), 2 * CONCEPT_SLOTS), [[len(text)] for text in texts], np.int16)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> CountingReader:
    found = CountingReader()
    monkeypatch.setattr(concepts, "reader_of", lambda edition: found)
    return found


def built(path: Path, texts: list[str]) -> list[int]:
    """Ask for the features of texts as a build does."""
    memory = ConceptMemory(path)
    features = TOY.features(texts, memory)
    memory.save()
    return features[:, 0].tolist()


def test_a_second_build_embeds_what_is_new_alone(tmp_path: Path, reader: CountingReader) -> None:
    path = tmp_path / "concepts" / "1.npy"
    assert built(path, ["会计", "软件工程师"]) == [2, 5]

    assert built(path, ["软件工程师", "护士长", "会计"]) == [5, 3, 2]

    assert reader.asked == ["会计", "软件工程师", "护士长"]


def test_what_a_build_did_not_use_is_forgotten(tmp_path: Path, reader: CountingReader) -> None:
    path = tmp_path / "1.npy"
    built(path, ["会计", "护士长"])
    built(path, ["会计"])

    built(path, ["护士长"])

    assert reader.asked == ["会计", "护士长", "护士长"]
    assert [file.name for file in tmp_path.iterdir()] == ["1.npy"]


@pytest.mark.parametrize("content", [b"", b"no array", None])
def test_a_damaged_memory_is_as_good_as_none(
    tmp_path: Path, reader: CountingReader, content: bytes | None
) -> None:
    path = tmp_path / "1.npy"
    if content is None:
        np.save(path, np.zeros(3))
    else:
        path.write_bytes(content)

    assert built(path, ["会计"]) == [2]
    assert built(path, ["会计"]) == [2]
    assert reader.asked == ["会计"]


def test_a_drive_without_texts_is_an_ordinary_case(tmp_path: Path, reader: CountingReader) -> None:
    assert built(tmp_path / "1.npy", []) == []
    assert built(tmp_path / "1.npy", []) == []
