"""A fresh web process has read the vocabulary before it is asked for the first time (预热)."""

import json
import subprocess
import sys

import pytest

from matcher.db.engine import SessionFactory
from matcher.settings import Settings
from web import app as application

_FIRST_REQUESTS = """
import gc, json, sys
from web.app import create_app

create_app()
opened, frozen = [], gc.get_freeze_count()
sys.addaudithook(lambda event, about: opened.append(str(about[0])) if event == "open" else None)

from matcher.vocabulary.intents import read_intent
from matcher.vocabulary.requirements import read_requirement
from web.choices import SEARCHES, directory_names

for search in SEARCHES.values():
    search("kj"), search("银川"), search("软件开发")
for directory in (None, *directory_names()):
    read_requirement("法学类、会计硕士（1253）、测绘专业等相关专业，不含审计学", "本科", directory)
read_intent("沿海城市做设计，5K，不要销售")
tables = [name for name in opened if name.endswith(".csv")]
print(json.dumps({"tables": tables, "frozen": frozen}))
"""


def test_the_first_search_and_reading_of_a_web_process_read_no_table(
    sqlite_factory: SessionFactory,
) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", _FIRST_REQUESTS], capture_output=True, text=True, check=False
    )

    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout.splitlines()[-1])
    assert told["tables"] == []
    assert told["frozen"] > 100_000


def test_only_what_serves_people_is_warmed_up(
    sqlite_factory: SessionFactory, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    warmed: list[SessionFactory] = []
    monkeypatch.setattr(application, "warm_up", warmed.append)
    monkeypatch.setattr(application.logs, "set_up", lambda: None)

    application.create_app(settings, factory=sqlite_factory)
    application.create_app(factory=sqlite_factory)

    assert warmed == [sqlite_factory]
