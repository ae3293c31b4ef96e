"""Settings come from the environment, and what cannot be used is refused by name."""

from pathlib import Path

import pytest

from adapters.settings import Settings, SettingWrong


def test_without_an_environment_everything_has_a_default() -> None:
    settings = Settings.from_environment({})

    assert settings == Settings()
    assert settings.database_url == "sqlite:///.data/bangvang.sqlite"
    assert settings.demo is False


def test_each_variable_sets_what_it_is_named_after() -> None:
    settings = Settings.from_environment(
        {
            "BANGVANG_DATA": "/srv/bv",
            "BANGVANG_DATABASE": "postgresql://h/d",
            "BANGVANG_LOG": "tinh.example/tdkt",
            "BANGVANG_HOST": "0.0.0.0",
            "BANGVANG_PORT": "8080",
            "BANGVANG_PUBLIC_URL": "https://khenthuong.example",
        }
    )

    assert settings == Settings(
        data=Path("/srv/bv"),
        database="postgresql://h/d",
        log="tinh.example/tdkt",
        host="0.0.0.0",
        port=8080,
        public_url="https://khenthuong.example",
    )
    assert settings.database_url == "postgresql://h/d"


def test_a_variable_that_is_empty_counts_as_not_set() -> None:
    given = {"BANGVANG_DATABASE": "", "BANGVANG_DATA": "", "BANGVANG_PORT": ""}

    assert Settings.from_environment(given) == Settings()


@pytest.mark.parametrize("port", ["0", "65536", "-1", "8000.5", "tám nghìn", "²"])
def test_a_port_that_is_none_is_refused_with_the_name_of_the_variable(port: str) -> None:
    with pytest.raises(SettingWrong, match="BANGVANG_PORT"):
        Settings.from_environment({"BANGVANG_PORT": port})


@pytest.mark.parametrize(
    "url", ["nourl", "khenthuong.example", "ftp://a.example", "https://", "http://["]
)
def test_an_address_where_no_browser_can_go_is_refused_with_the_name_of_the_variable(
    url: str,
) -> None:
    with pytest.raises(SettingWrong, match="BANGVANG_PUBLIC_URL"):
        Settings.from_environment({"BANGVANG_PUBLIC_URL": url})
