"""The same as asynchronous generators and coroutines."""

import asyncio
import random

import kameo
from streamer_sync import (
    check_items,
    checked,
    delay_of,
    errors_of,
    fibonacci_numbers,
    size_of,
    streaming_request,
    value,
)


class Streamer:
    async def fibonacci(self, request):
        for item in fibonacci_numbers(checked(request)):
            yield item

    async def random_numbers(self, request):
        for _ in range(checked(request, 10_000)):
            yield random.randint(1, value(request, "max"))

    async def with_delays(self, request):
        delay = delay_of(request)
        for i in range(checked(request)):
            await asyncio.sleep(delay)
            yield i

    async def with_errors(self, request):
        count, error_at = errors_of(request)
        for i in range(count):
            if i == error_at:
                raise RuntimeError(f"broken at {i}")
            yield i

    async def dataset(self, request):
        for i in range(size_of(request)):
            yield i

    async def callbacks(self, request):
        items = []
        async for item in kameo.callback_handle(
            "test.StreamingCallback", streaming_request(request)
        ):
            items.append(item)
        check_items(items, request)
        assert await kameo.callback_handle("basic.TestCallback", {"value": 15}) == 16
        told = await kameo.callback_handle("trader.TraderCallback", {"value": 25})
        assert told == "Order processed with value 25", told
        return value(request, "value") + 1
