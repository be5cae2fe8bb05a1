"""How long kameo-gen takes for a schema of 1,000 types, against its limit of 0.5 s.

    bench/generate.py build/release
"""

import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

LIMIT = 0.5
SCALARS = ["bool", "i32", "u64", "f64", "string", "bytes", "timestamp", "duration", "uuid", "decimal"]


def schema(count: int) -> str:
    """Structs of six fields, each third field of a struct declared before; the same every time."""
    choose = random.Random(1)
    lines = ["kameo: 1", "package: big", "types:"]
    for number in range(count):
        fields = []
        for index in range(6):
            kind = choose.choice(SCALARS) if number == 0 or index % 3 else f"Type{choose.randrange(number)}"
            fields.append(f"f{index}: {choose.choice(['{}', '{}', 'list<{}>', 'optional<{}>']).format(kind)}")
        lines.append(f"  Type{number}: {{doc: Number {number}., struct: {{{', '.join(fields)}}}}}")
    return "\n".join(lines) + "\n"


def main() -> int:
    kameo_gen = pathlib.Path(sys.argv[1]) / "bin" / "kameo-gen"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "big.kameo.yaml").write_text(schema(1000))
        times = []
        for run in range(5):
            out = folder / str(run)
            start = time.perf_counter()
            subprocess.run([kameo_gen, "generate", folder / "big.kameo.yaml", "--cpp-out", out, "--python-out", out], check=True)
            times.append(time.perf_counter() - start)
    median = statistics.median(times)
    print(f"generate, 1,000 types: {median:.3f} s, {median / LIMIT:.2f} of the limit")
    return 0 if median < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
