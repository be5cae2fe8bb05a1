"""`kameo check` and the errors of pool files."""

import pool_files


def test_a_good_pool_is_told_in_a_line(pool):
    pool.handler("class Worker: pass", instances=3)
    done = pool_files.run("check", str(pool.path))
    assert done.code == 0
    assert done.out == f"{pool.path}: 2 actors in 4 processes\n"
    assert done.err == ""


def test_check_starts_no_process(pool):
    marker = pool.folder / "started"
    pool.handler(f"open({str(marker)!r}, 'w')\nclass Worker: pass")
    assert pool_files.run("check", str(pool.path)).code == 0
    assert not marker.exists()


def test_an_error_of_the_pool_file_looks_like_the_idls(pool):
    pool.path.write_text(
        "kameo: 1\nschema: demo.kameo.yaml\nactors:\n  worker: {actor: demo.Wroker, handler: 'w:W'}\n"
    )
    for command in ("check", "run"):
        done = pool_files.run(command, str(pool.path))
        assert done.code == 2
        assert done.out == ""
        assert f"{pool.path}:4:19: error: " in done.err
        assert "[K0601]" in done.err
        assert "   4 |   worker: {actor: demo.Wroker" in done.err
        assert "did you mean `demo.Worker`?" in done.err


def test_an_error_of_the_schema_is_told_with_its_own_place(pool):
    pool.handler("class Worker: pass")
    pool.write("demo.kameo.yaml", "kameo: 1\npackage: demo\ntypes:\n  A: {struct: {b: Nothing}}\n")
    done = pool_files.run("check", str(pool.path))
    assert done.code == 2
    assert "demo.kameo.yaml:4:19: error: unknown type `Nothing` [K0204]" in done.err


def test_every_error_of_a_run_is_told(pool):
    pool.path.write_text(
        "kameo: 1\nschema: demo.kameo.yaml\nactors:\n"
        "  a: {actor: demo.One, handler: 'w:W'}\n  b: {actor: demo.Two, handler: 'w:W'}\n"
    )
    done = pool_files.run("check", str(pool.path))
    assert "demo.One" in done.err
    assert "demo.Two" in done.err


def test_a_used_module_that_nobody_provides_is_an_error(pool):
    pool.handler("class Worker: pass")
    text = pool.path.read_text()
    pool.path.write_text("".join(line for line in text.splitlines(True) if "provides" not in line))
    done = pool_files.run("check", str(pool.path))
    assert done.code == 2
    assert "[K0602]" in done.err
    assert "market" in done.err


def test_what_the_machine_does_not_have_is_told_with_its_place(pool):
    pool.write("worker.py", "")
    pool.path.write_text(
        "kameo: 1\nschema: demo.kameo.yaml\nactors:\n"
        "  a: {actor: Worker, handler: worker, python: {interpreter: no-such-python, path: [lost]}}\n"
        "  b: {provides: market, command: [./no-such-program], dir: gone}\n"
        "batch: {input: nothing.ndjson}\n"
    )
    done = pool_files.run("check", str(pool.path))
    assert done.code == 2
    assert done.out == ""
    folder = pool.folder
    assert done.err.splitlines() == [
        f"{pool.path}:4:3: error: a: no interpreter no-such-python",
        f"{pool.path}:4:3: error: a: no python path {folder}/lost",
        f"{pool.path}:5:3: error: b: no program {folder}/no-such-program",
        f"{pool.path}:5:3: error: b: no directory {folder}/gone",
        f"{pool.path}: error: batch: cannot read {folder}/nothing.ndjson",
    ]
