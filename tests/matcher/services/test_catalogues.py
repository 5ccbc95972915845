"""Rules of imported editions (专业目录版次); every edition here is made up for the test (试验数据)."""

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import NotAllowedError
from matcher.intake import open_table
from matcher.kinds import MajorLevel
from matcher.models.audit import AuditEntry
from matcher.models.catalogues import CatalogueEdition
from matcher.models.ranking_runs import RankingChange
from matcher.services import catalogues, ranking_changes
from matcher.services.catalogue_imports import judge_table, list_editions
from matcher.services.catalogue_outcomes import Outcome, Wishes
from matcher.services.permissions import Actor
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.majors.directories import find_directory
from matcher.vocabulary.majors.nodes import Place
from matcher.vocabulary.majors.references import NATIONAL
from tests.factories.drives import make_drive
from tests.factories.editions import ADDITIONS, DIRECTORY, adopted, counted, import_text


@pytest.fixture(autouse=True)
def _shipped_afterwards() -> Iterator[None]:
    catalogues.give_up()
    yield
    catalogues.give_up()


def names(outcome: Outcome, what: str) -> list[object]:
    return [change["name"] for change in outcome.changes[what]]


def whole_table(namespace: str, leave_out: frozenset[str] = frozenset()) -> str:
    """Return the catalogue in force as the table a ministry would publish."""
    nodes = [n for n in load_catalogue().nodes if n.namespace == namespace]
    by_code = {n.code: n for n in nodes}
    lines = ["专业代码,专业名称,专业类代码,专业类,学科门类"]
    for node in nodes:
        if node.kind != "major" or node.name in leave_out:
            continue
        above = by_code[node.parent_code]
        gate = by_code[above.parent_code]
        lines.append(f"{node.code},{node.name},{above.code},{above.name},{gate.name}")
    return "\n".join(lines)


def test_an_edition_tells_what_it_adds_moves_renames_and_splits(
    session_factory: SessionFactory,
) -> None:
    outcome = import_text(session_factory, ADDITIONS)

    assert (outcome.belongs_to, outcome.whole, outcome.state) == (NATIONAL, False, "new")
    assert names(outcome, "added") == ["试验新学"]
    assert names(outcome, "moved") == ["人工智能"]
    assert names(outcome, "renamed") == ["物联网工程"]
    assert names(outcome, "split") == ["信息安全"]
    assert outcome.changes["gone"] == []
    assert outcome.changes["split"][0]["certain"] is False


def test_every_row_is_accounted_for(session_factory: SessionFactory) -> None:
    outcome = import_text(session_factory, ADDITIONS + ",,,\n备注：试验,,,\n080995,,计算机类,\n")

    assert outcome.counts == {"new": 1, "changed": 4, "same": 0, "refused": 2, "not_data": 3}
    assert sum(outcome.counts.values()) == len(outcome.lines)
    assert all(line.problems for line in outcome.lines if line.status == "refused")


def test_an_imported_edition_is_read_under_once_adopted(session_factory: SessionFactory) -> None:
    import_text(session_factory, ADDITIONS)

    assert adopted(session_factory)

    found = load_catalogue().find(MajorLevel.BACHELOR, "人工智能", "080717T")
    assert found is not None
    assert (found.code, found.class_code) == ("080990", "0809")
    assert load_catalogue().former_places_of(found) == [Place(NATIONAL, "0807", "08")]


def test_what_is_in_force_already_is_not_loaded_again(session_factory: SessionFactory) -> None:
    import_text(session_factory, ADDITIONS)

    assert adopted(session_factory)
    before = load_catalogue()

    assert not adopted(session_factory)
    assert load_catalogue() is before


def test_an_edition_waits_for_its_first_day(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.today() + dt.timedelta(days=3)
    import_text(session_factory, ADDITIONS, Wishes(valid_from=later))

    assert not adopted(session_factory)
    monkeypatch.setattr(clock, "today", lambda: later)

    assert adopted(session_factory)
    assert load_catalogue().editions == (f"undergraduate-{later.year}",)


@pytest.mark.parametrize("days", [0, 1, 400])
def test_the_same_table_again_changes_nothing(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    import_text(session_factory, ADDITIONS)
    adopted(session_factory)
    acts = counted(session_factory, AuditEntry)
    later = clock.today() + dt.timedelta(days=days)
    monkeypatch.setattr(clock, "today", lambda: later)

    again = import_text(session_factory, ADDITIONS)

    assert (again.state, again.counts["new"], again.counts["changed"]) == ("same", 0, 0)
    assert not any(again.changes.values())
    assert counted(session_factory, CatalogueEdition) == 1
    assert counted(session_factory, AuditEntry) == acts
    assert not adopted(session_factory)


def test_another_table_of_the_same_year_stands_beside_the_first(
    session_factory: SessionFactory,
) -> None:
    first = import_text(session_factory, ADDITIONS)

    second = import_text(session_factory, "专业代码,专业名称,专业类\n080995,试验又学,计算机类\n")
    adopted(session_factory)

    assert first.edition != second.edition
    assert {"试验新学", "试验又学"} <= {n.name for n in load_catalogue().nodes}


def test_an_edition_named_again_is_replaced_and_the_trail_says_so(
    session_factory: SessionFactory,
) -> None:
    wishes = Wishes(edition="试验版")
    import_text(session_factory, ADDITIONS, wishes)
    adopted(session_factory)

    outcome = import_text(
        session_factory, "专业代码,专业名称,专业类\n080995,试验又学,计算机类\n", wishes
    )
    adopted(session_factory)

    assert outcome.state == "replaced"
    assert load_catalogue().find(MajorLevel.BACHELOR, "试验新学") is None
    with reading(session_factory) as session:
        acts = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert acts == ["catalogue.imported", "catalogue.replaced"]


def test_a_whole_table_ends_what_it_leaves_out_and_keeps_it_recognised(
    session_factory: SessionFactory,
) -> None:
    outcome = import_text(session_factory, whole_table(NATIONAL, frozenset({"软件工程"})))
    adopted(session_factory)

    assert outcome.whole
    assert names(outcome, "gone") == ["软件工程"]
    gone = load_catalogue().find(MajorLevel.BACHELOR, "软件工程")
    assert gone is not None
    assert gone.class_name == "计算机类"
    assert load_catalogue().by_code[NATIONAL, gone.code].valid_to == clock.today()


def test_the_catalogue_in_force_as_a_table_changes_nothing(session_factory: SessionFactory) -> None:
    outcome = import_text(session_factory, whole_table(NATIONAL))

    assert outcome.whole
    assert not any(outcome.changes.values())
    assert set(outcome.counts) >= {"same"}
    assert outcome.counts["new"] == outcome.counts["changed"] == outcome.counts["refused"] == 0


def test_no_major_ends_because_a_row_was_refused(session_factory: SessionFactory) -> None:
    text = whole_table(NATIONAL).replace("080902,软件工程", "08O902,软件工程")

    outcome = import_text(session_factory, text)

    assert (outcome.whole, outcome.counts["refused"]) == (False, 1)
    assert outcome.changes["gone"] == []
    assert outcome.remarks


def test_an_imported_directory_is_found_and_lists_its_members(
    session_factory: SessionFactory,
) -> None:
    outcome = import_text(session_factory, DIRECTORY, Wishes(directory="浙江2026"))
    adopted(session_factory)

    found = find_directory("浙江省2027专业参考目录")
    assert found is not None
    (line,) = found.entry(MajorLevel.BACHELOR, "试验计算机类", "Z0801")
    assert (found.year, outcome.counts["new"]) == (2026, 3)
    assert {"软件工程", "试验学", "试验旧学", "试验旧二学"} <= found.names_of(line)
    assert "软件技术" not in found.names_of(line)


def test_a_directory_without_codes_puts_a_name_under_several_categories(
    session_factory: SessionFactory,
) -> None:
    text = "层次,大类,专业\n本科,试甲类,会计学\n本科,试乙类,会计学\n本科,试乙类,试乙\n"
    import_text(session_factory, text, Wishes(directory="浙江2026"))
    adopted(session_factory)

    found = find_directory("浙江2026")
    assert found is not None
    first, second = (found.entry(MajorLevel.BACHELOR, name)[0] for name in ("试甲类", "试乙类"))
    assert "会计学" in found.names_of(first) & found.names_of(second)
    assert first.kind == second.kind == "category"
    assert len(found.entry(MajorLevel.BACHELOR, "会计学")) == 1


def test_a_directory_again_changes_nothing(session_factory: SessionFactory) -> None:
    import_text(session_factory, DIRECTORY, Wishes(directory="浙江2026"))
    adopted(session_factory)

    again = import_text(session_factory, DIRECTORY, Wishes(directory="浙江2026"))

    assert (again.state, again.counts["same"]) == ("same", 3)
    assert not any(again.changes.values())


def test_shipped_and_imported_editions_are_listed_with_their_first_day(
    session_factory: SessionFactory,
) -> None:
    import_text(session_factory, ADDITIONS, Wishes(valid_from=dt.date(2031, 1, 1)))
    import_text(session_factory, DIRECTORY, Wishes(directory="浙江2026"))
    adopted(session_factory)

    with reading(session_factory) as session:
        found = {(line.name, line.belongs_to): line for line in list_editions(session)}

    assert found["undergraduate-2025", NATIONAL].rows == 950
    imported = found["undergraduate-2031", NATIONAL]
    assert (imported.valid_from, imported.imported) == ("2031-01-01", True)
    assert imported.in_force is (clock.today() >= dt.date(2031, 1, 1))
    assert found["浙江2026", "浙江"].rows == 7
    assert {line.name for line in list_editions(None)} >= {"广东2020", "graduate-2022"}


def test_nobody_without_the_permission_imports_an_edition(session: Session) -> None:
    nobody = Actor(account_id=None, role=None)

    with pytest.raises(NotAllowedError):
        judge_table(session, nobody, open_table(ADDITIONS.encode(), "t.csv"), Wishes())


def test_an_import_leaves_every_drive_waiting_for_its_next_run_and_the_same_one_again_does_not(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        drive_id = make_drive(session).id

    for _ in range(2):
        import_text(session_factory, ADDITIONS)

    with reading(session_factory) as session:
        noted = session.scalars(
            sa.select(RankingChange.side).where(RankingChange.drive_id == drive_id)
        ).all()
    assert noted == [ranking_changes.MANY]
