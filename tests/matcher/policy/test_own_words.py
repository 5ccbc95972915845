"""Own words reach employers without hardship, numbers, parents or the address; the person is told what is left out."""

import pytest

from matcher.policy.own_words import for_employers, tells_too_much

HARMLESS = "会用 Linux 和 Python。在学校机房做过两年网络维护，善于克服困难；普通话二级甲等。"


def test_harmless_words_stay_as_they_are() -> None:
    said = for_employers(HARMLESS)

    assert (said.kept, said.left_out) == (HARMLESS, ())


@pytest.mark.parametrize(
    "sentence",
    [
        "我家是零就业家庭。",
        "属于困难职工家庭。",
        "家庭经济比较困难。",
        "享受低保。",
        "领过国家助学金。",
        "获国家励志奖学金。",
        "父亲下岗。",
        "父母在外打工。",
        "家住银川市兴庆区。",
        "住在解放街 12 号。",
        "幸福小区 3 号楼 2 单元。",
        "身份证 640104200306150018。",
        "640104 就不说了，64010420030615001X 是我的。",
        "电话 13912345678。",
        "电话 139 1234 5678。",
        "孤儿，由学校照顾。",
        "希望优先录用。",
    ],
)
def test_a_sentence_that_tells_too_much_is_left_out_whole(sentence: str) -> None:
    said = for_employers(f"会用 Linux。{sentence}做过网络维护。")

    assert said.kept == "会用 Linux。做过网络维护。"
    assert said.left_out == (sentence,)


def test_no_words_are_no_words() -> None:
    assert for_employers(None).kept == for_employers(" \n").kept == ""


@pytest.mark.parametrize(
    "text", ["身份证号：", "64 0104 2003 0615 0018", "家庭住址：银川", "低保户"]
)
def test_a_brought_document_that_tells_too_much_is_noticed(text: str) -> None:
    assert tells_too_much(text)


@pytest.mark.parametrize("text", ["2022.09-2026.07 宁夏大学", "13912345678", "学号 12022241234"])
def test_dates_and_phones_of_a_resume_are_not_taken_for_more(text: str) -> None:
    assert not tells_too_much(text)
