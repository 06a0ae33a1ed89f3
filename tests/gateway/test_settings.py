"""Settings: an unknown one is never ignored silently, and trusted proxies are networks."""

import json
import os
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

import pytest

from gateway.settings import FILE, InvalidSettings, load_settings, unknown_variables
from tests.gateway.command.test_main import gateway, refused

KUBERNETES = {
    "GATEWAY_PORT": "tcp://10.96.0.1:80",
    "GATEWAY_PORT_80_TCP": "tcp://10.96.0.1:80",
    "GATEWAY_PORT_80_TCP_ADDR": "10.96.0.1",
    "GATEWAY_PORT_80_TCP_PORT": "80",
    "GATEWAY_PORT_80_TCP_PROTO": "tcp",
    "GATEWAY_SERVICE_HOST": "10.96.0.1",
    "GATEWAY_SERVICE_PORT": "80",
    "GATEWAY_SERVICE_PORT_HTTP": "80",
}
"""What a pod gets in the environment for a service that is called `gateway`."""


@pytest.mark.parametrize(
    ("variable", "suggestion"),
    [
        ("GATEWAY_MAX_DEPHT", "GATEWAY_MAX_DEPTH"),
        ("gateway_databse_url", "GATEWAY_DATABASE_URL"),
        ("GATEWAY__DATABASE_URL", "GATEWAY_DATABASE_URL"),
        ("GATEWAY_DATABASE__URL", "GATEWAY_DATABASE_URL"),
        ("GATEWAY_TRUSTED_PROXY", None),
        ("GATEWAY_TRUSTED_PROXIE", "GATEWAY_TRUSTED_PROXIES"),
        ("GATEWAY_SOURCS__UK_POLICE__KEY", "GATEWAY_SOURCES__UK_POLICE__KEY"),
        ("GATEWAY_PEPERS__1", "GATEWAY_PEPPERS__1"),
        ("GATEWAY_MAX_DEPTH__X", "GATEWAY_MAX_DEPTH"),
        ("GATEWAY_SAMPLES", None),
        ("GATEWAY_REQUIRE", None),
        ("GATEWAY_", None),
        *((variable, None) for variable in KUBERNETES),
    ],
)
def test_an_unknown_variable_has_the_setting_of_which_it_is_a_typo(variable: str, suggestion: str | None) -> None:
    assert unknown_variables({variable: "x"}) == {variable: suggestion}


def test_settings_in_any_case_and_variables_of_others_are_not_unknown() -> None:
    environment = (
        "PATH",
        "GATEWAY_BUDGET",
        "Gateway_Budget",
        "GATEWAY_SOURCES__UK_POLICE__FOLLOW",
        "GATEWAY_PEPPERS__1",
    )
    assert unknown_variables(dict.fromkeys(environment, "x")) == {}


def test_a_typo_in_the_environment_is_refused_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_MAX_DEPHT", "sentinel")
    expectation = "gateway: settings: GATEWAY_MAX_DEPHT is not a setting; did you mean GATEWAY_MAX_DEPTH?"
    assert refused(gateway("sources")) == expectation
    monkeypatch.setenv("GATEWAY_DATABSE_URL", "sqlite:///sentinel.db")
    line = refused(gateway("agencies", "list"))
    assert "GATEWAY_DATABASE_URL?; GATEWAY_MAX_DEPHT" in line
    assert "sentinel" not in line


def test_variables_of_others_are_warned_about_once_and_without_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in KUBERNETES.items():
        monkeypatch.setenv(variable, value)
    result = gateway("query", "{ __typename }")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["data"] == {"__typename": "Query"}
    assert result.stderr.splitlines() == [f"gateway: warning: {variable} is not a setting" for variable in KUBERNETES]


@pytest.mark.parametrize(
    ("text", "key", "suggestion"),
    [
        ('databse_url = "sentinel"', "databse_url", "database_url"),
        ("GATEWAY_MAX_DEPTH = 12345", "GATEWAY_MAX_DEPTH", "max_depth"),
        ("depth = 12345", "depth", "max_depth"),
        ('[source.uk_police]\nkey = "sentinel"', "source", "sources"),
        ('[sources.uk_police]\nadress = "sentinel"', "sources.uk_police.adress", "sources.uk_police.address"),
        (
            f'[sources.uk_police.webhook]\nagency = "a"\nsecrets = ["whsec_{"A" * 32}"]\nsecret = "sentinel"',
            "sources.uk_police.webhook.secret",
            "sources.uk_police.webhook.secrets",
        ),
        (
            '[sources.uk_police.taxii]\nagency = "a"\ncollection = "c"\nusr = "sentinel"',
            "sources.uk_police.taxii.usr",
            "sources.uk_police.taxii.user",
        ),
        ('colour = "sentinel"', "colour", None),
        ('"two\\nlines" = 12345', "two?lines", None),
    ],
)
def test_an_unknown_key_of_the_file_is_refused_without_its_value(text: str, key: str, suggestion: str | None) -> None:
    FILE.write_text(f"{text}\n", encoding="utf-8")
    question = f"; did you mean {suggestion}?" if suggestion else ""
    assert refused(gateway("sources")) == f"gateway: settings: {key} is not a setting{question}"


def test_an_unknown_part_of_a_source_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_SOURCES__UK_POLICE__FOLOW", "sentinel")
    expectation = "sources.uk_police.folow is not a setting; did you mean sources.uk_police.follow?"
    assert refused(gateway("sources")) == f"gateway: settings: {expectation}"


def test_trusted_proxies_are_networks_or_addresses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    networks = (IPv4Network("10.0.0.0/8"), IPv4Network("192.0.2.1/32"), IPv6Network("2001:db8::1/128"))
    assert load_settings().trusted_proxies == ()
    (tmp_path / FILE).write_text('trusted_proxies = ["10.0.0.0/8", "192.0.2.1", "2001:db8::1"]\n', encoding="utf-8")
    assert load_settings().trusted_proxies == networks
    monkeypatch.setenv("GATEWAY_TRUSTED_PROXIES", "::ffff:10.0.0.0/104, 192.0.2.1,2001:db8::1,")
    assert load_settings().trusted_proxies == networks


@pytest.mark.parametrize("network", ["10.0.0.300", "10.0.0.1/8", "proxy.example", "*"])
def test_a_trusted_proxy_that_is_no_network_is_refused(network: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_TRUSTED_PROXIES", f"192.0.2.1,{network}")
    with pytest.raises(InvalidSettings, match=r"^settings: trusted_proxies\.1: not a network such as 192\.0\.2\.0/24$"):
        load_settings()


def test_the_tests_have_no_unknown_variables() -> None:
    assert unknown_variables(os.environ) == {}
