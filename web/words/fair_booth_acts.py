"""What the acts on halls and booths are called in the trail (操作名称)."""

from types import MappingProxyType

from web.i18n import msg

ACTS = MappingProxyType(
    {
        "hall.added": msg("新建展厅"),
        "hall.changed": msg("修改展厅"),
        "hall.removed": msg("删除展厅"),
        "hall.drawn": msg("画展厅的格子"),
        "hall.filled": msg("排出展位"),
        "hall.emptied": msg("删去空展位"),
        "booth.fixed": msg("固定或改编号"),
        "booths.placed": msg("安排展位"),
        "booths.moved": msg("移动或对调展位"),
        "booths.cleared": msg("移出展位"),
        "booths.released": msg("单位不来，空出展位"),
        "booths.undone": msg("撤销展位变动"),
        "booths.plan_computed": msg("计算展位方案"),
        "booths.plan_accepted": msg("采用展位方案"),
        "booths.plan_dropped": msg("放弃展位方案"),
    }
)
