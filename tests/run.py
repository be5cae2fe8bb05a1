"""Runs every test of one build: C++ through ctest, Python through pytest, then the check that
each due scenario has a test. Ends with one line, `N passed, N failed, N skipped`, over all.

    tests/run.py --build build/dev [--jobs N] [--ctest ARG …]

Needs an interpreter with pytest (build/venv); uses nothing else outside the standard library.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "conformance"))
import check  # noqa: E402  (tests/conformance/check.py)


@dataclasses.dataclass
class Tally:
    passed: list[str] = dataclasses.field(default_factory=list)
    failed: list[str] = dataclasses.field(default_factory=list)
    skipped: list[str] = dataclasses.field(default_factory=list)

    def add_junit(self, runner: str, report: pathlib.Path, exit_code: int) -> None:
        """Counts a runner's JUnit report; a runner that failed without saying so is a failure."""
        before = len(self.failed)
        try:
            cases = list(xml.etree.ElementTree.parse(report).iter("testcase"))
        except (OSError, xml.etree.ElementTree.ParseError):
            cases = []
        for case in cases:
            name = case.get("name", "?")
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed.append(f"{runner}: {name}")
            elif case.find("skipped") is not None:
                # ctest's word for a test whose program is missing.
                (self.failed if case.get("status") == "notrun" else self.skipped).append(
                    f"{runner}: {name}"
                )
            else:
                self.passed.append(name)
        if not cases:
            self.failed.append(f"{runner}: ran no test")
        elif exit_code != 0 and len(self.failed) == before:
            self.failed.append(f"{runner}: exit code {exit_code}")

    def finish(self, results: pathlib.Path) -> int:
        """Prints what did not pass and, last, the sum; leaves it in `results`. The exit code."""
        for name in self.failed:
            print(f"FAILED {name}")
        for name in self.skipped:
            print(f"SKIPPED {name}")
        summary = (
            f"{len(self.passed)} passed, {len(self.failed)} failed, {len(self.skipped)} skipped"
        )
        (results / "summary.txt").write_text(summary + "\n")
        print(summary)
        return 1 if self.failed else 0


def environment(build: pathlib.Path) -> dict[str, str]:
    """What tests find of the build: its interpreter, its programs, its Python packages."""
    sanitized = build / "sanitized-python"  # cmake/testing.cmake
    python = sanitized if sanitized.exists() else build / "venv" / "bin" / "python"
    return os.environ | {
        "KAMEO_BUILD_DIR": str(build),
        "KAMEO_PYTHON": str(python),
        "PYTHONPATH": str(build / "python"),
    }


def run(command: list[str], env: dict[str, str]) -> int:
    print("+", " ".join(command), flush=True)
    return subprocess.run(command, env=env, stdin=subprocess.DEVNULL, cwd=ROOT).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--jobs", default=str(os.cpu_count()))
    parser.add_argument("--only-cpp", action="store_true", help="leave pytest out")
    parser.add_argument("--ctest", nargs="*", default=[], help="arguments handed to ctest")
    args = parser.parse_args()

    build = args.build.resolve()
    results = build / "results"
    results.mkdir(parents=True, exist_ok=True)
    for old in results.glob("*"):
        old.unlink()
    env = environment(build)
    tally = Tally()

    report = results / "ctest.xml"
    code = run(
        ["ctest", "--test-dir", str(build), "-j", args.jobs, "--output-on-failure",
         "--output-junit", str(report), "--no-tests=error", *args.ctest],
        env,
    )  # fmt: skip
    tally.add_junit("ctest", report, code)

    if not args.only_cpp:
        report = results / "pytest.xml"
        code = run([sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", "tests"], env)
        tally.add_junit("pytest", report, code)

        problems = check.problems(tally.passed, tally.failed, tally.skipped)
        for problem in problems:
            print(f"conformance: {problem}")
        (tally.failed if problems else tally.passed).append("every due scenario has a test")

    return tally.finish(results)


if __name__ == "__main__":
    sys.exit(main())
