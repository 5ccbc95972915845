"""What a scanner says when it answers by itself (断网用语): the door's own headlines, by kind and by reason."""

from typing import Any

from matcher.kinds.fairs import EntryKind, EntryRefusal
from web.i18n import label, msg, translated

_HEADLINES = {
    EntryKind.ENTERED: msg("请进"),
    EntryKind.RETURNED: msg("请进（再次入场）"),
    EntryKind.LEFT: msg("慢走"),
}

_HINTS = {
    EntryRefusal.UNKNOWN: msg("本机的离线名单里没有这张票。联网以后再扫一次，或到登记处。"),
    EntryRefusal.FULL: msg("本机带走的离线名额用完了，联网以后再放行，或请到联网的门。"),
    EntryRefusal.ALREADY_IN: msg("出场时请先扫“出场”。"),
    EntryRefusal.WRONG_DAY: msg("这张票是另一场的，票面上有日期和时间。"),
    EntryRefusal.TOO_EARLY: msg("还没到入场时间。"),
    EntryRefusal.OVER: msg("这一场已经结束。"),
    EntryRefusal.CANCELLED: msg("换过新票的请出示新票；没有的请到登记处。"),
}

_STATES = {
    "online": msg("已联网"),
    "offline": msg("断网：按离线名单放行，记录存在本机，联网后自动补传"),
    "no_list": msg("断网，而且本机没有离线名单：先不要放行，请到联网的门"),
    "expired": msg("断网，离线名单不是今天的：先不要放行，请到联网的门"),
    "unsafe": msg("这个地址不是 https，断网时不能验票"),
    "bad_list": msg("离线名单的签名不对，没有采用。请刷新页面；还不行请主办方重新配对"),
    "not_paired": msg("这台终端已停用或配对过期，请主办方重新配对"),
    "waiting": msg("待补传 %(n)s 条"),
    "lent": msg("离线名额 %(n)s 个"),
    "no_limit": msg("本场不限人数"),
    "list_of": msg("离线名单 %(time)s 更新"),
    "brought": msg("已补传 %(n)s 条"),
    "conflicts": msg("已补传 %(n)s 条，其中 %(k)s 条有冲突，主办方会核对"),
    "others": msg("本机还有 %(n)s 条是上一次配对时的记录，请用原来的终端名称重新配对后补传"),
    "unreadable": msg("没有读到票码，请再扫一次。"),
    "busy": msg("正在核对"),
    "camera_denied": msg("没有摄像头权限：在浏览器的网站设置里允许使用摄像头，或输入票码。"),
    "camera_none": msg("没有找到摄像头，请用扫码枪或输入票码。"),
    "camera_busy": msg("摄像头被别的程序占用，关掉以后再试。"),
    "camera_insecure": msg("这个地址不是 https，浏览器不给用摄像头，请用扫码枪或输入票码。"),
    "camera_broken": msg("摄像头读不了码，请用扫码枪或输入票码。"),
    "camera_on": msg("打开摄像头"),
    "camera_off": msg("关闭摄像头"),
    "offline_mark": msg("断网"),
    "inside": msg("在馆 %(n)s"),
    "entered": msg("已入场 %(n)s"),
    "left": msg("还可进 %(n)s"),
}


def offline_words() -> dict[str, Any]:
    """Return all that the scripts of the scan page say, in the reader's language."""
    return {
        "kinds": {kind.value: translated(words) for kind, words in _HEADLINES.items()},
        "refusals": {one.value: label(one) for one in EntryRefusal},
        "hints": {one.value: translated(words) for one, words in _HINTS.items()},
        # Placeholders stay: the scripts fill in their own counts.
        "states": {name: translated(words) for name, words in _STATES.items()},
        "labels": {one.value: label(one) for one in EntryKind},
    }
