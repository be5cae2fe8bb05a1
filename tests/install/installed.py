"""What the tests of this folder know about the build that was installed."""

import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ["KAMEO_BUILD_DIR"])


def run(*command, **options):
    """The standard output of a command that succeeds; all of it said when it does not."""
    done = subprocess.run(
        [str(part) for part in command], text=True, capture_output=True, check=False, **options
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def cached(name):
    """What the build was configured with; empty where that was not said."""
    cache = (BUILD / "CMakeCache.txt").read_text()
    found = re.search(rf"^{name}:\w+=(.+)$", cache, re.MULTILINE)
    return found.group(1) if found else ""


def compiler():
    return cached("CMAKE_CXX_COMPILER")


def sanitizer_flags():
    """A sanitized build's archives link only with its own flag."""
    sanitizers = cached("KAMEO_SANITIZE")
    return [f"-fsanitize={sanitizers}"] if sanitizers else []
