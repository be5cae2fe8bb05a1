"""Remembers what generated callbacks hand over."""

calls = []


class Call: ...


def call(name, request):
    calls.append(("call", name, request))
    return Call()


def tell(name, request):
    calls.append(("tell", name, request))


def callback_handle(name, request=None):
    return call(name, request)
