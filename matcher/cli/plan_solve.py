"""`yangguang plan solve`: solve one bare instance (`matcher.allocation.bare`), without an installation.

Exit 0: solved; 1: the instance cannot be used, and every problem of it is told.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Final

import click

from matcher.allocation.bare import BareInstance, read_instance
from matcher.allocation.bare_plan import bare_hash, bare_plan
from matcher.allocation.hall import certificate
from matcher.allocation.pins import Pin, solved
from matcher.cli.entry import FAILED
from matcher.cli.json_lines import ENCODING
from matcher.cli.plan_shapes import SolvedOut, error_out
from matcher.errors import InvalidInputError
from matcher.kinds.plans import PinKind, PlanRule, SeatedAs

_HALF_A_CHARACTER: Final = re.compile(r"\\u[dD][89a-fA-F]")


@click.command("solve")
@click.argument("instance", type=click.File(encoding=ENCODING))
@click.option(
    "--rule",
    type=click.Choice([rule.value for rule in PlanRule]),
    default=PlanRule.FAIR.value,
    show_default=True,
    help="fair 公平方案，most 最多方案",
)
@click.option("--with-instance", is_flag=True, help="把实例一并写出，便于单独核验")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def solve(instance: IO[str], *, rule: str, with_instance: bool, as_json: bool) -> int:
    """求解一个实例：INSTANCE 为 JSON 文件，- 为标准输入。"""
    try:
        given = read_json(instance)
        plan = solve_bare(given, PlanRule(rule))
    except InvalidInputError as error:
        click.echo(f"yangguang: {error.message}", err=True)
        if as_json:
            problems = error.details.get("problems", [])
            listed = problems if isinstance(problems, list) else []
            click.echo(_text(error_out(error.code, error.message, listed)))
        return FAILED
    for remark in plan.remarks:
        click.echo(remark, err=True)
    if as_json or with_instance:
        written = plan.model_dump()
        click.echo(_text({"instance": given, "plan": written} if with_instance else written))
    else:
        click.echo(_in_words(plan))
    return 0


def solve_bare(given: Any, rule: PlanRule, pins: Sequence[Mapping[str, Any]] = ()) -> SolvedOut:
    """Solve an instance as read from JSON.

    Parameters
    ----------
    pins : pairs fixed or forbidden, as a plan of the product names them

    Raises
    ------
    InvalidInputError
        It cannot be used; the details list all its problems. Or the pins cannot be kept.
    """
    bare = read_instance(given)
    result = solved(bare.market, bare.rules, rule, list(_pins(bare, pins)))
    proof = certificate(bare.market, bare.rules)
    return SolvedOut.model_validate(bare_plan(bare, result, proof, bare_hash(given)))


def _pins(bare: BareInstance, written: Sequence[Mapping[str, Any]]) -> Iterator[Pin]:
    """Number pins as the market does, by rows + 1; who is unknown gets a number nobody has."""
    people = {str(name): row + 1 for row, name in enumerate(bare.graduates)}
    postings = {str(name): row + 1 for row, name in enumerate(bare.postings)}
    for one in written:
        graduate = people.get(str(one["graduate"]), len(people) + 1)
        yield Pin(
            PinKind(one["kind"]), graduate, postings.get(str(one["posting"]), len(postings) + 1)
        )


def read_json(stream: IO[str]) -> Any:
    """Read a JSON file; a name that stands twice in an object is refused, for one of the two would be lost.

    Raises
    ------
    InvalidInputError
        It is no JSON, or not in UTF-8, or holds half a character (a lone surrogate), which nobody could write down.
    """
    try:
        text = stream.read()
        found = json.loads(text, object_pairs_hook=_single)
        if _HALF_A_CHARACTER.search(text):
            _text(found).encode()
    except UnicodeDecodeError as error:
        raise _unreadable(stream, "不是 UTF-8 文字，请另存为 UTF-8") from error
    except UnicodeEncodeError as error:
        raise _unreadable(stream, "有不完整的字符（单独的代理项），无法写成 UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _unreadable(stream, f"不是完整的 JSON：{error}") from error
    return found


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"同一对象中“{twice}”出现了两次")
    return found


def _unreadable(stream: IO[str], why: str) -> InvalidInputError:
    name = getattr(stream, "name", "-")
    return InvalidInputError("plan_file", f"文件“{name}”{why}。请修改后再试。")


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _in_words(plan: SolvedOut) -> str:
    kinds = [seat.kind for seat in plan.seats.values()]
    counts = "，".join(f"{kind.label} {kinds.count(kind)} 人" for kind in SeatedAs)
    lines = [f"{PlanRule(plan.rule).label}：安置 {plan.placed} 人（{counts}）。"]
    if plan.uncovered:
        lines.append(f"保底类别中没有席位：{'、'.join(map(str, plan.uncovered))}。")
    lines += [
        f"{len(one.people)} 人竞争 {len(one.postings)} 个岗位的 {one.seats} 个席位，缺 {one.short} 个。"
        for one in plan.certificate
    ]
    return "\n".join(lines)
