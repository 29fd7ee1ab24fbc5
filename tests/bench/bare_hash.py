"""The floor of logging in: passwords that are verified one after the other, in as many threads as the service uses.

    python -m bench.bare_hash 4

It prints how many a second, over so many seconds.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher

from adapters.auth.passwords import LANES, MEMORY_KIB, NICENESS, PASSES

PASSWORD = "correct horse"


def rate(seconds: float) -> float:
    """Return how many passwords a second all threads verify."""
    hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
    password_hash = hasher.hash(PASSWORD)
    threads = max(1, (os.cpu_count() or 2) // 2)
    started = time.monotonic()

    def verify_until_the_end(_: int) -> int:
        count = 0
        while time.monotonic() < started + seconds:
            hasher.verify(password_hash, PASSWORD)
            count += 1
        return count

    with ThreadPoolExecutor(threads) as pool:
        verified = sum(pool.map(verify_until_the_end, range(threads)))
    return verified / (time.monotonic() - started)


if __name__ == "__main__":
    os.nice(NICENESS)
    sys.stdout.write(str(rate(float(sys.argv[1]))))
