"""C: what a handler sees when a callback goes wrong."""

import pytest

WORKER = """
    import kameo

    class Worker:
        def text(self, request):
            name, _, value = request["text"].partition(" ")
            try:
                return str(kameo.callback_handle(name, eval(value or "{}")))
            except Exception as error:
                return f"{type(error).__name__}: {error}"

        def echo(self, request): return 0
        def size(self, request): return request["size"]
        def note(self, request): pass
"""
ASYNC = WORKER.replace("def text", "async def text").replace("str(kameo", "str(await kameo")


@pytest.fixture(params=[WORKER, ASYNC], ids=["sync", "async"])
def call(request, pool):
    def ask(text):
        [line] = pool.handler(request.param).ask("text", text=text).replies
        return line["reply"]

    return ask


def test_c6_an_unknown_name_is_told_with_what_exists(call):
    said = call("market.Prize {'symbol': 'A'}")
    assert said.startswith("UnknownCallback: ")
    assert "market.Prize" in said
    assert "Price" in said.replace("market.Prize", "")


def test_c6_an_unknown_module_is_told_with_what_exists(call):
    said = call("bazaar.Price {'symbol': 'A'}")
    assert said.startswith("UnknownCallback: ")
    assert "bazaar" in said
    assert "market" in said


@pytest.mark.parametrize(
    ("request_text", "parts"),
    [
        ("{'symbol': 5}", ["market.Price", "symbol", "expected string", "5"]),
        ("{}", ["market.Price", "symbol"]),
        ("{'symbol': 'A', 'size': 1}", ["market.Price", "size"]),
    ],
)
def test_c7_a_request_of_the_wrong_shape_names_callback_field_and_type(call, request_text, parts):
    said = call(f"market.Price {request_text}")
    assert said.startswith("ValidationError: ")
    for part in parts:
        assert part in said
