"""Rules of reading a 专业要求, one test a rule, on texts made up here."""

import pytest

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.requirements import (
    Judgement,
    Student,
    judge,
    read_columns,
    read_requirement,
)

B, G, C = MajorLevel.BACHELOR, MajorLevel.GRADUATE, MajorLevel.COLLEGE
YES, MAYBE, NO = Verdict.YES, Verdict.MAYBE, Verdict.NO


def ask(
    text: str, level: MajorLevel, name: str, code: str | None = None, *, column: str | None = None
) -> Judgement:
    return judge(read_requirement(text, column), Student(level, name, code))


@pytest.mark.parametrize(
    ("text", "level", "name", "code", "expected"),
    [
        # Names, classes, gates.
        ("会计学、审计学", B, "审计学", None, YES),
        ("会计学、审计学", B, "财务管理", None, NO),
        ("材料类", B, "高分子材料与工程", None, YES),
        ("法学", B, "社会学", None, NO),
        ("法学类", B, "社会学", None, NO),
        ("法学（03）", B, "社会学", None, YES),
        ("工学类", B, "采矿工程", None, YES),
        ("医学门类", B, "护理学", None, YES),
        # Codes before and behind, letters, spaces, full width.
        ("080201机械工程 080202机械设计制造及其自动化", B, "机械工程", None, YES),
        ("机械工程（０８０２０１）", B, "机械工程", "080201", YES),
        ("护理学 101101 助产学 101102", B, "助产学", "101102TK", YES),
        ("本科：080901，080902", B, "软件工程", None, YES),
        # A provincial code is no national one: the name wins.
        ("土木工程(B081101)", B, "土木工程", "081001", YES),
        ("交通运输类(B0819)", B, "船舶与海洋工程", "081901", NO),
        # 、 inside a name.
        ("土木、水利与交通工程、给排水科学与工程", B, "土木、水利与交通工程", None, YES),
        ("土木、水利与交通工程、给排水科学与工程", B, "土木工程", None, NO),
        # 不限 within a limited text limits nothing else.
        ("药学类：不限 或者 生物工程", B, "化学", None, NO),
        ("药学类：不限 或者 生物工程", B, "药物制剂", None, YES),
        ("药学类、不限", B, "化学", None, MAYBE),
        ("专业不限，具有教师资格证书", B, "化学", None, YES),
        # Exclusions.
        ("经济学类（不含经济统计学）", B, "经济统计学", None, NO),
        ("经济学类（不含经济统计学）", B, "经济学", None, YES),
        ("除医学类以外的专业", B, "临床医学", None, NO),
        ("非计算机类专业", B, "软件工程", None, NO),
        ("管理学（不含公共管理类、农业经济管理类）", B, "行政管理", None, NO),
        ("管理学（不含公共管理类、农业经济管理类）", B, "会计学", None, YES),
        # Restrictions.
        ("公共管理学（1204，仅限行政管理）", G, "行政管理", "1204", YES),
        ("公共管理学（1204，仅限行政管理）", G, "土地资源管理", "1204", NO),
        ("软件工程（限网络安全方向）", G, "软件工程", "0835", MAYBE),
        # Academic and professional degrees.
        ("会计（1253）", G, "会计学", "1202", NO),
        ("会计学（120201）", G, "会计学", "1202", YES),
        ("会计硕士", G, "会计", "1253", YES),
        ("法学", G, "法律", "0351", MAYBE),
        ("统计学（0270）", G, "统计学", "0714", YES),
        ("中国语言文学（050100）", G, "中国语言文学", "0501", YES),
        # Open ends.
        ("机械工程、车辆工程等相关专业", B, "工业设计", None, MAYBE),
        ("机械工程、车辆工程等相关专业", B, "英语", None, NO),
        ("食品、化工等相关专业", B, "食品科学与工程", None, YES),
        ("食品、化工等相关专业", B, "粮食工程", None, MAYBE),
        # Words in no catalogue.
        ("财会审计类", B, "会计学", None, YES),
        ("财会审计类", B, "税收学", None, MAYBE),
        ("财会审计类", B, "护理学", None, NO),
        ("飞天遁地类", B, "护理学", None, MAYBE),
        ("具有计算机相关专业背景", B, "软件工程", None, MAYBE),
        # Vocational bachelor has a namespace of its own.
        ("计算机类（3102）", B, "软件工程技术", "310203", YES),
        ("计算机类（3102）", B, "软件工程", "080902", NO),
        ("计算机类（0809）", B, "软件工程技术", "310203", NO),
        ("计算机类", B, "软件工程技术", "310203", MAYBE),
        # Old and colloquial names.
        ("会计", B, "会计学", None, YES),
        ("会计（学）", B, "会计学", None, YES),
        # Joined and contracted.
        ("植物动物生产类", B, "农学", None, YES),
        ("土木工程专业或建筑学专业", B, "建筑学", None, YES),
        ("汉语言文学（师范）", B, "汉语言文学", None, MAYBE),
    ],
)
def test_reading(
    text: str, level: MajorLevel, name: str, code: str | None, expected: Verdict
) -> None:
    assert ask(text, level, name, code).verdict is expected


@pytest.mark.parametrize(
    "text",
    [
        "本科：法学类；研究生：法学（0301）",
        "大学本科：0301法学类 研究生：0301法学",
        "（本科）法学类；（研究生）法学",
        "以本科专业报考的：法学类；以研究生专业报考的：法学",
        "法学（本科：法学类；研究生：法学）",
    ],
)
def test_each_level_has_its_own_list(text: str) -> None:
    assert ask(text, B, "知识产权", column="本科及以上").verdict is YES
    assert ask(text, G, "法学", "0301", column="本科及以上").verdict is YES
    assert ask(text, G, "知识产权", "0354", column="本科及以上").verdict is NO


def test_a_text_for_graduates_only_admits_no_bachelor() -> None:
    answer = ask("研究生：法学（0301）", B, "法学")

    assert (answer.verdict, answer.how) == (NO, "level")


def test_unlimited_for_one_level_leaves_the_other_limited() -> None:
    text = "本科：法学类；研究生：不限专业"

    assert ask(text, G, "舞蹈", "1353").how == "any"
    assert ask(text, B, "舞蹈学").verdict is NO


def test_conditions_are_kept_apart_from_the_major() -> None:
    requirement = read_requirement("法学类，取得法律职业资格证书", "本科")

    assert requirement.conditions == ("取得法律职业资格证书",)
    assert judge(requirement, Student(B, "法学")).verdict is YES


def test_the_words_that_decide_are_given() -> None:
    assert ask("药学类、会计学（120203K）", B, "会计学").words == "会计学（120203K）"


def test_an_unknown_directory_leaves_classes_and_silence_to_a_person() -> None:
    requirement = read_requirement("计算机类、会计学", "本科", "某省2031")

    assert judge(requirement, Student(B, "会计学")).verdict is YES
    assert judge(requirement, Student(B, "软件工程")).how == "directory_unknown"
    assert judge(requirement, Student(B, "英语")).verdict is MAYBE


def test_a_major_in_no_catalogue_is_to_be_confirmed_against_a_class_only() -> None:
    assert ask("计算机类", B, "元宇宙工程").verdict is MAYBE
    assert ask("软件工程", B, "元宇宙工程").verdict is NO


def test_an_empty_text_decides_nothing() -> None:
    assert ask("", B, "法学").verdict is MAYBE


def test_an_empty_column_beside_filled_ones_is_not_admitted() -> None:
    requirement = read_columns({"研究生": "法学", "本科": "法学类", "专科": ""})

    assert judge(requirement, Student(B, "法学")).verdict is YES
    assert judge(requirement, Student(C, "法律事务")).verdict is NO


def test_columns_that_are_all_empty_state_nothing() -> None:
    requirement = read_columns({"研究生": "", "本科": "", "专科": ""})

    assert judge(requirement, Student(C, "护理")).how == "not_stated"


def test_spans_name_what_each_stretch_became() -> None:
    spans = read_requirement("本科：药学类，会计学；飞天遁地类").spans

    assert [(s.kind, s.text) for s in spans if s.kind != "separator"] == [
        ("level", "本科："),
        ("class", "药学类"),
        ("major", "会计学"),
        ("unread", "飞天遁地类"),
    ]


@pytest.mark.parametrize(
    "text",
    ["不限专业（医学类除外），应届", "专业不限（不含医学类）。具有教师资格证；限男性"],
)
def test_a_condition_behind_what_is_free_but_for_some_leaves_it_free(text: str) -> None:
    requirement = read_requirement(text, "本科")
    assert judge(requirement, Student(MajorLevel.BACHELOR, "会计学")).verdict is Verdict.YES
    assert judge(requirement, Student(MajorLevel.BACHELOR, "临床医学")).verdict is Verdict.NO
    assert requirement.conditions


@pytest.mark.parametrize(
    "text", ["专业不限（医学类除外），不招会计学", "不限专业（医学类除外），某某方向"]
)
def test_what_else_stands_behind_it_is_never_passed_over(text: str) -> None:
    accounting = Student(MajorLevel.BACHELOR, "会计学")
    assert judge(read_requirement(text, "本科"), accounting).verdict is not Verdict.YES
