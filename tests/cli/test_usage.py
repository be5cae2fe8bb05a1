"""The command line itself."""

import pool_files
import pytest


def test_version():
    done = pool_files.run("--version")
    assert (done.out, done.err, done.code) == ("kameo 0.1.0\n", "", 0)


@pytest.mark.parametrize("arguments", [("--help",), ("run", "--help")])
def test_help_shows_examples_and_exit_codes(arguments):
    done = pool_files.run(*arguments)
    assert done.code == 0
    assert done.err == ""
    assert "kameo run pool.yaml --input requests.ndjson" in done.out
    for code in ("0 ", "1 ", "2 ", "3 ", "4 ", "130"):
        assert f"\n  {code}" in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("run",),
        ("run", "a.yaml", "b.yaml"),
        ("run", "a.yaml", "--format", "xml"),
        ("run", "a.yaml", "--fast"),
        ("run", "a.yaml", "--serve", "--input", "-"),
    ],
)
def test_a_wrong_command_line_is_told_on_standard_error(arguments):
    done = pool_files.run(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert done.err != ""


def test_a_pool_file_that_is_not_there():
    for command in ("run", "check"):
        done = pool_files.run(command, "nothing.yaml")
        assert done.code == 2
        assert "nothing.yaml" in done.err
        assert "[K0100]" in done.err
