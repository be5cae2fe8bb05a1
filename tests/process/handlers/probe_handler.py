"""The probe in Python: what the tests of the Python placement ask of it."""

import os
import signal
import sys

import kameo


class Probe:
    def on_start(self, config):
        self.greeting = config["greeting"]
        self.noted = ""

    def note(self, request):
        self.noted += request["argument"]

    def run(self, request):
        what, argument = request["what"], request["argument"]
        if what == "echo":
            return argument
        if what == "greeting":
            return self.greeting
        if what == "noted":
            return self.noted
        if what == "pid":
            return str(os.getpid())
        if what == "price":
            return kameo.callback_handle("market.Price", {"what": "price", "argument": argument})
        if what == "open":  # a FIFO: until somebody writes to it
            print("opening", flush=True)
            open(argument).close()
        if what in ("open", "seen"):
            self.noted += what
            return self.noted
        if what == "raise":
            raise KeyError(argument)
        if what == "signal":
            os.kill(os.getpid(), int(argument))
            signal.pause()
        if what == "exit":
            print("farewell", file=sys.stderr)
            os._exit(int(argument))
        raise ValueError(f"the probe cannot {what}")

    def stream(self, request):
        for i in range(int(request["argument"])):
            yield str(i + 1)
        if request["what"] == "fail":
            raise ValueError("enough")

    def join(self, request, items):
        return request["argument"] + "".join(items)

    def shout(self, request, items):
        for item in items:
            yield item + "!"
