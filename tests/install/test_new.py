"""What `kameo-gen new` writes builds and passes its tests against an installed kameo."""

import pytest
from installed import compiler, run, sanitizer_flags

pytestmark = pytest.mark.timeout(600)


def test_a_new_project_builds_and_passes_at_once(tmp_path, prefix, interpreter, clean_environment):
    run(prefix / "bin" / "kameo-gen", "new", "corner_shop", cwd=tmp_path)
    source = tmp_path / "corner_shop"
    env = clean_environment | {"KAMEO_PYTHON": str(interpreter)}
    run("cmake", "-S", source, "-B", source / "build", f"-DCMAKE_PREFIX_PATH={prefix}",
        f"-DCMAKE_CXX_COMPILER={compiler()}", f"-DCMAKE_CXX_FLAGS={' '.join(sanitizer_flags())}",
        f"-DPython3_EXECUTABLE={interpreter}", env=env)  # fmt: skip
    run("cmake", "--build", source / "build", env=env)
    tested = run("ctest", "--test-dir", source / "build", "--output-on-failure", env=env)
    assert "100% tests passed, 0 tests failed out of 2" in tested


def test_a_new_project_without_cpp_runs_at_once(tmp_path, prefix, interpreter, clean_environment):
    run(prefix / "bin" / "kameo-gen", "new", "corner_shop", "--python-only", cwd=tmp_path)
    source = tmp_path / "corner_shop"
    env = clean_environment | {"KAMEO_PYTHON": str(interpreter)}
    run(interpreter, "-m", "unittest", cwd=source, env=env)
    out = run(prefix / "bin" / "kameo", "run", "pool.yaml", cwd=source, env=env)
    assert [line.split() for line in out.splitlines()[2:]] == [
        ["Hello,", "Ada!", "1"], ["Hello,", "Bob!", "1"], ["Hello,", "Ada!", "2"],
    ]  # fmt: skip
