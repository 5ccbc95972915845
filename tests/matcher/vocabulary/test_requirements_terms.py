"""What people said words mean (别名、更正) reaches every way of writing them."""

import pytest

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.requirements import Meaning, Student, Term, judge, read_requirement

FINANCE = Student(MajorLevel.BACHELOR, "财政学", "020201K")
MANAGEMENT = Student(MajorLevel.BACHELOR, "财务管理", "120204")


@pytest.mark.parametrize("words", ["财政学类", "财政学类（0202）"])
@pytest.mark.parametrize("text", ["财政学类（0202）", "法学类、财政学类(0202)、哲学"])
def test_what_a_person_said_of_words_outweighs_the_code_beside_them(words: str, text: str) -> None:
    term = Term(words, Meaning.NODE, "national:120204")
    corrected = read_requirement(text, "本科", terms=[term])
    assert judge(read_requirement(text, "本科"), FINANCE).verdict is Verdict.YES
    assert judge(corrected, FINANCE).verdict is Verdict.NO
    assert judge(corrected, MANAGEMENT).verdict is Verdict.YES


@pytest.mark.parametrize("text", ["会计学", "会计学（120203K）、法学"])
def test_a_majors_own_name_that_was_given_another_meaning_no_longer_admits_it(text: str) -> None:
    term = Term("会计学", Meaning.NODE, "national:120204")
    corrected = read_requirement(text, "本科", terms=[term])
    accounting = Student(MajorLevel.BACHELOR, "会计学", "120203K")
    assert judge(read_requirement(text, "本科"), accounting).verdict is Verdict.YES
    assert judge(corrected, accounting).verdict is Verdict.NO
    assert judge(corrected, MANAGEMENT).verdict is Verdict.YES


@pytest.mark.parametrize("meaning", [Meaning.NOTHING, Meaning.CONDITION])
def test_the_code_behind_words_without_a_meaning_means_nothing_either(meaning: Meaning) -> None:
    text = "法学类、财政学类（0202）"
    corrected = read_requirement(text, "本科", terms=[Term("财政学类", meaning)])
    assert judge(corrected, FINANCE).verdict is Verdict.NO


@pytest.mark.parametrize("meaning", [Meaning.NOTHING, Meaning.CONDITION])
def test_an_exclusion_that_loses_its_words_still_excludes_somebody(meaning: Meaning) -> None:
    software = Student(MajorLevel.BACHELOR, "软件工程", "080902")
    term = Term("计算机类", meaning)
    corrected = read_requirement("工学，不含计算机类", "本科", terms=[term])
    assert judge(corrected, software).verdict is not Verdict.YES


def test_a_name_of_another_level_is_understood_where_no_level_is_said() -> None:
    requirement = read_requirement("法学类")
    assert requirement.unread == ()
    assert "unread" not in {kind for _, _, kind in requirement.coats}
    college = Student(MajorLevel.COLLEGE, "法律事务", "580401")
    assert judge(requirement, college).verdict is Verdict.MAYBE


def test_an_old_name_that_ends_in_an_old_name_leaves_nobody_out() -> None:
    heir = Student(MajorLevel.COLLEGE, "大数据与会计", "530302")
    assert judge(read_requirement("会计电算化", "专科"), heir).verdict is Verdict.MAYBE
