"""What `yangguang bench vocabulary` prints for people."""

from collections.abc import Iterator

from matcher.cli.bench_clock import SpreadOut
from matcher.cli.bench_shapes import PassOut, ReadingOut, VocabularyOut


def tables(measured: VocabularyOut) -> Iterator[str]:
    """Yield the lines of the report."""
    machine = measured.machine
    yield f"{machine.system}，{machine.cores} 核，Python {machine.python}；速率和毫秒均按 CPU 时间"
    yield f"标尺（一段普通 Python）：前 {machine.yardstick_before_ms:.2f} ms，后 {machine.yardstick_after_ms:.2f} ms"
    for one in measured.reading:
        yield from _reading(one)
    yield f"\n{'载入（毫秒）':<16}{'首次':>9}{'再次':>9}"
    for load in measured.loads:
        again = "—" if load.again_ms is None else f"{load.again_ms:.1f}"
        yield f"{load.name:<20}{load.first_ms:>10.1f}{again:>10}"
    yield f"\n{'毫秒':<22}{'次数':>6}{'p50':>10}{'p95':>10}{'最长':>8}  最慢的输入"
    yield from _spreads(measured)
    intents = measured.intents
    yield f"\n意向：每秒 {intents.cold_per_second:,.0f} 句（首次），{intents.warm_per_second:,.0f} 句（再次）"
    yield f"用时 {measured.seconds:.0f} 秒"


def _reading(one: ReadingOut) -> Iterator[str]:
    yield f"\n专业要求 {one.texts:,} 条，每条 {one.cases_a_text} 人，共 {one.cases:,} 题"
    yield f"{'':<10}{'条/秒':>10}{'题/秒':>10}{'CPU 秒':>8}{'墙钟秒':>8}"
    for name, each in one.passes.items():
        yield _pass(name, each)
    ratios = "，".join(f"{name} {ratio:.3f}" for name, ratio in one.ratios.items())
    yield f"与切分对照（splitter）之比：{ratios}"
    decided = "—" if one.agree_decided is None else f"{one.agree_decided:.2%}"
    yield f"答案相同 {one.agree:.2%}，其中已判定的相同 {decided}；各答案 {one.verdicts}"


def _pass(name: str, each: PassOut) -> str:
    rates = f"{each.texts_per_second:>12,.0f}{each.cases_per_second:>12,.0f}"
    return f"{name:<10}{rates}{each.cpu_seconds:>10.3f}{each.wall_seconds:>10.3f}"


def _spreads(measured: VocabularyOut) -> Iterator[str]:
    yield _spread("worst case, cold", measured.worst_case.cold)
    yield _spread("worst case, warm", measured.worst_case.warm)
    for name, box in measured.search.items():
        yield _spread(f"search {name}", box.warm) + f"（首次查询 {box.first_ms:.0f}）"
    intents = measured.intents
    yield _spread("sentences, cold", intents.sentences.cold)
    yield _spread("sentences, warm", intents.sentences.warm)
    yield _spread("overlong, cold", intents.overlong.cold)
    yield _spread("overlong, warm", intents.overlong.warm)
    yield _spread("regions, cold", measured.regions.cold)
    yield _spread("regions, warm", measured.regions.warm)


def _spread(name: str, one: SpreadOut) -> str:
    figures = f"{one.calls:>8}{one.p50_ms:>10.3f}{one.p95_ms:>10.3f}{one.max_ms:>10.3f}"
    return f"{name:<22}{figures}  {one.slowest}"
