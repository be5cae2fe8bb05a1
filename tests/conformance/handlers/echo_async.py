"""The same as coroutines."""

import asyncio

import kameo
from echo_sync import ending_of, value_of


class Echo:
    async def numbers(self, request):
        await asyncio.sleep(0)
        return value_of(request)

    text = data = event = bag = tree = numbers

    async def refuse(self, request):
        try:
            await kameo.callback_handle("basic.Refuse", {"text": value_of(request)})
        except Exception as error:
            return ending_of(error)
        return "no error"

    async def throw_up(self, request):
        try:
            await kameo.callback_handle("basic.Throw", {"text": value_of(request)})
        except Exception as error:
            return ending_of(error)
        return "no error"

    async def roundtrip(self, request):
        return await kameo.callback_handle("basic.TestCallback", {"value": value_of(request)})
