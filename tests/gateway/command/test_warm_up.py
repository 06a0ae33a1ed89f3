"""A process that answers walks through what it made at its start no more."""

import gc
import subprocess
import sys

from gateway.command.warm_up import THRESHOLDS

CHECK = """
import gc
from gateway.command.warm_up import warm_up
warm_up()
print(gc.get_freeze_count() > 50_000, gc.get_threshold())
"""


def test_garbage_is_sought_among_the_objects_of_requests_alone() -> None:
    before = gc.get_threshold()
    output = subprocess.run([sys.executable, "-c", CHECK], check=True, capture_output=True, text=True).stdout
    assert output == f"True {THRESHOLDS}\n"
    assert gc.get_threshold() == before
