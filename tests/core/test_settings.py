"""Settings refuse what they do not know, and say which variable is wrong."""

from pathlib import Path

import pytest

from app.core.settings import BadSettings, Registration, read_environment, read_settings


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        pytest.param(
            {"COMMONHOLD_BASE_ULR": "https://a.example"},
            "COMMONHOLD_BASE_ULR: there is no such setting",
            id="a misspelt name",
        ),
        pytest.param(
            {"COMMONHOLD_BASE_URL": "riverside.example"},
            "COMMONHOLD_BASE_URL: an address such as",
            id="an address without a scheme",
        ),
        pytest.param(
            {"COMMONHOLD_BASE_URL": "https://a.example/co-op"},
            "COMMONHOLD_BASE_URL: an address without a path",
            id="an address with a path",
        ),
        pytest.param(
            {"COMMONHOLD_DATABASE_URL": "mysql://x"},
            "COMMONHOLD_DATABASE_URL: sqlite",
            id="an unknown engine",
        ),
        pytest.param(
            {"COMMONHOLD_REGISTRATION": "maybe"},
            "COMMONHOLD_REGISTRATION: ",
            id="an unknown way to join",
        ),
        pytest.param(
            {"COMMONHOLD_TRUSTED_PROXIES": "10.0.0.0/8,proxy"},
            "COMMONHOLD_TRUSTED_PROXIES: 'proxy'",
            id="a proxy that is no network",
        ),
        pytest.param(
            {"COMMONHOLD_TEST_OPEN": "1"},
            "COMMONHOLD_TEST_OPEN works only with COMMONHOLD_ENV=test",
            id="a test door in production",
        ),
        pytest.param(
            {"COMMONHOLD_TEST_CLOCK": "x", "COMMONHOLD_ENV": "production"},
            "COMMONHOLD_TEST_CLOCK works only",
            id="a test clock in production",
        ),
        pytest.param(
            {"COMMONHOLD_ENV": "test", "COMMONHOLD_TEST_FAULT": "a b"},
            "COMMONHOLD_TEST_FAULT: ",
            id="a fault point that cannot be",
        ),
        pytest.param(
            {"COMMONHOLD_ENV": "test", "COMMONHOLD_TEST_ALLOW": "127.0.0.1:99999"},
            "COMMONHOLD_TEST_ALLOW: no such port",
            id="a port that cannot be",
        ),
        pytest.param(
            {"COMMONHOLD_MEDIA_URL": "ftp://x"}, "COMMONHOLD_MEDIA_URL: ", id="an unknown store"
        ),
    ],
)
def test_a_wrong_setting_stops_the_start(given: dict[str, str], fault: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        read_settings(given)
    assert str(refusal.value).startswith(fault)


def test_a_secret_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(BadSettings) as refusal:
        read_settings({"COMMONHOLD_SMTP_URL": "smtp://u:hunter2@x", "COMMONHOLD_ENV": "x"})
    assert "hunter2" not in str(refusal.value)


def test_defaults_need_nothing() -> None:
    settings = read_settings({"PATH": "/bin"})
    assert settings.database == "sqlite:///var/commonhold.db"
    assert settings.media == "file:var/media"
    assert settings.address_domain == "localhost:8000"
    assert settings.registration is Registration.APPLICATION
    assert not settings.is_https


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "COMMONHOLD_BASE_URL=https://file.example\nCOMMONHOLD_DOMAIN=short.example\n"
    )
    settings = read_environment({"COMMONHOLD_BASE_URL": "https://Given.example/"}, folder=tmp_path)
    assert settings.base_url == "https://given.example"
    assert settings.address_domain == "short.example"


def test_test_settings_in_test() -> None:
    settings = read_settings(
        {
            "COMMONHOLD_ENV": "test",
            "COMMONHOLD_TEST_OPEN": "1",
            "COMMONHOLD_TEST_ALLOW": "127.0.0.0/8, 10.0.0.1/32:8080,[::1/128]:80,::1/128",
            "COMMONHOLD_TEST_FAULT": "duty.finishing:3",
        }
    )
    assert settings.test_open
    assert len(settings.test_allow) == 4
