"""A server of ours behind a provider of its own on loopback, which knows some people and asks for no password."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import oidc_provider_mock
import pytest

from tests.browser.conftest import serve

SECRET = "for tests on loopback alone " * 2


@contextmanager
def signed_in_server(
    home: Path, people: Mapping[str, Mapping[str, Any]], script: Path | None = None, **environment: str
) -> Iterator[str]:
    """The address of the server. ``people`` are the claims of each by the name under which they sign in; ``home``
    has the rules of access already."""
    users = [oidc_provider_mock.User(sub=name, claims=dict(claims)) for name, claims in people.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        with oidc_provider_mock.run_server_in_thread(user_claims=users) as provider:
            secrets = {
                "redirect_uri": "http://localhost:{port}/oauth2callback",
                "cookie_secret": SECRET,
                "client_id": "backstop",
                "client_secret": "not one",
                "server_metadata_url": f"http://localhost:{provider.server_port}/.well-known/openid-configuration",
            }
            lines = [f"{name} = {json.dumps(value)}" for name, value in secrets.items()]
            (home / "secrets.toml").write_text("\n".join(["[auth]", *lines]), encoding="utf-8")
            served = serve(
                script,
                BACKSTOP_HOME=str(home),
                STREAMLIT_SECRETS_FILES=str(home / "secrets.toml"),
                **environment,
            )
            yield next(served)
            served.close()
