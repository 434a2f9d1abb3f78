"""What starting costs: CPU until the first answer, and the memory of a process that waits."""

from collections.abc import Iterator

from bench.grounds import Grounds
from bench.processes import cpu_of, free_port, python, server
from bench.readings import Reading, median
from bench.sites import environment, found_site

ROUNDS = 9  # Both sides of the ratio swing by a third.
RATIO_TARGET = 4 / 1.3  # The gate is four imports of FastAPI.
MEMORY_TARGET_MB = 110 / 1.3  # The gate is 110 MB.


def measure(grounds: Grounds) -> Iterator[Reading]:
    """Yield the readings of a start."""
    port = free_port()
    given = environment(grounds.folder / "start", port)
    kernel, _, _ = found_site(given)
    kernel.close()
    command = python("-m", "app.cli", "serve", "--port", str(port), "--no-worker")
    references, memory, costs = [], [], []
    with server(command, port=port, ready="/health/live", environment=given):
        cpu_of(python("-c", "import fastapi"))  # Once for the bytecode.
    for _ in range(ROUNDS):
        references.append(cpu_of(python("-c", "import fastapi")))
        with server(command, port=port, ready="/health/live", environment=given) as site:
            costs.append(site.started_cpu)
            memory.append(site.private_bytes() / 1e6)
    note = f"{median(costs):.2f} s CPU to the first answer"
    ratio = median(costs) / median(references)
    yield Reading("startup", ratio, "× import fastapi", RATIO_TARGET, note)
    yield Reading("startup_rss", median(memory), "MB private", MEMORY_TARGET_MB)
