"""The machine contract of `plan solve` and `plan verify`: what is printed, exit codes, and how they fit together."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matcher.cli.entry import outcome
from matcher.cli.plan_shapes import SolvedOut, VerifiedOut
from matcher.cli.plan_solve import solve_bare
from matcher.kinds.plans import PlanRule
from tests.support import tree

Ran = tuple[int, Any]
Run = Callable[..., Ran]


def _shown(name: str | None = None) -> Any:
    """Return an answer of docs/cli.md, or the instance it begins with."""
    page = (tree.ROOT / "docs" / "cli.md").read_text()
    section = page.split("### `plan solve`", 1)[1]
    start = "" if name is None else rf"<!-- shape: {re.escape(name)} -->\n"
    found = re.search(rf"{start}```json\n(.*?)\n```", section, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    return [_shape(value[0])] if isinstance(value, list) and value else None


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Give a function that runs `plan …` and returns exit code and JSON; standard error must hold no JSON."""

    def ran(*arguments: str) -> Ran:
        capsys.readouterr()
        code = outcome(["plan", *arguments, "--json"])
        captured = capsys.readouterr()
        assert "{" not in captured.err
        return code, json.loads(captured.out)

    return ran


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """Write the instance of the page."""
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(_shown()))
    return path


def test_the_answer_is_the_one_the_page_shows(run: Run, instance: Path) -> None:
    code, plan = run("solve", str(instance))

    shown = _shown("plan solve")
    assert code == 0
    assert set(plan) == set(SolvedOut.model_fields)
    hashes = {"instance_hash", "result_hash"}
    assert {k: v for k, v in plan.items() if k not in hashes} == {
        k: v for k, v in shown.items() if k not in hashes
    }


@pytest.mark.parametrize("rule", ["fair", "most"])
def test_a_plan_solved_is_verified(run: Run, instance: Path, tmp_path: Path, rule: str) -> None:
    solved, both = tmp_path / "plan.json", tmp_path / "both.json"
    solved.write_text(json.dumps(run("solve", str(instance), "--rule", rule)[1]))
    both.write_text(json.dumps(run("solve", str(instance), "--rule", rule, "--with-instance")[1]))

    for arguments in ((str(solved), "--instance", str(instance)), (str(both),)):
        code, report = run("verify", *arguments)

        assert code == 0
        assert report["good"]
        assert report["rule"] == rule
        assert {one["check"]: one["met"] for one in report["checks"]}["replay"] is True


def test_a_plan_somebody_changed_is_found_out(run: Run, instance: Path, tmp_path: Path) -> None:
    plan = run("solve", str(instance))[1]
    plan["seats"]["a"] = plan["seats"].pop("b")
    changed = tmp_path / "plan.json"
    changed.write_text(json.dumps(plan))

    code, report = run("verify", str(changed), "--instance", str(instance))

    missed = {one["check"] for one in report["checks"] if one["met"] is False}
    assert code == 2
    assert not report["good"]
    assert set(report) == {*VerifiedOut.model_fields}
    assert {"coverage", "fallbacks", "uncovered", "certificate", "result_hash"} <= missed
    assert _shape(report["by_class"]) == _shape(_shown("plan verify")["by_class"])
    assert set(report["checks"][0]) == set(_shown("plan verify")["checks"][0])


def test_a_plan_made_elsewhere_needs_only_its_seats(
    run: Run, instance: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "plan.json"
    elsewhere.write_text(json.dumps({"seats": [{"graduate": 7, "posting": "p"}]}))

    code, report = run("verify", str(elsewhere), "--instance", str(instance))

    checks = {one["check"]: one["met"] for one in report["checks"]}
    assert code == 2
    assert checks["coverage"] is False
    assert checks["choice"] is False
    assert checks["eligible"] is True
    assert (checks["replay"], checks["certificate"]) == (None, None)


def test_a_plan_around_pins_is_solved_again_around_them(
    run: Run, instance: Path, tmp_path: Path
) -> None:
    given = _shown()
    pins = [{"graduate": "a", "posting": "p", "kind": "pin"}]
    plan = solve_bare(given, PlanRule.FAIR, pins).model_dump() | {"pins": pins}
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan))

    code, report = run("verify", str(path), "--instance", str(instance))

    assert (code, report["pins"]) == (0, 1)
    assert {one["check"]: one["met"] for one in report["checks"]}["replay"] is True
    path.write_text(json.dumps(plan | {"pins": [pins[0] | {"graduate": "nobody"}]}))
    code, report = run("verify", str(path), "--instance", str(instance))
    checks = {one["check"]: one["met"] for one in report["checks"]}
    assert (code, checks["pins"], checks["replay"]) == (2, False, False)


@pytest.mark.parametrize(
    ("verb", "old", "new"),
    [
        ("verify", '"class": 5', '"class": 6'),
        ("verify", '"guarantee_class": 5', '"guarantee_class": "5"'),
        ("verify", '"seats": 1', '"seats": 1e400'),
        ("verify", '"order": [7, "a"]', '"order": [7, "a"], "reserved_order": ["b"]'),
        ("verify", '"rule": "fair"', '"rule": "fair", "rule": "fair"'),
        ("verify", '"id": "b"', '"id": "\\ud800"'),
        ("solve", '"id": "b"', '"id": "\\ud800"'),
        ("solve", '"mode"', '"\\udc00": 1, "mode"'),
    ],
)
def test_what_no_file_may_say_is_an_error_and_no_traceback(
    run: Run, instance: Path, tmp_path: Path, verb: str, old: str, new: str
) -> None:
    path = tmp_path / "file.json"
    both = run("solve", str(instance), "--with-instance")[1]
    text = json.dumps(both if verb == "verify" else both["instance"])
    assert old in text
    path.write_text(text.replace(old, new, 1))

    code, answer = run(verb, str(path))

    assert code == 1
    assert answer["error"]["code"] == "plan_file"


def test_a_bad_instance_is_refused_with_all_its_problems(run: Run, tmp_path: Path) -> None:
    given = _shown()
    given["postings"][0] |= {"reserved": 2, "order": ["a", "z"]}
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(given))

    code, answer = run("solve", str(bad))

    assert code == 1
    assert _shape(answer) == _shape(_shown("plan solve, bad instance"))
    assert len(answer["error"]["problems"]) == 2
    assert "postings[0]（岗位 p）" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "JSON"),
        (b'{"postings": [], "postings": []}', "出现了两次"),
        ("{}岗".encode("gbk"), "UTF-8"),
        (b"[" * 100_000, "JSON"),
    ],
)
@pytest.mark.parametrize("verb", ["solve", "verify"])
def test_a_file_that_cannot_be_read_is_said_so(
    run: Run, tmp_path: Path, verb: str, content: bytes, words: str
) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)

    code, answer = run(verb, str(path))

    assert code == 1
    assert set(answer["error"]) >= {"code", "message"}
    assert answer["error"]["code"] == "plan_file"
    assert words in answer["error"]["message"] or verb == "verify"


def test_a_plan_alone_asks_for_its_instance(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{"seats": {}}')

    code, answer = run("verify", str(path))

    assert code == 1
    assert "--instance" in answer["error"]["message"]


def test_words_are_for_people(
    capsys: pytest.CaptureFixture[str], instance: Path, tmp_path: Path
) -> None:
    assert outcome(["plan", "solve", str(instance)]) == 0
    said = capsys.readouterr().out
    assert "公平方案：安置 2 人" in said
    assert "缺 1 个" in said
    both = tmp_path / "both.json"
    assert outcome(["plan", "solve", str(instance), "--with-instance"]) == 0
    both.write_text(capsys.readouterr().out.replace('"kind": "reserved"', '"kind": "open"'))

    assert outcome(["plan", "verify", str(both)]) == 2

    said = capsys.readouterr().out
    assert "有检查未通过" in said
    assert "否  席位种类属实" in said
    assert "写为 open，按规则应为 reserved" in said


def test_a_plan_that_leaves_out_its_proofs_and_hashes_is_said_to_be_asked_less(
    capsys: pytest.CaptureFixture[str], instance: Path, tmp_path: Path
) -> None:
    assert outcome(["plan", "solve", str(instance), "--with-instance"]) == 0
    both = json.loads(capsys.readouterr().out)
    told = []
    for left_out in ((), ("certificate", "result_hash", "instance_hash")):
        plan = {name: value for name, value in both["plan"].items() if name not in left_out}
        path = tmp_path / "both.json"
        path.write_text(json.dumps({**both, "plan": plan}))
        assert outcome(["plan", "verify", str(path)]) == 0
        told.append(capsys.readouterr().out.splitlines()[0])

    asked = [int(re.findall(r"问过的 (\d+) 项全部通过", line)[0]) for line in told]
    # Replaying needs the hash as well.
    assert asked[0] - asked[1] == 4
    assert "没有问的有" in told[1]


def test_without_a_drive_or_a_sub_verb_the_plan_verb_asks_for_one(run: Run) -> None:
    code, answer = run()

    assert code == 1
    assert "--drive" in answer["error"]["message"]
