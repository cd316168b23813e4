"""``python launch.py COMMAND...``: run a command, then say on standard error how long it took and what it held.

A process of its own, and a small one: a child's largest memory counts from what its parent has had, so that a benchmark
which has just written its inputs would find these in every figure.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> None:
    """One line of JSON: wall-clock and CPU seconds, peak memory in KiB, exit code."""
    began = time.perf_counter()
    process = os.posix_spawnp(
        sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    )
    _, status, usage = os.wait4(process, 0)
    took = time.perf_counter() - began
    found = {
        "seconds": took,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_kib": usage.ru_maxrss,
        "code": os.waitstatus_to_exitcode(status),
    }
    sys.stderr.write(json.dumps(found))


if __name__ == "__main__":
    main()
