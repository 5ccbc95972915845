"""Rules of rows whose gate or class contradicts their code (试验数据): one row moves no class of the country."""

from collections.abc import Iterator

import pytest

from matcher.db.engine import SessionFactory
from matcher.errors import InvalidInputError
from matcher.kinds import MajorLevel
from matcher.services import catalogues
from matcher.services.catalogue_outcomes import Outcome, Wishes
from matcher.services.catalogue_sheets import Line
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.nodes import LEVEL_OF_NAMESPACE
from matcher.vocabulary.majors.references import GRADUATE, NATIONAL
from tests.factories.editions import adopted, import_text

HEAD = "专业代码,专业名称,专业类代码,专业类,学科门类,曾用名\n"
GOOD = "080994,试验新学,,计算机类,,\n"


@pytest.fixture(autouse=True)
def _shipped_afterwards() -> Iterator[None]:
    catalogues.give_up()
    yield
    catalogues.give_up()


def refused(outcome: Outcome) -> list[Line]:
    return [line for line in outcome.lines if line.status == "refused"]


def class_of(name: str) -> tuple[str, str]:
    found = load_catalogue().find(MajorLevel.BACHELOR, name)
    assert found is not None
    return found.class_code, found.class_name


def whole(namespace: str = NATIONAL, *, swap: dict[str, str] | None = None) -> list[list[str]]:
    """Return the catalogue in force as a table; `swap` gives classes other names."""
    nodes = [n for n in load_catalogue().nodes if n.namespace == namespace]
    by_code = {n.code: n for n in nodes}
    rows = []
    for node in nodes:
        above = by_code.get(node.parent_code)
        gate = by_code.get(above.parent_code) if above else None
        if above is not None and gate is not None and gate.kind == "gate":
            named = (swap or {}).get(above.name, above.name)
            rows.append([node.code, node.name, above.code, named, gate.name, ""])
    return rows


def text(rows: list[list[str]]) -> str:
    return HEAD + "\n".join(",".join(row) for row in rows) + "\n"


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("080995T,量子工程学,,电子信息类,,", "D 专业类", ("计算机类", "0807")),
        ("080995T,量子工程学,,试验从未有类,,", "D 专业类", ("计算机类",)),
        ("083995,量子工程学,,电子信息类,,", "D 专业类", ("0807",)),
        ("080995T,量子工程学,,计算机类,理学,", "E 学科门类", ("工学", "07")),
        ("080995T,量子工程学,,计算机类,07理学,", "D 专业类", ("属于门类 08",)),
        ("0809,电子信息类,,,,", "B 专业名称", ("计算机类", "0807")),
        ("0809,试验从未有类,,,,", "B 专业名称", ("计算机类",)),
    ],
)
def test_a_supplement_row_that_contradicts_a_class_in_force_is_refused_alone(
    session_factory: SessionFactory, row: str, column: str, says: tuple[str, ...]
) -> None:
    before = class_of("软件工程")

    outcome = import_text(session_factory, HEAD + row + "\n" + GOOD, Wishes(level="本科"))
    adopted(session_factory)

    (line,) = refused(outcome)
    problem = line.problems[-1]
    assert (line.row, problem["code"], problem["column"]) == (2, "class_differs", column)
    assert problem["value"]
    assert problem["remedy"]
    assert all(words in (problem["reason"] or "") for words in says)
    assert outcome.counts["new"] == 1
    assert outcome.changes["moved"] == outcome.changes["renamed"] == []
    assert class_of("软件工程") == before == ("0809", "计算机类")
    assert class_of("试验新学") == before
    assert load_catalogue().find(MajorLevel.BACHELOR, "量子工程学") is None


def test_a_table_of_nothing_but_contradictions_stores_nothing(
    session_factory: SessionFactory,
) -> None:
    with pytest.raises(InvalidInputError) as failed:
        import_text(session_factory, HEAD + "080995T,量子工程学,,电子信息类,,\n")

    assert failed.value.code == "catalogue_no_rows"
    assert "“电子信息类”" in failed.value.message


def test_a_supplement_may_bring_a_new_class(session_factory: SessionFactory) -> None:
    outcome = import_text(
        session_factory, HEAD + "083901T,量子工程学,,试验量子类,,\n" + GOOD, Wishes(level="本科")
    )
    adopted(session_factory)

    assert refused(outcome) == []
    assert class_of("量子工程学") == ("0839", "试验量子类")


def test_a_supplement_renames_a_class_whose_own_row_gives_the_former_name(
    session_factory: SessionFactory,
) -> None:
    rows = "0809,试验计算类,,,,计算机类\n080994,试验新学,,试验计算类,,\n"

    outcome = import_text(session_factory, HEAD + rows, Wishes(level="本科"))
    adopted(session_factory)

    assert refused(outcome) == []
    assert class_of("软件工程") == ("0809", "试验计算类")


def test_a_whole_edition_may_rename_and_exchange_classes(session_factory: SessionFactory) -> None:
    swap = {"计算机类": "电子信息类", "电子信息类": "计算机类", "法学类": "试验法律类"}

    outcome = import_text(session_factory, text(whole(swap=swap)))
    adopted(session_factory)

    assert outcome.whole
    assert refused(outcome) == []
    assert class_of("软件工程") == ("0809", "电子信息类")
    assert class_of("知识产权")[1] == "试验法律类"


@pytest.mark.parametrize("first", [True, False])
def test_one_wrong_row_of_a_whole_edition_is_refused_wherever_it_stands(
    session_factory: SessionFactory, *, first: bool
) -> None:
    bad = ["080995T", "量子工程学", "", "电子信息类", "", ""]
    rows = whole()

    outcome = import_text(session_factory, text([bad, *rows] if first else [*rows, bad]))
    adopted(session_factory)

    assert [line.text("name") for line in refused(outcome)] == ["量子工程学"]
    assert outcome.counts["same"] == len(rows)
    assert class_of("软件工程") == ("0809", "计算机类")


def test_two_new_names_of_one_class_in_a_whole_edition_are_both_refused(
    session_factory: SessionFactory,
) -> None:
    rows = whole(swap={"计算机类": "试验甲类"})
    next(row for row in rows if row[1] == "软件工程")[3] = "试验乙类"

    outcome = import_text(session_factory, text(rows))
    adopted(session_factory)

    wrong = refused(outcome)
    assert {line.text("class") for line in wrong} == {"试验甲类", "试验乙类"}
    assert all("表中" in (line.problems[-1]["reason"] or "") for line in wrong)
    assert class_of("软件工程") == ("0809", "计算机类")


@pytest.mark.parametrize("namespace", sorted(LEVEL_OF_NAMESPACE))
def test_nothing_in_force_contradicts_itself(
    session_factory: SessionFactory, namespace: str
) -> None:
    level = {GRADUATE: "研究生", NATIONAL: "本科"}.get(
        namespace, "职业本科" if "bachelor" in namespace else "专科"
    )

    outcome = import_text(session_factory, text(whole(namespace)), Wishes(level=level, whole=False))

    assert [line for line in refused(outcome) if line.problems[-1]["code"] == "class_differs"] == []


def test_an_edition_imported_again_under_its_name_is_not_judged_by_its_own_mistake(
    session_factory: SessionFactory,
) -> None:
    mistaken = "0809,试验误类,,,,计算机类\n" + GOOD.replace("计算机类", "试验误类")
    import_text(session_factory, HEAD + mistaken, Wishes(edition="试验版", level="本科"))
    adopted(session_factory)

    outcome = import_text(session_factory, HEAD + GOOD, Wishes(edition="试验版", level="本科"))
    adopted(session_factory)

    assert refused(outcome) == []
    assert class_of("软件工程") == ("0809", "计算机类")
