"""The rules themselves, without kameo: plain functions on plain values."""

from __future__ import annotations

import random

LARGEST_COUNT = 429_496_719  # ten times as much, plus 100, still fits 32 bits

BONUS_PERCENT = {"Alpha": 20, "Beta": 10, "Gamma": 30, "Delta": 15, "Epsilon": 10, "Zeta": 25}


def power(count: int) -> int:
    if count == 0:
        raise ValueError("count must be positive, got 0")
    if count > LARGEST_COUNT:
        raise ValueError("Count too large")
    return count * 10 + random.randint(1, 100)


def category_bonus(category_name: str, base_power: int) -> int:
    if not category_name.strip():
        raise ValueError("Missing or empty required field")
    if category_name not in BONUS_PERCENT:
        raise ValueError(f"Unknown category {category_name!r}, not one of {', '.join(BONUS_PERCENT)}")
    return base_power * (100 + BONUS_PERCENT[category_name]) // 100


def competition_result(attacker_power: int, defender_power: int) -> bool:
    return attacker_power * random.uniform(0.8, 1.2) > defender_power * random.uniform(0.8, 1.2)


def reward(currency: int, points: int) -> dict[str, int]:
    bonus = points * 5 + random.randint(0, 50)
    return {"total_currency": currency + bonus, "bonus_currency": bonus}
