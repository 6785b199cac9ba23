import subprocess
import sys

from benchmarks.machine import peak_mib

TELLS = "from benchmarks.machine import peak_mib; print(peak_mib())"


def test_memory_of_who_started_a_process_is_not_its_own():
    held = bytearray(b"x" * (256 * 2**20))
    told = float(subprocess.run([sys.executable, "-c", TELLS], capture_output=True, check=True).stdout)
    assert peak_mib() > 256 > 128 > told > 1
    assert len(held)
