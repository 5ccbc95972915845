"""Rules of templates: each is rendered or included somewhere, each name leads to a file."""

import re

from jinja2 import Environment, TemplateSyntaxError

from tests.support import tree

_TEMPLATES = tree.ROOT / "web" / "templates"
_NAMED = re.compile(r"""["']([\w/.-]+\.(?:html|txt|xml|svg))["']""")
_IMPORTED = re.compile(
    r"""{%-?\s*from\s+["'][^"']+["']\s+import\s+([^%]+?)\s*(?:with context)?\s*-?%}"""
)

_JINJA = re.compile(r"{%.*?%}|{{.*?}}")
"""What a template says to Jinja; `set one = …` is no attribute of an element."""


def _named() -> set[str]:
    """Return the names of templates written in views and in other templates."""
    texts = [path.read_text() for path in tree.files(".py", ".html", ".txt", under=("web",))]
    return {name for text in texts for name in _NAMED.findall(text)}


def _templates() -> set[str]:
    return {
        path.relative_to(_TEMPLATES).as_posix()
        for path in tree.files(".html", ".txt", ".xml", ".svg", under=("web/templates",))
    }


def test_every_template_is_rendered_or_included() -> None:
    assert _templates() - _named() == set()


def test_every_macro_that_is_imported_is_used() -> None:
    unused = []
    for path in tree.files(".html", under=("web/templates",)):
        text = path.read_text()
        for names in _IMPORTED.findall(text):
            for name in re.findall(r"(?:\bas\s+)?(\w+)\s*(?:,|$)", names):
                if len(re.findall(rf"\b{name}\b", text)) < 2:
                    unused.append(f"{tree.name(path)}: {name}")

    assert unused == []


def test_no_template_carries_a_script_or_style_of_its_own() -> None:
    """The content security policy forbids what has no nonce."""
    inline = [
        f"{tree.name(path)}:{number}"
        for path in tree.files(".html", under=("web/templates",))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"\son\w+\s*=|javascript:", _JINJA.sub("", line))
    ]

    assert inline == []


def test_every_template_can_be_parsed() -> None:
    """One that cannot fails only for whoever opens its page."""
    reader = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - nothing is rendered

    broken = [name for name in sorted(_templates()) if _fault(reader, name)]

    assert broken == []


def _fault(reader: Environment, name: str) -> str:
    try:
        reader.parse((_TEMPLATES / name).read_text())
    except TemplateSyntaxError as error:
        return str(error)
    return ""
