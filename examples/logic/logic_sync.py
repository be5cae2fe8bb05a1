"""The handlers in their plain form."""

from __future__ import annotations

import kameo
import rules


class Logic:
    def calculate_power(self, request):
        return rules.power(request["count"])

    def calculate_category_bonus(self, request):
        return rules.category_bonus(request["category_name"], request["base_power"])

    def calculate_competition_result(self, request):
        return rules.competition_result(request["attacker_power"], request["defender_power"])

    def calculate_reward(self, request):
        return rules.reward(request["currency"], request["points"])

    def callback_roundtrip(self, request):
        return kameo.callback_handle("basic.TestCallback", {"value": request["value"]})

    def handle(self, request):
        """One value that says which question it is; the answer says which answer it is."""
        [(tag, fields)] = request["message"].items()
        if tag == "calculate_power":
            return {"power": rules.power(**fields)}
        if tag == "calculate_category_bonus":
            return {"bonus": rules.category_bonus(**fields)}
        if tag == "calculate_competition_result":
            return {"victory": rules.competition_result(**fields)}
        if tag == "calculate_reward":
            return {"reward": rules.reward(**fields)}
        return {"value": kameo.callback_handle("basic.TestCallback", {"value": fields})}
