"""Nobody who is refused in plain words is ever admitted, whatever the words and wherever they stand."""

import pytest

from matcher.kinds import MajorLevel, Verdict
from matcher.vocabulary.requirements import Student, judge, read_requirement

B, G = MajorLevel.BACHELOR, MajorLevel.GRADUATE

WORDINGS = [
    "不含{x}",
    "不包括{x}",
    "除{x}外",
    "除{x}以外",
    "{x}除外",
    "非{x}",
    "不招{x}",
    "不接收{x}",
    "不接受{x}",
    "不面向{x}",
    "不考虑{x}",
    "不收{x}",
    "剔除{x}",
    "谢绝{x}",
    "拒收{x}",
    "{x}不得报考",
    "{x}不可报考",
    "{x}不能报考",
    "{x}不予报考",
    "{x}不符合",
    "{x}不在此列",
    "{x}不包括在内",
    "{x}者勿报",
    "{x}例外",
    "{x}禁止报考",
    "{x}专业考生不得报考",
    "不 含{x}",
    "不允许{x}报考",
    "{x}不在招聘范围",
]
PLACES = [
    "{b}（{f}）",
    "{b}，{f}",
    "{b}；{f}",
    "{b}。{f}。",
    "{b} {f}",
    "{f}，{b}",
    "（{f}）{b}",
    "{b}\n（{f}）",
    "{b}、历史学类（以上{f}）",
    "{b}注：{f}",
    "{b}等相关专业，{f}",
    "专业不限（{f}）",
    "本科：{b}，{f}；研究生：{b}，{f}",
]
REFUSED = [
    ("工学", "计算机类", "软件工程", B),
    ("工商管理类", "市场营销", "市场营销", B),
    ("法学", "国际法学", "国际法学", G),
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("wording", WORDINGS)
def test_who_is_refused_is_never_admitted(wording: str, place: str) -> None:
    admitted = []
    for group, refused, major, level in REFUSED:
        text = place.format(b=group, f=wording.format(x=refused))

        answer = judge(read_requirement(text, level.label), Student(level, major))

        if answer.verdict is Verdict.YES:
            admitted.append(text)

    assert admitted == []


@pytest.mark.parametrize(
    ("text", "level", "major"),
    [
        # Twins, old names and other spellings of what is refused.
        ("财经商贸大类，不含电子商务类", MajorLevel.COLLEGE, "全媒体电商运营"),
        ("专业不限，不含金融学类", B, "投资经济"),
        ("畜牧业类，不含动物营养与饲料", MajorLevel.COLLEGE, "动物营养与饲料专业"),
        ("药学（排除生药学）", G, "生药学专业"),
        ("教育学（0401）（不含高等教育学专业）", G, "高等教育学"),
        ("政治学类（0302），政治学、经济学与哲学除外", B, "政治学、经济学与哲学"),
        ("专业不限（艺术类、体育类除外）", B, "体育教育"),
        ("经济学类（不含能源、环境）", B, "能源经济"),
        ("医学（不含中医等相关专业）", B, "中药学"),
        ("工学类（不含部分特殊专业）", B, "软件工程"),
        ("非热门专业", B, "软件工程"),
        ("工学，不接收涉密类专业", B, "软件工程"),
    ],
)
def test_who_may_be_refused_is_not_admitted_either(
    text: str, level: MajorLevel, major: str
) -> None:
    answer = judge(read_requirement(text, level.label), Student(level, major))

    assert answer.verdict is not Verdict.YES


@pytest.mark.parametrize(
    ("text", "major", "expected"),
    [
        # 不 and 非 in names and in conditions refuse nobody.
        ("无机非金属材料工程、非金属材料类", "无机非金属材料工程", Verdict.YES),
        ("会计学，工作经验不少于两年", "会计学", Verdict.YES),
        ("会计学（不限专业方向）", "会计学", Verdict.YES),
        ("会计学，不得有违法记录", "会计学", Verdict.YES),
        ("不限（定向、委培生除外）", "会计学", Verdict.YES),
        # 除A外，其他不得报考 asks for A.
        ("除会计学外，其他专业不得报考", "会计学", Verdict.YES),
        ("除会计学外，其他专业不得报考", "法学", Verdict.NO),
    ],
)
def test_a_word_that_refuses_something_else_bars_no_major(
    text: str, major: str, expected: Verdict
) -> None:
    assert judge(read_requirement(text, "本科"), Student(B, major)).verdict is expected


@pytest.mark.parametrize(
    "text",
    [
        "专业不限会计学仅限审计",
        "会计从业资格证书。均可",
        "男，均可",
        "薪资待遇自己开，不限",
        "非：",
        "专业不限，但限理工科",
        "文科，专业不限",
        "A组：专业不限；B组：会计学",
        "法学类；具有法律职业资格证书的专业不限",
        "专业并非不限：须为金融学类",
        "计算机类：不限 或者 会计学",
    ],
)
def test_a_text_that_limits_anything_is_never_silently_unlimited(text: str) -> None:
    answer = judge(read_requirement(text, "本科"), Student(B, "历史学"))

    assert answer.verdict is not Verdict.YES


@pytest.mark.parametrize(
    "text",
    [
        "不限",
        "专业不限",
        "不限专业，需取得会计从业资格证",
        "专业：不限（男性）",
        "专业不限，财会类优先",
        "所有专业均可报考",
        "无专业限制",
        "专业、性别不限",
        "18-35岁，大专及以上学历，专业不限",
    ],
)
def test_a_text_that_says_plainly_that_any_major_will_do_is_unlimited(text: str) -> None:
    answer = judge(read_requirement(text, "本科"), Student(B, "历史学"))

    assert answer.verdict is Verdict.YES
