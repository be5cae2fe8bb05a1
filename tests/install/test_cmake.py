"""kameo_generate() in every kind of target and build, with a schema of two types: what is compiled
is small, what is checked is the wiring.
"""

import shutil

import pytest
from installed import BUILD, ROOT, compiler, run, sanitizer_flags

pytestmark = pytest.mark.timeout(600)

SCHEMA = """kameo: 1
package: acme.shop
import: money.kameo.yaml
types:
  Item: {struct: {name: string, price: acme.money.Money}}
"""
MONEY = "kameo: 1\npackage: acme.money\ntypes:\n  Money: {struct: {cents: u32}}\n"
MAIN = """#include <acme/shop/types.hpp>
int main() { return acme::shop::Item("tea", acme::money::Money(0)).price.cents == 0 ? 0 : 1; }
"""
# Of each schema what a program without actors needs: no asio, and so a quick build.
TYPES = "SCHEMAS shop.kameo.yaml imports/money.kameo.yaml IMPORT_DIRS imports"


@pytest.fixture
def project(tmp_path):
    """A project in a folder with blanks in its name; `write` gives it a CMakeLists.txt."""
    source = tmp_path / "a project"
    (source / "imports").mkdir(parents=True)
    (source / "shop.kameo.yaml").write_text(SCHEMA)
    (source / "imports" / "money.kameo.yaml").write_text(MONEY)
    (source / "main.cpp").write_text(MAIN)
    return source


def write(source, body, find="find_package(kameo REQUIRED)"):
    (source / "CMakeLists.txt").write_text(
        f"cmake_minimum_required(VERSION 3.25)\nproject(shop LANGUAGES CXX)\n{find}\n{body}\n"
    )


def configure(source, prefix, env, *options, generator="Ninja"):
    run("cmake", "-S", source, "-B", source / "build", "-G", generator,
        f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={compiler()}",
        f"-DCMAKE_CXX_FLAGS={' '.join(sanitizer_flags())}", *options, env=env)  # fmt: skip


def build(source, env, *options):
    return run("cmake", "--build", source / "build", *options, env=env)


KINDS = {
    "executable": "add_executable(app main.cpp)\nkameo_generate(app {types})",
    "static": "add_library(messages STATIC)\nkameo_generate(messages {types})\n"
    "add_executable(app main.cpp)\ntarget_link_libraries(app PRIVATE messages)",
    "shared": "add_library(messages SHARED)\nkameo_generate(messages {types})\n"
    "add_executable(app main.cpp)\ntarget_link_libraries(app PRIVATE messages)",
    "object": "add_library(messages OBJECT)\nkameo_generate(messages {types})\n"
    "add_executable(app main.cpp)\ntarget_link_libraries(app PRIVATE messages)",
    "interface": "add_library(messages INTERFACE)\nkameo_generate(messages {types})\n"
    "add_executable(app main.cpp)\ntarget_link_libraries(app PRIVATE messages)",
}


@pytest.mark.parametrize("kind", KINDS)
def test_generated_code_goes_into_a_target_of_every_kind(project, prefix, clean_environment, kind):
    write(project, KINDS[kind].format(types=TYPES))
    configure(project, prefix, clean_environment)
    build(project, clean_environment)
    run(project / "build" / "app")


def test_a_target_of_another_folder_and_the_users_of_an_interface_library(project, prefix, clean_environment):
    """The messages are generated in one folder, declared in a second and compiled in a third."""
    schemas = project / "schemas"
    schemas.mkdir()
    shutil.move(project / "shop.kameo.yaml", schemas)
    shutil.move(project / "imports", schemas)
    app = project / "app"
    app.mkdir()
    shutil.move(project / "main.cpp", app)
    (schemas / "CMakeLists.txt").write_text(f"kameo_generate(messages {TYPES})\n")
    (app / "CMakeLists.txt").write_text("add_executable(app main.cpp)\ntarget_link_libraries(app PRIVATE messages)\n")
    write(project, "add_library(messages INTERFACE)\nadd_subdirectory(app)\nadd_subdirectory(schemas)")
    # Make has a file per folder, which knows nothing of the others' commands.
    configure(project, prefix, clean_environment, generator="Unix Makefiles")
    build(project, clean_environment)
    run(project / "build" / "app" / "app")


def test_what_changed_is_made_again_and_nothing_else(project, prefix, clean_environment):
    write(project, f"add_library(messages OBJECT)\nkameo_generate(messages {TYPES} PYTHON_OUT python)")
    configure(project, prefix, clean_environment)
    build(project, clean_environment)
    assert "no work to do" in build(project, clean_environment)
    assert {path.name for path in (project / "python" / "kameo" / "acme").iterdir()} >= {"shop.py", "money.py"}

    # An import is seen through the depfile, blanks in its path and all.
    money = project / "imports" / "money.kameo.yaml"
    money.write_text(MONEY.replace("cents", "pence"))
    out = build(project, clean_environment)
    assert "Generating shop.kameo.yaml" in out and "Generating money.kameo.yaml" in out
    assert "acme/money/types.cpp.o" in out
    assert "pence" in (project / "python" / "kameo" / "acme" / "money.py").read_text()
    assert "no work to do" in build(project, clean_environment)

    # A comment changes no code, so nothing is compiled.
    money.write_text(money.read_text() + "# a comment\n")
    out = build(project, clean_environment)
    assert "Generating" in out and ".cpp.o" not in out


def test_two_calls_share_one_python_package(project, prefix, clean_environment):
    write(project, "add_library(a OBJECT)\nkameo_generate(a SCHEMAS imports/money.kameo.yaml PYTHON_OUT python)\n"
                   "add_library(b OBJECT)\nkameo_generate(b SCHEMAS other.kameo.yaml PYTHON_OUT python)\n"
                   "kameo_generate(b SCHEMAS third.kameo.yaml)")  # fmt: skip
    (project / "other.kameo.yaml").write_text("kameo: 1\npackage: other\n")
    (project / "third.kameo.yaml").write_text("kameo: 1\npackage: third\n")
    configure(project, prefix, clean_environment)
    build(project, clean_environment, "--target", "a.kameo0", "b.kameo0", "b.kameo1")
    init = (project / "python" / "kameo" / "__init__.pyi").read_text()
    assert "from . import acme as acme\nfrom . import other as other\n" in init
    assert (project / "build" / "b.kameo" / "third" / "third.hpp").exists()


def test_ninja_with_several_configurations(project, prefix, clean_environment):
    write(project, KINDS["static"].format(types=TYPES))
    configure(project, prefix, clean_environment, generator="Ninja Multi-Config")
    build(project, clean_environment, "--config", "Release")
    run(project / "build" / "Release" / "app")


def test_another_kameo_gen_for_cross_builds(project, prefix, clean_environment, tmp_path):
    """The installed one is of the other machine and does not run here: nobody must start it."""
    other = tmp_path / "other prefix"
    shutil.copytree(prefix, other, symlinks=True)
    (other / "bin" / "kameo-gen").write_text("of another machine")
    write(project, KINDS["object"].format(types=TYPES))
    configure(project, other, clean_environment, f"-DKAMEO_GEN_EXECUTABLE={prefix / 'bin' / 'kameo-gen'}")
    build(project, clean_environment, "--target", "messages.kameo0")
    assert (project / "build" / "messages.kameo" / "acme" / "shop" / "types.hpp").exists()


SUBPROJECTS = {
    "add_subdirectory": 'add_subdirectory("{root}" kameo)',
    "FetchContent": 'include(FetchContent)\nFetchContent_Declare(kameo SOURCE_DIR "{root}")\n'
    "FetchContent_MakeAvailable(kameo)",
}


@pytest.mark.parametrize("way", SUBPROJECTS)
def test_kameo_within_another_build_sets_nothing_global(project, prefix, clean_environment, way):
    """The generator of this build stands in for the one that the project would build first."""
    report = "foreach(name IN ITEMS {})\n  file(APPEND ${{CMAKE_BINARY_DIR}}/set.txt \"${{name}}=${{${{name}}}}\\n\")\nendforeach()"
    names = ["CMAKE_BUILD_TYPE", "CMAKE_CXX_FLAGS", "CMAKE_CXX_STANDARD", "CMAKE_RUNTIME_OUTPUT_DIRECTORY",
             "CMAKE_EXPORT_COMPILE_COMMANDS", "CMAKE_CXX_COMPILER_LAUNCHER", "BUILD_SHARED_LIBS",
             "CMAKE_POSITION_INDEPENDENT_CODE", "CMAKE_MODULE_PATH"]  # fmt: skip
    show = report.format(" ".join(names))
    compile_options = "get_directory_property(flags COMPILE_OPTIONS)\nfile(APPEND ${CMAKE_BINARY_DIR}/set.txt \"${flags}\\n\")"
    find = "\n".join([show, compile_options, SUBPROJECTS[way].format(root=ROOT), show, compile_options])
    write(project, KINDS["object"].format(types=TYPES), find)
    configure(project, "", clean_environment, f"-DKAMEO_GEN_EXECUTABLE={BUILD / 'bin' / 'kameo-gen'}",
              "-DKAMEO_BUILD_PYTHON=OFF", "-DCMAKE_CXX_COMPILER_LAUNCHER=")  # fmt: skip
    lines = (project / "build" / "set.txt").read_text().splitlines()
    half = len(lines) // 2
    assert len(lines) == 2 * (len(names) + 1) and lines[:half] == lines[half:]
    # No install rules and no tests of ours in somebody else's build.
    assert not (project / "build" / "kameo" / "kameo.pc").exists()
    assert not (project / "build" / "kameo" / "tests").exists()
    build(project, clean_environment, "--target", "messages.kameo0")
    object_file = "CMakeFiles/messages.dir/messages.kameo/acme/money/types.cpp.o"
    build(project, clean_environment, "--target", object_file)
    assert (project / "build" / object_file).exists()


def test_mistakes_in_a_call_are_told_at_configure_time(project, prefix, clean_environment):
    for body, message in [
        ("kameo_generate(nothing SCHEMAS shop.kameo.yaml)", "there is no such target"),
        ("add_library(a OBJECT)\nkameo_generate(a)", "SCHEMAS names no file"),
        ("add_library(a OBJECT)\nkameo_generate(a SCHEMAS none.yaml)", "there is no"),
        ("add_library(a OBJECT)\nkameo_generate(a SCHEMA shop.kameo.yaml)", "unknown argument"),
    ]:
        write(project, body)
        with pytest.raises(AssertionError, match=message):
            configure(project, prefix, clean_environment)
