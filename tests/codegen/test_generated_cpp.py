"""What a user's compiler says of generated C++: nothing, but for what is deprecated and used."""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ["KAMEO_BUILD_DIR"])

pytestmark = pytest.mark.timeout(300)

# Every thing that can be deprecated, and each of them mentioned by another: generated code that
# mentions what is deprecated must not warn, its user must.
SCHEMA = """kameo: 1
package: old
types:
  Gone: {deprecated: type is gone, struct: {size: u32}}
  Colour: {enum: {red: ~, amber: {deprecated: value is gone}}}
  Order: {union: {market: u32, limit: {is: Gone, deprecated: variant is gone}}}
  Kept: {struct: {gone: Gone, rate: {type: u32, default: 1, deprecated: field is gone}}}
callbacks:
  market:
    Price: {request: Gone, reply: Gone, deprecated: callback is gone}
actors:
  Maker:
    deprecated: actor is gone
    config: {gone: Gone}
    handlers:
      make: {request: {order: Order}, reply: Gone, deprecated: handler is gone}
      feed: {input: Gone, stream: Gone}
"""
EVERY_HEADER = "".join(
    f"#include <old/{name}.hpp>\n" for name in ("actors", "cereal", "generators", "old", "testing", "types")
)
USES = {
    "type is gone": "old::Gone made();",
    "value is gone": "auto made() { return old::Colour::amber; }",
    "variant is gone": "old::OrderLimit made();",
    "field is gone": "auto made(const old::Kept& kept) { return kept.rate; }",
    "callback is gone": "void use(const old::MarketRef& ref) { (void)ref.price({}); }",
    "actor is gone": "using Type = old::Maker;",
    "handler is gone": "void use(const old::MakerRef& ref) { (void)ref.make({}); }",
}


def cached(name: str) -> str:
    found = re.search(rf"^{name}:\w+=(.+)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE)
    assert found, name
    return found.group(1)


@pytest.fixture(scope="module")
def generated_old(tmp_path_factory, kameo_gen) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("deprecated")
    (folder / "old.kameo.yaml").write_text(SCHEMA)
    done = kameo_gen("generate", folder / "old.kameo.yaml", "--cpp-out", folder)
    assert done.returncode == 0, done.stderr
    return folder


def warnings(folder: pathlib.Path, name: str, source: str) -> list[str]:
    """The deprecations that the compiler of this build tells of; nothing else may be wrong."""
    file = folder / f"{name}.cpp"
    file.write_text(source)
    compiler = cached("CMAKE_CXX_COMPILER")
    coroutines = ["-DASIO_HAS_CO_AWAIT", "-DASIO_HAS_STD_COROUTINE"] if "clang" in compiler else []
    done = subprocess.run(
        [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow",
         *coroutines, "-DASIO_STANDALONE", f"-I{folder}",
         *(f"-I{include}" for include in ROOT.glob("runtime/*/include")), file],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = re.findall(r"warning: (.*)", done.stderr)
    assert all("deprecated" in line for line in told), done.stderr
    return told


def test_generated_code_does_not_warn_of_itself(generated_old):
    sources = "".join(f'#include "{path}"\n' for path in sorted((generated_old / "old").glob("*.cpp")))
    assert warnings(generated_old, "quiet", EVERY_HEADER + sources) == []


def test_a_user_of_what_is_deprecated_is_warned(generated_old):
    header = "#include <old/actors.hpp>\n"
    for place, (reason, use) in enumerate(USES.items()):
        header += f"namespace use{place} {{\n{use}\n}}\n"
    told = warnings(generated_old, "loud", header)
    for reason in USES:
        assert any(reason in line for line in told), (reason, told)
