"""Remembers what generated callbacks hand over."""

calls = []


class Call: ...


class Stream: ...


def call(name, request, input=None):
    calls.append(("call", name, request) if input is None else ("call", name, request, input))
    return Call()


def tell(name, request):
    calls.append(("tell", name, request))


def callback_handle(name, request=None, input=None):
    return call(name, request, input)


def set_stream_window(items, bytes): ...
