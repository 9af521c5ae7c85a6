"""The headers, over pages made up for the test and over the one that is installed."""

from __future__ import annotations

import base64
import hashlib

from dashboard.serving import policy

PAGE = """<html><head><script>
  one = 1
</script><script type="module" src="./x.js"></script></head>
<body><script nonce="n">two = "<b>"</script><noscript>no script here</noscript></body></html>"""


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _directives(page: str) -> dict[str, str]:
    written = policy.content_security_policy(page).split("; ")
    return {name: sources for name, _, sources in (directive.partition(" ") for directive in written)}


def test_each_inline_script_is_named_to_the_character() -> None:
    assert policy.inline_scripts(PAGE) == ["\n  one = 1\n", 'two = "<b>"']
    allowed = _directives(PAGE)["script-src"].split()
    assert allowed == ["'self'", *(f"'sha256-{_digest(script)}'" for script in policy.inline_scripts(PAGE))]


def test_a_page_without_inline_scripts_allows_none() -> None:
    assert _directives("<html><script src=x.js></script></html>")["script-src"] == "'self'"


def test_nothing_is_allowed_that_a_script_could_come_in_by() -> None:
    directives = _directives(policy.PAGE.read_text(encoding="utf-8"))
    assert directives["default-src"] == directives["object-src"] == directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in directives["script-src"]
    foreign = [
        source for sources in directives.values() for source in sources.split() if "//" in source or source == "*"
    ]
    assert not foreign, "every source is this server"


def test_the_installed_page_has_an_inline_script_to_name() -> None:
    scripts = policy.inline_scripts(policy.PAGE.read_text(encoding="utf-8"))
    assert scripts, "a page without one would make the other checks empty"
    for script in scripts:
        assert f"'sha256-{_digest(script)}'" in policy.headers()["content-security-policy"]
