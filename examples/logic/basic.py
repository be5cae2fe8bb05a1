"""Answers the callbacks of module `basic`."""


class Basic:
    def TestCallback(self, request):
        return request["value"] + 1
