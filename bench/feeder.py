"""The handler whose streams are measured, for kameo."""

import kameo


class Feeder:
    def give(self, request):
        symbol = "A" * request.size
        for number in range(request.count):
            yield kameo.ticks.Tick(number=number, price=101.25, symbol=symbol)

    def take(self, request):
        kameo.set_stream_window(request.items, request.bytes)
        count = 0
        for tick in kameo.feed.Ticks(count=request.count, size=request.size):
            if tick.number != count:
                raise ValueError("a wrong item")
            count += 1
        return count
