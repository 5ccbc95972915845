"""Kinds of defects of real rosters (名册常见毛病), and what an honest reader makes of each.

Outcome: taken, refused, or not_data. Problem: the code the reader must give, empty where there is nothing to say.
"""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["taken", "refused", "not_data"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of defect: its code here, what people call it, the outcome and the problem's code."""

    code: str
    name: str
    outcome: Outcome = "taken"
    problem: str = ""


CELL_KINDS = (
    Kind("id_number_cell", "身份证号按数字存储（6.40104E+17）", "refused", "digits_lost"),
    Kind("id_scientific", "身份证号写成科学计数法文字", "refused", "digits_lost"),
    Kind("id_fifteen", "15 位旧身份证号"),
    Kind("id_lower_x", "末位小写 x 与全角数字混写"),
    Kind("id_full_width", "身份证号为全角数字"),
    Kind("id_spaces", "身份证号中间有空格、前后有引号"),
    Kind("id_check", "身份证号校验位不符", "refused", "id_check"),
    Kind("id_short", "身份证号少一位", "refused", "id_length"),
    Kind("id_letter", "身份证号里的 0 写成字母 O", "refused", "id_letters"),
    Kind("id_masked", "身份证号被星号遮盖", "refused", "id_masked"),
    Kind("id_missing", "没有身份证号", "taken", "id_missing"),
    Kind("id_formula", "身份证号是公式错误 #REF!", "refused", "formula_error"),
    Kind("name_missing", "姓名空缺", "refused", "no_name"),
    Kind("name_digits", "姓名列里是编号（串列）", "refused", "name_form"),
    Kind("name_masked", "姓名写成某某", "refused", "name_masked"),
    Kind("name_spaces", "姓名中间有空格"),
    Kind("name_dots", "少数民族姓名的间隔号写法不一"),
    Kind("name_note", "姓名后有括号说明"),
    Kind("phone_zero_lost", "固定电话丢了区号前的 0", "taken", "leading_zero_lost"),
    Kind("phone_noise", "电话里夹着文字"),
    Kind("phone_bad", "电话少一位", "taken", "phone_unreadable"),
    Kind("phone_formula", "电话是公式错误 #N/A", "taken", "phone_unreadable"),
    Kind("born_impossible", "出生日期不存在（2 月 30 日）", "taken", "date_impossible"),
    Kind("born_future", "出生日期在将来", "taken", "birth_future"),
    Kind("born_other", "出生日期与身份证号不一致", "taken", "birth_mismatch"),
    Kind("born_short_year", "年份只写两位（75.3.4）", "taken", "date_ambiguous"),
    Kind("born_forms", "日期的多种写法（九种，含序列数、中文数字、民国纪年）"),
    Kind("card_number_cell", "银行卡号按数字存储", "taken", "card_digits_lost"),
    Kind("relation_words", "与户主关系写方言、俗称或编号"),
    Kind("work_words", "就业状态写法不一"),
    Kind("gone", "成员已去世仍在册", "refused", "member_gone"),
)
"""One cell of one person's row."""

FILE_KINDS = (
    Kind("number_zero_lost", "档案编号丢了开头的 0", "taken", "leading_zero_lost"),
    Kind("old_county", "住址用旧县名（撤县设区、设市）"),
    Kind("no_province", "住址省略省、市"),
    Kind("tier_old", "困难类别用旧口径（低保边缘户等）", "taken", "tier_old"),
    Kind("tier_exited", "写明已脱困的户", "refused", "file_exited"),
    Kind("income_wan", "收入以万元写"),
    Kind("income_about", "收入带“约”“左右”“余”"),
    Kind("income_month", "年收入列里按月写"),
    Kind("income_negative", "收入为负数", "taken", "money_negative"),
    Kind("income_words", "收入列里写文字", "taken", "money_unreadable"),
    Kind("zero_marks", "零就业标志写 √、1、Y、是"),
    Kind("zero_words", "零就业标志读不出是否", "taken", "yes_no_unreadable"),
    Kind("filed_forms", "建档日期的多种写法"),
    Kind("filed_future", "建档日期在将来", "taken", "date_future"),
)
"""One cell of a file, merged over the rows of its members."""

FAMILY_KINDS = (
    Kind("row_twice", "同一行重复出现"),
    Kind("row_twice_changed", "同一人重复而内容不同", "refused", "repeated_differently"),
    Kind("person_in_two", "同一人在两户", "refused", "member_in_two_files"),
    Kind("family_twice", "同一户以两个编号重复建档", "refused", "household_barred"),
    Kind("no_holder", "一户没有户主", "taken", "no_holder"),
    Kind("two_holders", "一户两个户主", "refused", "holder_twice"),
    Kind("hole", "档案编号只在首行、没有合并", "refused", "household_unknown"),
)
"""Rows of one family together."""

LINE_KINDS = (
    Kind("title", "表头之前的标题、填报单位、说明", "not_data", "not_data_title"),
    Kind("head", "两层表头，列名带换行、错字、全角括号", "not_data", "not_data_head"),
    Kind("numbering", "列号行", "not_data", "not_data_numbering"),
    Kind("subtotal", "小计、合计行", "not_data", "not_data_subtotal"),
    Kind("blank", "空行", "not_data", "not_data_blank"),
    Kind("repeated_head", "打印分页处重复的表头", "not_data", "not_data_repeated_head"),
    Kind("note", "表末落款、填表说明", "not_data", "not_data_note"),
    Kind("other_sheet", "汇总表、说明表、代码表混在文件里", "not_data", "not_data_other_sheet"),
    Kind("sample", "示例行", "not_data", "not_data_sample"),
    Kind("hidden", "隐藏的行、列与批注"),
    Kind("extra_columns", "多出来的列"),
    Kind("other_layout", "各乡镇版式不同：一人一行，或一户一行"),
    Kind("two_in_cell", "一格里写几个子女", "taken", "several_people"),
)
"""Rows and sheets that are no data, and how sheets are kept."""

KINDS: tuple[Kind, ...] = (*CELL_KINDS, *FILE_KINDS, *FAMILY_KINDS, *LINE_KINDS)
BY_CODE = {kind.code: kind for kind in KINDS}
