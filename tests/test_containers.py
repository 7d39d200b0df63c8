"""What can be said of Dockerfile, compose.yaml and .dockerignore without running them."""

import fnmatch
import re
from pathlib import Path
from typing import Any

import yaml

from tests.test_docs import PACKAGES, ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE_TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PAGE = (ROOT / "docs" / "containers.md").read_text(encoding="utf-8")
BUILT = "vitrina:local"


def test_everything_that_the_image_copies_exists_and_is_let_in() -> None:
    """.dockerignore leaves everything out but what it names."""
    lines = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] not in "#"]
    assert lines[0] == "*"
    let_in = {line[1:] for line in lines if line.startswith("!")}
    copied = {
        source
        for arguments in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M)
        for source in arguments.split()[:-1]
    }
    assert copied == let_in
    assert all((ROOT / source).exists() for source in copied)
    assert set(PACKAGES) <= copied
    assert not any(fnmatch.fnmatch(name, line[1:]) for line in lines[1:] for name in (".env", "var", ".git", "tests"))


def test_the_image_runs_as_a_user_of_its_own_and_says_how_it_is() -> None:
    """The last stage gives up root before its command, and asks the address that looks at nothing else."""
    stage = DOCKERFILE.split("\nFROM ")[-1]
    assert re.search(r"^USER (?!root|0)\w+$", stage, re.M)
    assert stage.index("\nUSER ") < stage.index("\nCMD ")
    assert "/live" in stage.split("HEALTHCHECK", 1)[1].split('\nCMD ["python", "-m"', 1)[0]
    assert not re.search(r"(?i)password|secret|token", DOCKERFILE)


def test_every_image_names_its_version() -> None:
    """What is pulled tomorrow is what was pulled today."""
    images = [one["image"] for one in SERVICES.values()] + re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)
    assert all(re.search(r":[\w.-]*\d[\w.-]*$", image) for image in images if image != BUILT), images


def test_services_refer_to_what_there_is() -> None:
    """Dependencies that can become healthy, networks, volumes, and hosts in addresses."""
    for name, service in SERVICES.items():
        for other, wanted in service.get("depends_on", {}).items():
            assert wanted == {"condition": "service_healthy"}
            assert "test" in SERVICES[other]["healthcheck"], (name, other)
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        for volume in service["volumes"]:
            source = volume.rsplit(":", 2)[0] if volume.endswith(":ro") else volume.rsplit(":", 1)[0]
            assert source.startswith("$") or source in COMPOSE["volumes"], volume
        for value in service.get("environment", {}).values():
            for host in re.findall(r"(?:@|//)([a-z]+)(?=[:/])", value) + re.findall(r"^([a-z]+):\d+$", value):
                assert host in {*SERVICES, "vitrina"}, value


def test_only_the_shop_can_be_reached_and_only_from_this_machine() -> None:
    """Database and vectors are in a network without a way out."""
    assert {name for name, one in SERVICES.items() if "ports" in one} == {"web"}
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert all(one["networks"] == ["inside"] for one in SERVICES.values() if one["image"] != BUILT)


def test_settings_exist_and_no_password_is_written_down() -> None:
    """Each setting of the shop is one that the code reads; passwords come from outside, and must."""
    in_code = "".join(path.read_text(encoding="utf-8") for one in PACKAGES for path in Path(ROOT / one).rglob("*.py"))
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert not name.startswith("VITRINA_") or f'"{name}"' in in_code, name
            assert not re.search("PASSWORD|SECRET", name) or re.fullmatch(r"\$\{\w+:\?.+\}", value), name


def test_what_has_to_be_set_stands_on_the_page() -> None:
    """Every variable that compose.yaml takes from .env."""
    for variable in set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE_TEXT)):
        assert variable in PAGE, variable
    assert "ARG EXTRAS=" in DOCKERFILE
