"""The same handlers as coroutines."""

from __future__ import annotations

import asyncio

import kameo
import logic_sync
import rules


class Logic:
    async def calculate_power(self, request):
        await asyncio.sleep(0)  # the others may go on
        return rules.power(request["count"])

    async def calculate_category_bonus(self, request):
        return rules.category_bonus(request["category_name"], request["base_power"])

    async def calculate_competition_result(self, request):
        return rules.competition_result(request["attacker_power"], request["defender_power"])

    async def calculate_reward(self, request):
        return rules.reward(request["currency"], request["points"])

    async def callback_roundtrip(self, request):
        return await kameo.callback_handle("basic.TestCallback", {"value": request["value"]})

    async def handle(self, request):
        message = request["message"]
        if "callback_roundtrip" in message:
            value = message["callback_roundtrip"]
            return {"value": await kameo.callback_handle("basic.TestCallback", {"value": value})}
        return logic_sync.Logic().handle(request)
