"""Acts on templates and files of the sheet, and their subjects, as the trail calls them."""

from web.i18n import msg

EXPORT_ACTS = {
    "sheet_template": msg("统计表样：全部"),
    "sheet_template.uploaded": msg("上传统计表样"),
    "sheet_template.bound": msg("绑定表样单元格"),
    "sheet_template.unbound": msg("取消绑定表样单元格"),
    "sheet_template.retired": msg("停用统计表样"),
    "sheet_template.restored": msg("恢复统计表样"),
    "sheet_file": msg("统计表文件：全部"),
    "sheet_file.asked": msg("申请生成统计表文件"),
    "sheet_file.made": msg("生成统计表文件"),
    "sheet_file.downloaded": msg("下载统计表文件"),
}
"""Acts by code."""

EXPORT_SUBJECTS = {
    "sheet_template": msg("统计表样"),
    "sheet_file": msg("统计表文件"),
}
"""Kinds of records by code."""
