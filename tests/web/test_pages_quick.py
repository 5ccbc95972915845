import pytest
from matcher.kinds import Role


@pytest.mark.parametrize("role", list(Role))
def test_walk(as_role, role):
    c = as_role(role)
    for rule in c.application.url_map.iter_rules():
        if "GET" in rule.methods and not rule.arguments:
            r = c.get(rule.rule)
            assert r.status_code < 500, (rule, r.text)
            print(role, rule.rule, r.status_code)
