"""Mastodon.py and toot introduce themselves, sign in, ask who they are, and sign out."""

import re
from pathlib import Path

import pytest
from mastodon import Mastodon
from mastodon.errors import MastodonIllegalArgumentError, MastodonUnauthorizedError

from tests.clients.site import SCOPES, ClientSite
from tests.clients.toot import Toot
from tests.live import PASSWORD


def test_mastodon_py_signs_in_by_code_and_out(site: ClientSite) -> None:
    redirect = "https://tests.example/done"
    client_id, secret = Mastodon.create_app(
        "tests", SCOPES, redirect_uris=redirect, website="https://x.org", api_base_url=site.url
    )
    api = Mastodon(client_id, secret, api_base_url=site.url)
    url = api.auth_request_url(
        redirect_uris=redirect, scopes=SCOPES, state="s", allow_http=True, force_login=True
    )
    code = site.consent(url)
    token = api.log_in(code=code, redirect_uri=redirect, scopes=SCOPES, allow_http=True)
    app = api.app_verify_credentials()
    assert (app.name, app.website, sorted(app.scopes)) == (
        "tests",
        "https://x.org",
        sorted(SCOPES),
    )
    assert api.account_verify_credentials().username == "maren"
    with pytest.raises(MastodonIllegalArgumentError, match="invalid_grant"):
        Mastodon(client_id, secret, api_base_url=site.url).log_in(
            code=code, redirect_uri=redirect, scopes=SCOPES, allow_http=True
        )
    with pytest.raises(MastodonUnauthorizedError):  # A code used twice ends what it gave.
        api.app_verify_credentials()
    assert len(token) >= 43


def test_mastodon_py_signs_out(site: ClientSite) -> None:
    api = site.mastodon()
    assert api.app_verify_credentials().name == "tests"
    stale = Mastodon(access_token=api.access_token, api_base_url=site.url)
    api.revoke_access_token(allow_http=True)
    with pytest.raises(MastodonUnauthorizedError):
        stale.app_verify_credentials()


def test_mastodon_py_signs_somebody_up(site: ClientSite) -> None:
    client_id, secret = Mastodon.create_app("tests", SCOPES, api_base_url=site.url)
    api = Mastodon(client_id, secret, api_base_url=site.url)
    email = "yusuf@mail.example"
    token, fault = api.create_account(
        *("ada", "short", email), agreement=True, scopes=SCOPES, return_detailed_error=True
    )
    assert token is None
    assert {n: told[0]["error"] for n, told in fault["details"].items() if told} == {
        "username": "ERR_TAKEN",
        "password": "ERR_TOO_SHORT",
    }
    made = api.create_account(
        *("yusuf", PASSWORD, email), agreement=True, reason="The weir.", scopes=SCOPES
    )
    assert made == api.access_token
    assert api.app_verify_credentials().name == "tests"


def test_toot_signs_in_by_code(site: ClientSite, tmp_path: Path) -> None:
    toot = Toot(site, tmp_path)
    url = toot.run("login", "-i", site.url, typed="n\n", check=False)
    [address] = re.findall(rf"^{site.url}/oauth/authorize/\?\S+$", url, re.MULTILINE)
    code = site.consent(address)
    assert "Successfully logged in" in toot.run("login", "-i", site.url, typed=f"n\n{code}\n")
    assert "@maren" in toot.run("whoami")
    assert "ACTIVE" in toot.run("auth")


def test_toot_signs_in_by_password_where_tests_open_it(site: ClientSite, tmp_path: Path) -> None:
    toot = Toot(site, tmp_path)
    wrong = ("login_cli", "-i", site.url, "-e", "maren@mail.example", "-p", "wrong")
    assert "Login failed" in toot.run(*wrong, check=False)
    assert "@maren" in toot.signed_in().run("whoami")
