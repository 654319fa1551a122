"""Two gigabytes stream through the real server, whose memory hardly grows."""

import json
import subprocess
import sys

import pytest

from tests.support.running_server import ROOT


def streamed(gigabytes: float) -> dict[str, float]:
    command = [sys.executable, str(ROOT / "bench" / "streaming.py"), "--json", "--gigabytes", str(gigabytes)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=600).stdout)


@pytest.mark.heavy
@pytest.mark.parametrize("gigabytes", [0.125, 2])
def test_the_servers_memory_grows_by_less_than_100_mb(gigabytes):
    figures = streamed(gigabytes)
    assert figures["file_mb"] == gigabytes * 1024
    assert figures["memory_growth_mb"] < 100
