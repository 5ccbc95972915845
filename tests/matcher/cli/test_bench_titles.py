"""The machine contract of `yangguang bench titles`: files in, measures of TREC out."""

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from matcher.cli import bench_titles
from matcher.cli.bench_titles import TitlesOut, titles
from matcher.cli.bench_titles_files import read_titles
from matcher.errors import ConfigurationError, InvalidInputError
from matcher.ranking.text_batches import TermCoder, TextBatch
from tests.support import tree

QUERIES = "q1\t软件开发人员\nq2\t财务经理\nq3\t护士\n"
CORPUS = "d\t财务主管\nc\t会计\nb\t软件工程师\na\tJava开发\n"
QRELS = "q1 0 b 1\nq1 0 a 1\nq2 0 d 2\nq2 0 c 1\nq9 0 a 1\nq1 0 z 1\n"


def run(
    folder: Path, *, queries: str = QUERIES, corpus: str = CORPUS, qrels: str = QRELS
) -> Result:
    """Call the measurement by its files."""
    arguments = []
    for name, text in (("queries", queries), ("corpus", corpus), ("qrels", qrels)):
        (folder / name).write_text(text, encoding="utf-8")
        arguments += [f"--{name}", str(folder / name)]
    return CliRunner().invoke(titles, [*arguments, "--method", "chars", "--json"])


def test_the_measures_are_those_of_trec(tmp_path: Path) -> None:
    ran = run(tmp_path)

    measured = TitlesOut.model_validate_json(ran.stdout)
    assert (measured.queries, measured.corpus, measured.judgements) == (3, 4, 6)
    # q1: b and a come first and second of three relevant ones (z is nowhere); q2: d first, then a tie of zeros,
    # the highest id first as trec_eval has it, so c comes second; q3 has no judgement and does not count.
    assert measured.map == round(((1 + 1) / 3 + (1 + 2 / 2) / 2) / 2, 4)
    assert measured.mrr == 1.0
    assert measured.judged == 2


def test_gains_of_ndcg_are_the_grades_themselves(tmp_path: Path) -> None:
    ran = run(tmp_path, qrels="q2 0 d 1\nq2 0 c 3\n")

    # d comes first, c second; the other way round would be best.
    third = 1 / math.log2(3)
    expected = round((1 + 3 * third) / (3 + 1 * third), 4)
    assert TitlesOut.model_validate_json(ran.stdout).ndcg_at_10 == expected


@pytest.mark.parametrize("grade", ["1.0", "1.", "+1", "01"])
def test_a_whole_grade_may_be_written_with_a_point(tmp_path: Path, grade: str) -> None:
    one, other = (
        json.loads(run(tmp_path, qrels=f"q1 0 b {written}\n").stdout) for written in ("1", grade)
    )

    assert one | {"seconds": 0} == other | {"seconds": 0}


def test_ids_nobody_has_are_told_and_not_fatal(tmp_path: Path) -> None:
    ran = run(tmp_path)

    assert ran.exit_code == 0
    assert "1 个查询编号不在文件中：q9" in ran.stderr
    assert "1 个职位编号不在文件中：z" in ran.stderr
    measured = TitlesOut.model_validate_json(ran.stdout)
    assert (measured.unknown_queries, measured.unknown_titles) == (1, 1)


def test_the_order_of_lines_changes_nothing(tmp_path: Path) -> None:
    turned = "\n".join(reversed(CORPUS.splitlines()))

    one, other = (json.loads(run(tmp_path, corpus=text).stdout) for text in (CORPUS, turned))

    assert one | {"seconds": 0} == other | {"seconds": 0}


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_titles_are_weighed_in_batches_and_all_the_same_as_at_once(
    monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    files = [[line.split("\t")[1] for line in text.splitlines()] for text in (QUERIES, CORPUS)]
    whole = [side.toarray().tolist() for side in bench_titles._vectors(files, None)]
    sizes: list[int] = []
    counts = TextBatch.counts
    monkeypatch.setattr(bench_titles, "BATCH", batch)

    def counted(some: TextBatch, coder: TermCoder) -> object:
        sizes.append(len(some))
        return counts(some, coder)

    monkeypatch.setattr(TextBatch, "counts", counted)

    parts = [side.toarray().tolist() for side in bench_titles._vectors(files, None)]

    assert parts == whole
    assert max(sizes) == batch


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"queries": "q1\t会计\nq2 出纳\n"}, "queries 第 2 行：没有制表符"),
        ({"corpus": "a\t会计\n\nb\t\n"}, "corpus 第 3 行：编号或职位名称为空"),
        ({"corpus": "a\t会计\na\t出纳\n"}, "corpus 第 2 行：编号 a 重复"),
        ({"corpus": "\n"}, "corpus：没有职位名称"),
        ({"qrels": "q1 0 a\n"}, "qrels 第 1 行：有 3 项"),
        ({"qrels": "q1 0 a 1\nq1 0 b ja\n"}, "qrels 第 2 行：相关程度 ja 不对"),
        ({"qrels": "q1 0 a 0.5\n"}, "qrels 第 1 行：相关程度 0.5 不对"),
        ({"qrels": "q1 0 a nan\n"}, "qrels 第 1 行：相关程度 nan 不对"),
        ({"qrels": "q1 0 a 31\n"}, "qrels 第 1 行：相关程度 31 不对"),
        ({"qrels": ""}, "qrels：没有判断"),
    ],
)
def test_a_bad_line_is_named_with_what_to_do(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    error = run(tmp_path, **files).exception

    assert isinstance(error, InvalidInputError)
    assert said in error.message
    assert "请" in error.message


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "titles"
    file.write_bytes("a\t会计\n".encode("gb18030"))

    with pytest.raises(InvalidInputError, match="UTF-8"):
        read_titles(file)


def test_without_the_extra_auto_takes_terms_and_concepts_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bench_titles, "installed_concepts", lambda: None)

    assert bench_titles.method_of("auto") == ("chars", None)
    with pytest.raises(ConfigurationError, match="concepts"):
        bench_titles.method_of("concepts")


def test_the_shape_is_the_one_documented() -> None:
    page = (tree.ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- shape: bench titles -->\n```json\n(.*?)\n```", page, re.DOTALL)
    if shown is None:
        pytest.skip("docs/cli.md has no page on bench titles yet")
    documented: dict[str, Any] = json.loads(shown[1])
    assert set(documented) == set(TitlesOut.model_fields)
