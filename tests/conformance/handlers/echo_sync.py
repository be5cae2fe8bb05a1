"""Gives back what came; the same code for generated classes and for dicts."""

import kameo


def value_of(request):
    return request["value"] if isinstance(request, dict) else request.value


def ending_of(error):
    return f"{type(error).__name__}: {error}"


class Echo:
    def numbers(self, request):
        return value_of(request)

    text = data = event = bag = tree = numbers

    def refuse(self, request):
        try:
            kameo.callback_handle("basic.Refuse", {"text": value_of(request)})
        except Exception as error:
            return ending_of(error)
        return "no error"

    def throw_up(self, request):
        try:
            kameo.callback_handle("basic.Throw", {"text": value_of(request)})
        except Exception as error:
            return ending_of(error)
        return "no error"

    def roundtrip(self, request):
        return kameo.callback_handle("basic.TestCallback", {"value": value_of(request)})
