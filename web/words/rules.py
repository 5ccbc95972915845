"""How a major fits, in words: the rules of the reader (`how`) and the groups lists are narrowed by."""

from web.i18n import gettext, msg

CERTAIN = {
    "leaf": msg("岗位写明该专业"),
    "major": msg("岗位写明该专业"),
    "name": msg("岗位写明该专业"),
    "old_name": msg("岗位写的是该专业的旧名"),
    "discipline": msg("岗位写明该学科"),
    "class": msg("在岗位所列的专业类之内"),
    "alias": msg("岗位用习惯叫法写到该专业或它的专业类"),
    "gate": msg("在岗位所列的门类或大类之内"),
    "group": msg("在岗位所列的门类或大类之内"),
    "any": msg("岗位不限专业"),
    "not_stated": msg("岗位没有写专业要求，按不限处理"),
    "decided": msg("人工已确认"),
}
"""Rules of certain answers."""

DOUBTFUL = {
    "open_ended": msg("岗位写有“等相关专业”，是否含本专业"),
    "open_ended_class": msg("岗位写有“等相关专业”，同一专业类是否算相关"),
    "open_ended_gate": msg("岗位写有“等相关专业”，同一门类是否算相关"),
    "open_ended_stem": msg("岗位写有“等相关专业”，名称相近是否算相关"),
    "unread": msg("岗位要求里有读不懂的词"),
    "restricted": msg("岗位对方向有限制，本人方向不明"),
    "direction": msg("岗位要求的是方向，本人方向不明"),
    "bracket_unread": msg("岗位要求的括号里有读不懂的词"),
    "class_word_of_major": msg("岗位写的像专业类，实为专业名"),
    "stem": msg("名称相近，是否为同一专业"),
    "unknown_major": msg("本人专业不在目录里，是否属于所列专业类"),
    "alias": msg("岗位用的是习惯叫法，范围不明"),
    "old_name": msg("旧专业名，可能对应几个新专业"),
    "old_name_excluded": msg("旧专业名，其中一个新专业被排除"),
    "excluded_and_listed": msg("岗位既列出又排除了本专业"),
    "directory_unknown": msg("岗位所用的专业目录不明"),
    "same_name_other_code": msg("专业名相同，代码不同"),
    "second_level_of": msg("岗位写的是二级学科，本人为一级学科"),
    "class_of_undergraduates": msg("岗位写的是本科专业类，研究生学科是否相当"),
    "other_degree_kind": msg("学术学位与专业学位是否互认"),
    "twin": msg("岗位写有“含相关专业学位”，是否含本专业学位"),
    "code": msg("岗位写的名称目录里没有，只有代码对得上"),
    "code_disagrees": msg("岗位写的名称与代码不是同一专业"),
    "class": msg("是否在岗位所列的专业类之内"),
    "gate": msg("是否在岗位所列的门类或大类之内"),
    "gate_of_same_name": msg("岗位写的是门类名，也是专业名，不知指哪个"),
    "major": msg("是否为岗位所写的专业"),
    "name": msg("是否为岗位所写的专业"),
    "discipline": msg("是否为岗位所写的学科"),
    "unknown_name": msg("岗位写的专业目录里没有，可能指别的专业"),
    "cut_off": msg("岗位要求没有写完，后面可能还有专业"),
    "excluded_perhaps": msg("岗位有一句排除读不懂，可能排除本专业"),
    "directory_part": msg("岗位所用的专业目录只收本专业的一部分"),
    "not_in_directory": msg("岗位所用的专业目录没有收本专业"),
}
"""Rules of answers to be confirmed: what a person has to decide."""

HOW_WORDS = {
    "major_leaf": msg("写明该专业"),
    "major_class": msg("在专业类之内"),
    "major_group": msg("在门类之内"),
    "major_any": msg("不限专业"),
    "maybe": msg("待确认"),
}
"""Groups of `ranked_people.HOW_GROUPS`."""


def certain(rule: str | None) -> str:
    """Return why a major certainly fits."""
    return gettext(CERTAIN.get(rule or "", CERTAIN["any"]))


def doubtful(rule: str | None) -> str:
    """Return what about a major is to be confirmed."""
    return gettext(DOUBTFUL.get(rule or "", msg("要求的读法不确定")))
