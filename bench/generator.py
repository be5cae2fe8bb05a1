#!/usr/bin/env python3
"""What kameo-gen costs a build: how long it takes for 1,000 types, and how much longer a translation
unit compiles that includes 100 of them, beside what protoc makes of the same types.

    bench/generator.py build/release
"""

import os
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
GENERATE_LIMIT = 0.5  # seconds, 1,000 types
COMPILE_LIMIT = 2.0  # seconds, 100 types
# Of the IDL and of protobuf; both have them, so that the peer compiles the same.
SCALARS = {"bool": "bool", "i32": "int32", "u64": "uint64", "f64": "double", "string": "string", "bytes": "bytes"}


def types(count):
    """Structs of six fields, two of them of a struct declared before: [(name, [(field, type, list)])]."""
    choose = random.Random(1)
    made = []
    for number in range(count):
        fields = []
        for index in range(6):
            own = number > 0 and index % 3 == 0
            kind = f"Type{choose.randrange(number)}" if own else choose.choice(list(SCALARS))
            # A list now and then; protobuf's own fields are pointers, so these may be lists too.
            fields.append((f"f{index}", kind, choose.random() < 0.3))
        made.append((f"Type{number}", fields))
    return made


def idl(made):
    lines = ["kameo: 1", "package: big", "types:"]
    for name, fields in made:
        body = ", ".join(f"{field}: {f'list<{kind}>' if many else kind}" for field, kind, many in fields)
        lines.append(f"  {name}: {{doc: One of many., struct: {{{body}}}}}")
    return "\n".join(lines) + "\n"


def proto(made):
    lines = ['syntax = "proto3";', "package big;"]
    for name, fields in made:
        lines.append(f"message {name} {{")
        for number, (field, kind, many) in enumerate(fields, 1):
            lines.append(f"  {'repeated ' if many else ''}{SCALARS.get(kind, kind)} {field} = {number};")
        lines.append("}")
    return "\n".join(lines) + "\n"


def median(action, rounds):
    return statistics.median(action() for _ in range(rounds))


def wall(command):
    start = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - start


def cpu(command):
    """Seconds of CPU, so that a busy machine changes little."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def generating(kameo_gen, folder):
    schema = folder / "big.kameo.yaml"
    schema.write_text(idl(types(1000)))
    out = iter(range(100))

    def once():
        target = folder / f"out{next(out)}"
        return wall([kameo_gen, "generate", schema, "--cpp-out", target, "--python-out", target])

    took = median(once, 5)
    print(f"generate, 1,000 types: {took:.3f} s, {took / GENERATE_LIMIT:.2f} of the limit")
    return took < GENERATE_LIMIT


def compiling(kameo_gen, folder):
    made = types(100)
    schema = folder / "big.kameo.yaml"
    schema.write_text(idl(made))
    subprocess.run([kameo_gen, "generate", schema, "--cpp-out", folder], check=True)
    compiler = [os.environ.get("CXX", "c++"), "-std=c++20", "-O2", "-c", "-o", os.devnull, f"-I{folder}"]
    includes = [f"-I{ROOT}/runtime/{layer}/include" for layer in ("base", "schema")]
    use = "big::Type99 make() { return {}; }\n"

    def seconds(name, text, flags=()):
        source = folder / f"{name}.cpp"
        source.write_text(text)
        return median(lambda: cpu([*compiler, *flags, source]), 3)

    bare = seconds("bare", "int make() { return 0; }\n")
    ours = seconds("ours", f"#include <big/types.hpp>\n{use}", includes) - bare
    print(f"include, 100 types: {ours:.2f} s of CPU, {ours / COMPILE_LIMIT:.2f} of the limit", end="")
    if shutil.which("protoc"):
        (folder / "big.proto").write_text(proto(made))
        subprocess.run(["protoc", f"-I{folder}", f"--cpp_out={folder}", folder / "big.proto"], check=True)
        theirs = seconds("theirs", f'#include "big.pb.h"\n{use}') - bare
        print(f"; protoc's: {theirs:.2f} s, ours is {ours / theirs:.2f} of it", end="")
    print()
    return ours < COMPILE_LIMIT


def main():
    kameo_gen = pathlib.Path(sys.argv[1]) / "bin" / "kameo-gen"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        good = [generating(kameo_gen, folder), compiling(kameo_gen, folder)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
