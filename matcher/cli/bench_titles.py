"""`yangguang bench titles`: how well titles of the same work find each other, on judged titles.

The similarity is that of the ranking: the same terms, the same concepts, the same fixed-point vectors. The text model
is fitted to the queries and the corpus, as that of a drive is to both of its sides.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from statistics import fmean
from typing import Literal

import click
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from pydantic import BaseModel

from matcher.cli.bench_titles_files import Judgements, Titles, read_judgements, read_titles
from matcher.errors import ConfigurationError
from matcher.ranking.columns import BATCH
from matcher.ranking.concepts import Concepts, installed_concepts
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.quality import DEPTH, average_precision, ndcg
from matcher.ranking.text_batches import TermCoder, TextBatch, TextFrequencies, Vectoriser

Method = Literal["chars", "concepts"]

_AT_ONCE = 256
"""Queries whose similarities to the whole corpus are held at once."""
_SHOWN = 5


class TitlesOut(BaseModel):
    """How well the corpus is ranked for the queries.

    Means are over the `judged` queries: those of the file that have a relevant title. A relevant title that is
    not in the corpus counts as never found, as TREC has it. Of ties the higher id comes first, as in trec_eval.
    """

    queries: int
    corpus: int
    judgements: int
    judged: int
    unknown_queries: int
    unknown_titles: int
    method: Method
    map: float
    mrr: float
    ndcg_at_10: float
    seconds: float


def method_of(asked: str) -> tuple[Method, Concepts | None]:
    """Return the method meant, and the concepts it takes.

    Raises
    ------
    ConfigurationError
        Concepts were asked for and the extra is not installed.
    """
    concepts = None if asked == "chars" else installed_concepts()
    if asked == "concepts" and concepts is None:
        raise ConfigurationError(
            "concepts_not_installed",
            "没有安装近义职业扩展。请用 pip install '.[concepts]' 安装后重试，或用 --method chars。",
        )
    return ("chars" if concepts is None else "concepts"), concepts


def ranked(
    queries: Sequence[str], corpus: Sequence[str], concepts: Concepts | None
) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of the corpus for each query, most similar first, ties in the order given."""
    asked, offered = _vectors((queries, corpus), concepts)
    for start in range(0, len(queries), _AT_ONCE):
        dots = (asked[start : start + _AT_ONCE] @ offered.T).toarray()
        yield from np.argsort(-dots, axis=1, kind="stable")


def _vectors(sides: Iterable[Sequence[str]], concepts: Concepts | None) -> list[sp.csr_matrix]:
    """Weigh the texts of both sides as a snapshot does."""
    coder, frequencies = TermCoder(), TextFrequencies()
    batches = [_batches(texts) for texts in sides]
    for batch in chain.from_iterable(batches):
        frequencies.add(batch, coder)
    model = frequencies.model(DriveParameters().text_terms, coder, concepts)
    vectoriser = Vectoriser(model, coder)
    return [
        sp.vstack([_rows(*vectoriser.vectors(batch), model.padding + 1) for batch in side], "csr")
        for side in batches
    ]


def _batches(texts: Sequence[str]) -> list[TextBatch]:
    """Cut the texts as a snapshot does: within a batch a text's number and a term's share one integer."""
    starts = range(0, len(texts), BATCH)
    return [TextBatch.of(texts[start : start + BATCH]) for start in starts]


def _rows(numbers: NDArray[np.uint16], weights: NDArray[np.int16], width: int) -> sp.csr_matrix:
    """Return the vectors of a batch as rows of a matrix."""
    starts = np.arange(len(numbers) + 1) * numbers.shape[1]
    parts = (weights.ravel().astype(np.int64), numbers.ravel().astype(np.int64), starts)
    return sp.csr_matrix(parts, shape=(len(numbers), width))


def measure(queries: Titles, corpus: Titles, judgements: Judgements, asked: str) -> TitlesOut:
    """Rank the corpus for every query and judge the lists."""
    started = time.perf_counter()
    method, concepts = method_of(asked)
    row_of = {id_: row for row, id_ in enumerate(corpus.ids)}
    known = set(queries.ids)
    scores = []
    lists = ranked(queries.texts, corpus.texts, concepts)
    for query, partners in zip(queries.ids, lists, strict=True):
        grades = judgements.grades.get(query, {})
        judged = {
            row_of.get(title, -at): grade for at, (title, grade) in enumerate(grades.items(), 1)
        }
        scores.append(_scores(partners.tolist(), judged))
    counted = [score for score in scores if score is not None]
    means = [round(fmean(each), 4) for each in zip(*counted, strict=True)] or [0.0] * 3
    unknown = {title for grades in judgements.grades.values() for title in grades} - row_of.keys()
    return TitlesOut(
        queries=len(queries.ids),
        corpus=len(corpus.ids),
        judgements=judgements.count,
        judged=len(counted),
        unknown_queries=len(judgements.grades.keys() - known),
        unknown_titles=len(unknown),
        method=method,
        map=means[0],
        mrr=means[1],
        ndcg_at_10=means[2],
        seconds=round(time.perf_counter() - started, 3),
    )


def _scores(partners: list[int], judged: dict[int, int]) -> tuple[float, float, float] | None:
    """Return average precision, reciprocal place of the first relevant, nDCG@10; None if none is relevant."""
    precision, gain = average_precision(partners, judged), ndcg(partners, judged, DEPTH)
    if precision is None or gain is None:
        return None
    places = (place for place, row in enumerate(partners, 1) if judged.get(row, 0) > 0)
    first = next(places, None)
    return precision, 0.0 if first is None else 1 / first, gain


def _tell_unknown(queries: Titles, corpus: Titles, judgements: Judgements) -> None:
    """Say on standard error which ids of the judgements nobody has."""
    titles = {title for grades in judgements.grades.values() for title in grades}
    for what, ids in (
        ("查询", judgements.grades.keys() - set(queries.ids)),
        ("职位", titles - set(corpus.ids)),
    ):
        if ids:
            shown = "、".join(sorted(ids)[:_SHOWN])
            said = f"判断中有 {len(ids)} 个{what}编号不在文件中：{shown}{'…' if len(ids) > _SHOWN else ''}"
            click.echo(said, err=True)


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("titles")
@click.option("--queries", "queries_file", type=_FILE, required=True, help="id<TAB>title a line.")
@click.option("--corpus", "corpus_file", type=_FILE, required=True, help="id<TAB>title a line.")
@click.option("--qrels", "qrels_file", type=_FILE, required=True, help="Judgements in TREC form.")
@click.option(
    "--method",
    type=click.Choice(["auto", "chars", "concepts"]),
    default="auto",
    help="Terms alone, or with concepts; auto takes concepts if the extra is installed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def titles(
    *, queries_file: Path, corpus_file: Path, qrels_file: Path, method: str, as_json: bool
) -> None:
    """Measure how well titles of the same work find each other (职位名称相近)."""
    queries, corpus = read_titles(queries_file), read_titles(corpus_file)
    judgements = read_judgements(qrels_file)
    _tell_unknown(queries, corpus, judgements)
    measured = measure(queries, corpus, judgements, method)
    if as_json:
        click.echo(measured.model_dump_json())
        return
    for name, value in measured.model_dump().items():
        click.echo(f"{name:16} {value}")
