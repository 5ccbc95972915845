"""Rules of the provincial reference directories (专业参考目录)."""

import csv
import json
import re
from pathlib import Path

import pytest

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors import directory_rows
from matcher.vocabulary.majors.caches import forget
from matcher.vocabulary.majors.directories import Directory, find_directory
from matcher.vocabulary.majors.directory_entries import Entry, forms
from matcher.vocabulary.majors.directory_rows import (
    DirectoryRow,
    DirectoryTable,
    adopt_directories,
    known_editions,
)
from matcher.vocabulary.majors.references import name_key
from matcher.vocabulary.tables import read_table

LEVELS = {
    "研究生": MajorLevel.GRADUATE,
    "本科": MajorLevel.BACHELOR,
    "专科": MajorLevel.COLLEGE,
}


def directory(words: str) -> Directory:
    found = find_directory(words)
    assert found is not None
    return found


def only(entries: list[Entry]) -> Entry:
    assert len(entries) == 1, entries
    return entries[0]


@pytest.mark.parametrize(
    ("words", "issuer", "edition", "asked"),
    [
        ("广东2020", "广东", 2020, 2020),
        ("广东2020目录", "广东", 2020, 2020),
        ("广东省2025专业参考目录", "广东", 2025, 2025),
        ("《广东省考试录用公务员专业参考目录（2025年版）》", "广东", 2025, 2025),
        ("2026年招考：见《广东省考试录用公务员专业参考目录（2025年版）》", "广东", 2025, 2025),
        ("广东２０２６", "广东", 2026, 2026),
        ("江苏2026目录", "江苏", 2026, 2026),
        ("江苏省2026年度考试录用公务员专业参考目录", "江苏", 2026, 2026),
        ("广东2023", "广东", 2020, 2023),
        ("广东2031", "广东", 2026, 2031),
        ("广东", "广东", 2026, None),
    ],
)
def test_a_directory_is_found_by_issuer_and_year(
    words: str, issuer: str, edition: int, asked: int | None
) -> None:
    found = directory(words)

    assert (found.issuer, found.edition_year, found.asked_year) == (issuer, edition, asked)


@pytest.mark.parametrize("words", [None, "", "教育部2020年目录", "浙江2026", "广东2018", "2020"])
def test_nobody_s_directory_stands_for_an_unknown_one(words: str | None) -> None:
    assert find_directory(words) is None


def test_an_issuers_code_counts_only_where_the_name_agrees() -> None:
    guangdong = directory("广东2020")

    agreed = guangdong.entry(MajorLevel.BACHELOR, "交通运输类", "B0819")
    digits = guangdong.entry(MajorLevel.BACHELOR, "交通运输类", "0819")
    clash = guangdong.entry(MajorLevel.BACHELOR, "纺织类", "B0819")
    alone = guangdong.entry(MajorLevel.BACHELOR, "", "B0819")

    assert only(agreed) is only(digits) is only(alone)
    assert clash == []


def test_an_issuers_code_leads_to_the_nation_by_name_and_never_by_digits() -> None:
    traffic = only(directory("广东2020").entry(MajorLevel.BACHELOR, "", "B0819"))

    nodes = directory("广东2020").national(traffic)

    assert [node.code for node in nodes] == ["0818"]


def test_a_discipline_that_won_a_syllable_is_still_the_national_one() -> None:
    business = directory("广东2026").entry(MajorLevel.GRADUATE, "工商管理", "A1202")

    nodes = directory("广东2026").national(only(business))

    assert [node.code for node in nodes] == ["1202", "1251"]


@pytest.mark.parametrize(
    ("words", "name", "code", "degree"),
    [
        ("广东2020", "新闻传播学", "A0503", "新闻与传播"),
        ("广东2025", "临床医学", "A1002", "护理"),
        ("广东2026", "工商管理", "A1202", "工商管理"),
        ("广东2025", "法学", "A0301", "法律"),
        ("广东2020", "法学", "A0301", "法律"),
    ],
)
def test_a_discipline_admits_the_professional_degrees_the_directory_files_under_it(
    words: str, name: str, code: str, degree: str
) -> None:
    entry = only(directory(words).entry(MajorLevel.GRADUATE, name, code))

    admitted = directory(words).names_of(entry)

    assert degree in admitted
    assert "种子科学" not in admitted


def test_a_category_takes_in_the_categories_it_names() -> None:
    jiangsu = directory("江苏2026")
    computing = only(jiangsu.entry(MajorLevel.BACHELOR, "计算机类"))
    software = only(jiangsu.entry(MajorLevel.BACHELOR, "计算机（软件）类"))

    assert jiangsu.names_of(software) < jiangsu.names_of(computing)
    assert jiangsu.names_of(computing) != jiangsu.names_of(computing, MajorLevel.COLLEGE)


def test_a_number_before_a_category_must_be_its_own() -> None:
    jiangsu = directory("江苏2026")

    assert only(jiangsu.entry(MajorLevel.BACHELOR, "17计算机类")).name == "计算机类"
    assert jiangsu.entry(MajorLevel.BACHELOR, "03计算机类") == []


def test_what_a_directory_does_not_list_is_not_guessed() -> None:
    guangdong = directory("广东2020")

    assert guangdong.entry(MajorLevel.BACHELOR, "03经济金融类") == []
    assert not guangdong.knows(MajorLevel.BACHELOR, "种子灵学")
    assert not guangdong.knows(MajorLevel.BACHELOR, "工学")


def test_an_old_name_is_known_and_admitted_under_its_new_one() -> None:
    guangdong = directory("广东2020")
    chinese = only(guangdong.entry(MajorLevel.BACHELOR, "中国语言文学类"))

    assert guangdong.knows(MajorLevel.BACHELOR, "古典文献")
    assert "古典文献" in guangdong.names_of(chinese)
    assert only(guangdong.entry(MajorLevel.BACHELOR, "古典文献")).name == "古典文献学"


def rows_of_a_made_up_directory() -> tuple[DirectoryRow, ...]:
    level = MajorLevel.BACHELOR
    return (
        DirectoryRow(level, "gate", "B01", "试门"),
        DirectoryRow(level, "class", "B0101", "试一类", "gate:B01"),
        DirectoryRow(level, "class", "B0102", "试二类", "gate:B01"),
        DirectoryRow(level, "major", "B010101", "试甲（部分）", "class:B0101", ("旧甲（部分）",)),
        DirectoryRow(level, "major", "B010102", "试乙", "class:B0101", ("旧乙", "旧丙", "试丁")),
        DirectoryRow(level, "major", "B010201", "试甲（部分）", "class:B0102", ("旧甲（部分）",)),
        DirectoryRow(level, "major", "B010202", "试丁", "class:B0102", ("旧丙", "旧戊（部分）")),
        DirectoryRow(level, "major", "B010203", "法学（法务会计）", "class:B0102"),
    )


def test_a_name_that_went_to_several_classes_is_certain_only_where_all_of_them_are_meant() -> None:
    found = Directory("试", 2026, "试", rows_of_a_made_up_directory())
    gate, first, second = found.entries[:3]

    assert {"旧乙", "试乙"} <= found.names_of(first)
    assert {"旧甲", "旧丙", "试甲", "试丁"} <= found.doubtful_names_of(first)
    assert "试丁" in found.names_of(second)
    assert {"旧甲", "旧丙", "试甲", "试丁"} <= found.names_of(gate)
    assert "旧戊" in found.doubtful_names_of(gate)


def test_a_bracket_that_is_part_of_the_name_stays() -> None:
    assert "法学" not in forms("法学（法务会计）")
    assert "金融学" in forms("金融学（含∶保险学）")
    assert "新闻与传播" in forms("新闻与传播硕士（专业硕士）")


def test_an_imported_directory_stands_beside_the_shipped_ones_until_it_is_given_up() -> None:
    table = DirectoryTable("浙江", 2026, "试", rows_of_a_made_up_directory())

    adopt_directories((table,))
    try:
        found = directory("浙江2026")
        assert only(found.entry(MajorLevel.BACHELOR, "试一类")).code == "B0101"
        assert directory("广东2020").year == 2020
    finally:
        adopt_directories(())
    assert find_directory("浙江2026") is None


def test_categories_that_name_each_other_do_not_hang() -> None:
    level = MajorLevel.BACHELOR
    rows = [
        DirectoryRow(level, "category", "01", "试一类", "category:02"),
        DirectoryRow(level, "category", "02", "试二类", "category:01"),
        DirectoryRow(level, "major", "", "试甲", "category:01"),
    ]

    found = Directory("试", 2026, "试", rows)

    assert "试甲" in found.names_of(only(found.entry(level, "试一类")))


def test_every_class_knows_its_members() -> None:
    for issuer, year in known_editions():
        found = directory(f"{issuer}{year}")
        empty = [e.name for e in found.entries if e.kind != "major" and not e.members]
        assert empty == []
        for entry in found.entries:
            admitted = found.names_of(entry) | found.doubtful_names_of(entry)
            for line in entry.inside():
                assert line.kind not in ("class", "major") or name_key(line.name) in admitted


def test_no_directory_is_read_before_one_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def watched(name: str) -> list[dict[str, str]]:
        read.append(name)
        return read_table(name)

    monkeypatch.setattr(directory_rows, "read_table", watched)
    forget()

    assert find_directory("浙江2026") is None
    assert read == ["directories/index.csv"]
    directory("江苏2026")
    assert "directories/jiangsu.csv" in read
    assert "directories/guangdong.csv" not in read


@pytest.mark.real_tables
@pytest.mark.parametrize("year", [2020, 2025, 2026])
def test_every_row_of_guangdong_is_found_by_its_name_and_by_its_code(
    year: int, shared_data: Path
) -> None:
    found = directory(f"广东{year}")
    text = (shared_data / "majors" / f"gd_{year}_catalog.csv").read_text(encoding="utf-8-sig")
    for row in csv.DictReader(text.splitlines()):
        level = LEVELS[row["level"]]
        # One code of the published sheet stands there as a number: 130204.0.
        code = re.sub(r"^(\d+)\.0$", r"C\1", row["major_code"])
        lines = found.entry(level, row["major"], code)
        assert only(lines) in found.entry(level, row["major"])
        assert only(lines) in found.entry(level, "", code)
        assert found.knows(level, row["old_major"] or row["major"])
        above = found.entry(level, row["discipline"], code[:5])
        assert not row["discipline"] or only(lines) in only(above).members
        if row["gate"]:
            assert only(lines) in only(found.entry(level, row["gate"][3:], code[:3])).majors()


@pytest.mark.real_tables
def test_every_row_of_jiangsu_is_found_by_its_name_and_under_its_category(
    shared_data: Path,
) -> None:
    found = directory("江苏2026")
    path = shared_data / "majors" / "jiangsu_major_catalog_2026.json"
    for category in json.loads(path.read_text(encoding="utf-8"))["categories"]:
        for written, names in category["levels"].items():
            level = LEVELS[written]
            entries = found.entry(level, category["name"])
            assert not names or only(entries).code == f"{category['order']:02d}"
            for name in names:
                if "专业大类序号" not in name:
                    assert name_key(name) in found.names_of(only(entries))
                    assert found.knows(level, name)
