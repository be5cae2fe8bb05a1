"""Callbacks in numbers, from sync and async handlers of one child."""

import asyncio
import math

import kameo
from streamer_sync import check_items, streaming_request, value


async def one_of_three(index):
    """How many answers the callback gave: 3 items, one reply, or 1 to 10 items."""
    if index % 3 == 1:
        operation = ("square", "sqrt", "double")[index // 3 % 3]
        request = {"operation": operation, "value": 9.0}
        expected = {"square": 81.0, "sqrt": 3.0, "double": 18.0}[operation]
        assert math.isclose(await kameo.callback_handle("test.Compute", request), expected)
        return 1
    count = 3 if index % 3 == 0 else index % 10 + 1
    items = [item async for item in kameo.callback_handle("test.Items", {"count": count})]
    assert items == list(range(count)), items
    return count


class Caller:
    async def modules(self, request):
        number = {"value": value(request, "value")}
        return [
            str(await kameo.callback_handle("test.TestCallback", number)),
            str(await kameo.callback_handle("basic.TestCallback", number)),
            await kameo.callback_handle("trader.TraderCallback", number),
        ]

    async def burst(self, request):
        total = 0
        for begin in range(0, value(request, "count"), 100):
            total += sum(await asyncio.gather(*(one_of_three(begin + i) for i in range(100))))
        return total

    async def interleaved(self, request):
        count = value(request, "count")
        answers = await asyncio.gather(
            *(
                kameo.callback_handle("test.Hold", {"index": i, "of": count})
                for i in range(count)
            )
        )
        return sum(answer == 2 * i for i, answer in enumerate(answers))

    def sync_call(self, request):
        return kameo.callback_handle("basic.TestCallback", {"value": value(request, "value")})

    async def async_call(self, request):
        return await kameo.callback_handle("basic.TestCallback", {"value": value(request, "value")})

    async def nap(self, request):
        await asyncio.sleep(0.01)
        return await kameo.callback_handle("test.Nap", {"value": value(request, "value")})

    async def same(self, request):
        """With generated code only: the classes that it has."""
        told = await kameo.trader.TraderCallback(value=25)
        assert told == await kameo.callback_handle("trader.TraderCallback", {"value": 25}), told
        types = kameo.conformance
        asked = {"value": 5, "labels": ["a", "bc", "d"], "with_area": True}
        as_dicts = streaming_request(asked)
        as_objects = dict(
            as_dicts,
            dimensions=types.Dimensions(width=3, height=5),
            events=[types.Happening(**event) for event in as_dicts["events"]],
        )
        for one in (as_dicts, as_objects):
            items = [item async for item in kameo.test.StreamingCallback(**one)]
            check_items(items, asked)
        return True
