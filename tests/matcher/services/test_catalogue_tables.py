"""Rules of tables of majors as they are found: heads, zeros, levels, rows that cannot be right (试验数据)."""

from collections.abc import Iterator
from io import BytesIO

import pytest
import xlsxwriter

from matcher.db.engine import SessionFactory
from matcher.errors import InvalidInputError
from matcher.kinds import MajorLevel
from matcher.models.catalogues import CatalogueNode
from matcher.services import catalogues
from matcher.services.catalogue_outcomes import Outcome, Wishes
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.catalogue import LEAF_KINDS
from matcher.vocabulary.majors.references import COLLEGE, GRADUATE, NATIONAL
from tests.factories.editions import ADDITIONS, DIRECTORY, adopted, counted, import_text


@pytest.fixture(autouse=True)
def _shipped_afterwards() -> Iterator[None]:
    catalogues.give_up()
    yield
    catalogues.give_up()


def names(outcome: Outcome, what: str) -> list[object]:
    return [change["name"] for change in outcome.changes[what]]


def test_a_table_that_completes_codes_moves_nobody(session_factory: SessionFactory) -> None:
    without = next(n for n in load_catalogue().nodes if n.namespace == COLLEGE and not n.code)
    code = f"{without.parent_code}99"

    outcome = import_text(
        session_factory, f"专业代码,专业名称\n{code},{without.name}\n", Wishes(level="专科")
    )
    adopted(session_factory)

    assert names(outcome, "completed") == [without.name]
    found = load_catalogue().find(MajorLevel.COLLEGE, without.name)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("namespace", [NATIONAL, COLLEGE, GRADUATE])
def test_a_table_says_itself_which_catalogue_it_belongs_to(
    session_factory: SessionFactory, namespace: str
) -> None:
    nodes = [n for n in load_catalogue().nodes if n.namespace == namespace and n.code]
    rows = [f"{n.code},{n.name}" for n in nodes if n.kind in LEAF_KINDS][:10]

    outcome = import_text(session_factory, "\n".join(["代码,名称", *rows]))

    assert outcome.belongs_to == namespace
    assert outcome.counts["same"] == len(rows)


def test_a_spreadsheet_with_title_merged_cells_and_lost_zeros_is_read(
    session_factory: SessionFactory,
) -> None:
    data = BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.merge_range("A1:D1", "试验目录（试验数据）")
    sheet.write_row("A2", ["门类", "专业类", "专业\n代码", "专业名称"])
    sheet.merge_range("A3:A4", "工学")
    sheet.merge_range("B3:B4", "计算机类")
    sheet.write_row("C3", [80994, "试验新学"])
    sheet.write_row("C4", [80902.0, "软件工程"])
    book.close()

    outcome = import_text(session_factory, data.getvalue())
    adopted(session_factory)

    assert outcome.counts == {"new": 1, "changed": 0, "same": 1, "refused": 0, "not_data": 2}
    found = load_catalogue().find(MajorLevel.BACHELOR, "试验新学")
    assert found is not None
    assert (found.code, found.class_code) == ("080994", "0809")


@pytest.mark.parametrize(
    "text",
    [
        "专业代码,专业名称,专业类\n80902,软件工程,计算机类\n",
        "专业代码,专业名称\n80902.0,软件工程\n",
    ],
)
def test_a_zero_a_spreadsheet_took_is_given_back_and_told(
    session_factory: SessionFactory, text: str
) -> None:
    outcome = import_text(session_factory, text, Wishes(level="本科"))

    assert outcome.counts["same"] == 1
    assert outcome.lines[1].problems[-1]["code"] == "code_zero"


def test_a_table_in_gb18030_with_english_heads_is_read(session_factory: SessionFactory) -> None:
    text = "major_code,major,class\n080994,试验新学,计算机类\n080902,软件工程,计算机类\n"

    outcome = import_text(session_factory, text.encode("gb18030"))

    assert (outcome.counts["new"], outcome.counts["same"]) == (1, 1)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("08099X,坏码学,计算机类", "code_wrong", "A 专业代码"),
        ("08099,短码学,软件类", "code_length", "A 专业代码"),
        ("080994,,计算机类", "name_missing", "A 专业代码"),
        ("080994,别类学,0807电子信息类", "class_differs", "A 专业代码"),
        ("080902,软件工学,计算机类", "code_twice", "A 专业代码"),
        ("080996,软件工程,计算机类", "name_twice", "B 专业名称"),
        ("990101,无类学,", "class_unknown", "B 专业名称"),
        ("080997,异类学,计算机门类", "class_differs", "C 专业类"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_with_place_reason_and_remedy(
    session_factory: SessionFactory, row: str, code: str, column: str
) -> None:
    text = f"专业代码,专业名称,专业类\n080902,软件工程,计算机类\n{row}\n"

    outcome = import_text(session_factory, text)

    line = outcome.lines[2]
    problem = line.problems[-1]
    assert (line.sheet, line.row, line.status) == ("test", 3, "refused")
    assert (problem["code"], problem["column"]) == (code, column)
    assert problem["reason"]
    assert problem["remedy"]
    assert (outcome.counts["same"], outcome.counts["refused"]) == (1, 1)


@pytest.mark.parametrize(
    ("text", "wishes", "code"),
    [
        ("甲,乙\n1,2\n", Wishes(), "catalogue_no_head"),
        ("专业代码,专业名称\nx,y\n", Wishes(level="本科"), "catalogue_no_rows"),
        ("专业代码,专业名称\n010199,试验从未有学\n", Wishes(), "catalogue_level"),
        (ADDITIONS, Wishes(level="幼儿园"), "catalogue_level"),
        (DIRECTORY, Wishes(), "catalogue_level"),
        (DIRECTORY, Wishes(directory="某目录"), "directory_name"),
    ],
)
def test_a_table_nobody_can_use_is_refused_as_a_whole(
    session_factory: SessionFactory, text: str, wishes: Wishes, code: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        import_text(session_factory, text, wishes)

    assert refused.value.code == code
    assert counted(session_factory, CatalogueNode) == 0


def test_rows_of_another_level_wait_for_an_import_of_their_own(
    session_factory: SessionFactory,
) -> None:
    text = "层次,专业代码,专业名称\n本科,080902,软件工程\n专科,510203,软件技术\n"

    outcome = import_text(session_factory, text, Wishes(level="本科"))

    assert (outcome.counts["same"], outcome.counts["not_data"]) == (1, 2)
    assert outcome.lines[2].problems[-1]["code"] == "level_other"
