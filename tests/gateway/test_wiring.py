"""The wiring: each source under its own name, and no sandbox in a service."""

import subprocess
import sys

from gateway.settings import Settings
from gateway.wiring import SOURCES, demonstrations, sources


def test_each_source_stands_under_its_own_name() -> None:
    assert [source.about.name for source in sources(Settings())] == list(SOURCES)


def test_each_sandbox_states_what_the_demonstration_reads() -> None:
    sandboxes = demonstrations()
    assert sandboxes.keys() == {name for name, wiring in SOURCES.items() if wiring.sandbox}
    assert all(sandbox.follow or sandbox.files for sandbox in sandboxes.values())


def test_a_service_imports_no_sandbox() -> None:
    code = "import sys, gateway.app, gateway.command.main; print(*sys.modules)"
    modules = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert "gateway.wiring" in modules
    assert [module for module in modules if module.endswith(".sandbox") or module == "adapters.story"] == []
