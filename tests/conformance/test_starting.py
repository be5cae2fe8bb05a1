"""D: starts that fail, environments, ends."""

import os
import socket
import subprocess
import sys

import pool_files
import pytest

GOOD = """
    import os

    class Worker:
        def text(self, request):
            return os.environ.get(request["text"], "(not set)")

        def echo(self, request): return request["value"]
        def size(self, request): return request["size"]
        def note(self, request): pass
"""

ASK = {"handler": "text", "request": {"text": "X"}}


@pytest.mark.parametrize(
    ("module", "handler", "parts"),
    [
        (GOOD, '"nowhere:Worker"', ["ModuleNotFoundError", "'nowhere'"]),
        (GOOD, '"worker:Nobody"', ["Nobody"]),
        ("def echo(request): return 1", "worker", ["text"]),
        ("raise ValueError('at import')", '"worker:Worker"', ["ValueError: at import", "Traceback"]),
        ("class Worker(:", '"worker:Worker"', ["SyntaxError", "worker.py"]),
        ("import sys; sys.exit(4)", '"worker:Worker"', ["SystemExit", "4"]),
    ],
)
def test_d1_a_handler_that_cannot_be_loaded_fails_the_start(pool, module, handler, parts):
    pool.handler(module).write_pool(handler)
    done = pool.run(ASK)
    assert (done.code, done.out) == (3, "")
    for part in ["worker", *parts]:
        assert part in done.err


def test_d1_a_python_path_that_does_not_exist_fails_the_start(pool):
    pool.handler(GOOD)
    pool.path.write_text(pool.path.read_text().replace("path: [.]", "path: [nowhere]", 1))
    done = pool.run(ASK)
    assert (done.code, done.out) == (3, "")
    assert "worker" in done.err


def test_d1_an_interpreter_that_does_not_exist_fails_the_start(pool):
    pool.handler(GOOD)
    pool.path.write_text(
        pool.path.read_text().replace("{path: [.]}", "{interpreter: /no/python, path: [.]}", 1)
    )
    done = pool.run(ASK)
    assert (done.code, done.out) == (3, "")
    assert "/no/python" in done.err


# A child in pure Python that speaks the protocol as far as its argument says, then ends.
CHILD = """
    import os, signal, socket, struct, sys

    how_far, how = sys.argv[1:3]
    link = socket.socket(fileno=int(os.environ["KAMEO_FD"]))

    def end():
        if how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(7)

    def frame(type, payload):
        padding = b"\\0" * (-len(payload) % 8)
        link.sendall(struct.pack("<IBBHQ", len(payload), type, 0, 0, 0) + payload + padding)

    def text(value):
        return struct.pack("<I", len(value)) + value

    if how_far == "before_hello":
        end()
    hello = struct.pack("<IHH", 0x4F454D4B, 1, 0) + text(b"test") + text(b"0") + struct.pack("<QII", 0, 1 << 20, 64)
    frame(1, hello)
    if how_far == "after_hello":
        end()
    link.recv(16, socket.MSG_WAITALL)  # the welcome has come
    end()
"""


@pytest.mark.parametrize("how", ["exits", "killed"])
@pytest.mark.parametrize("how_far", ["before_hello", "after_hello", "before_ready"])
def test_d3_a_child_that_ends_early_is_told_at_once(pool, how_far, how):
    child = pool.write("child.py", CHILD)
    pool.handler(GOOD)
    text = pool.path.read_text()
    text = text.replace(
        '    handler: "worker:Worker"', f"    command: [{sys.executable}, {child}, {how_far}, {how}]"
    ).replace("    python: {path: [.]}\n", "", 1)
    # Far beyond the test's own limit: what comes at once did not wait for it.
    pool.path.write_text(text.replace("    instances: 1", "    start_timeout: 1h"))
    done = pool.run(ASK)
    assert (done.code, done.out) == (3, "")
    assert ("SIGKILL" if how == "killed" else "7") in done.err
    assert "worker" in done.err


def child_command():
    """Of a Python child, or of a foreign one (tests/go/run)."""
    foreign = os.environ.get("KAMEO_CONFORMANCE_CHILD")
    python = os.environ.get("KAMEO_PYTHON", sys.executable)
    return [foreign] if foreign else [python, "-m", "kameo_runtime.worker"]


def test_d5_a_child_whose_parent_closes_the_connection_ends(pool):
    ours, theirs = socket_pair()
    process = subprocess.Popen(
        child_command(),
        env=os.environ | {"KAMEO_FD": str(theirs.fileno())},
        pass_fds=[theirs.fileno()],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    theirs.close()
    assert ours.recv(4096)  # its hello: it is up and waits
    ours.close()
    assert process.wait() is not None


def socket_pair():


    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


def test_d6_an_actor_sees_only_its_own_environment(pool):
    pool.handler(GOOD, more="env: {OWN: mine}", pool="""
        other:
          actor: demo.Worker
          handler: "worker:Worker"
          python: {path: [.]}
          inherit_env: [PASSED]
    """)  # fmt: skip

    def see(actor, name):
        return {"actor": actor, "handler": "text", "request": {"text": name}}

    names = ["OWN", "PASSED", "HIDDEN"]
    done = pool.run(
        *[see("worker", name) for name in names],
        *[see("other", name) for name in names],
        env={"PASSED": "through", "HIDDEN": "secret"},
    )
    assert [line["reply"] for line in done.replies] == [
        "mine", "(not set)", "(not set)",
        "(not set)", "through", "(not set)",
    ]  # fmt: skip


def test_d6_what_a_child_sets_is_not_seen_by_the_parent_or_another(pool):
    handler = GOOD.replace(
        'return os.environ.get(request["text"], "(not set)")',
        'before = os.environ.get("SET", "(not set)"); os.environ["SET"] = "1"; return before',
    )
    done = pool.handler(handler, instances=2).run(ASK, ASK)
    assert pool_files.json.dumps(done.replies).count("(not set)") >= 1
    assert "SET" not in os.environ
