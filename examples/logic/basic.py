"""Answers the callbacks of module `basic`."""


class Basic:
    def test_callback(self, request):
        return request["value"] + 1
