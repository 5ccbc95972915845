"""Finds the Chinese sentences of matcher's errors for the catalogue (an extractor of `pybabel extract`).

matcher knows no gettext: its errors carry a Chinese sentence, and pages translate it when it has no
values inside. So the catalogue must list every plain sentence given to an error.
"""

import ast
from collections.abc import Iterable, Iterator
from typing import IO, Any

Found = tuple[int, str, str, list[str]]


def _is_chinese(node: ast.expr) -> bool:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    return any("\u4e00" <= sign <= "\u9fff" for sign in node.value)


def _sentences(call: ast.Call) -> Iterator[ast.Constant]:
    """Yield the sentences an error is made with: its second argument and the values of `fields`."""
    given: list[ast.expr] = list(call.args[1:2])
    for keyword in call.keywords:
        if keyword.arg == "fields" and isinstance(keyword.value, ast.Dict):
            given.extend(keyword.value.values)
    for one in given:
        if isinstance(one, ast.Constant) and _is_chinese(one):
            yield one


def _answers(function: ast.FunctionDef) -> Iterator[ast.Constant]:
    """Yield the sentences a function `…_problem` returns."""
    for node in ast.walk(function):
        answer = node.value if isinstance(node, ast.Return) else None
        if isinstance(answer, ast.Constant) and _is_chinese(answer):
            yield answer


def extract_errors(
    source: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterator[Found]:
    """Yield the plain sentences one file's errors and `…_problem` functions carry."""
    sentences: Iterable[ast.Constant]
    for node in ast.walk(ast.parse(source.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            sentences = _sentences(node) if node.func.id.endswith("Error") else ()
        elif isinstance(node, ast.FunctionDef) and node.name.endswith("_problem"):
            sentences = _answers(node)
        else:
            continue
        for found in sentences:
            yield found.lineno, "gettext", str(found.value), []
