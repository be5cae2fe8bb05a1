"""Declared as a stream, written as a function."""

from streamer_sync import Streamer as Right


class Streamer(Right):
    def fibonacci(self, request):
        return [{"index": 0, "value": 0}]
