"""Reads ticks until one stands out. Whoever provides module `market` may be C++ or Python."""

from __future__ import annotations

import collections

import kameo


class Moves:
    """Tells the ticks that stand out of the average of those before them."""

    def __init__(self, symbol, window, band):
        self.symbol, self.band = symbol, band
        self.prices = collections.deque(maxlen=window)

    def see(self, tick):
        before = self.prices
        move = tick["cents"] - sum(before) / len(before) if len(before) == before.maxlen else 0
        before.append(tick["cents"])
        if abs(move) < self.band:
            return None
        before.clear()
        return {"symbol": self.symbol, "side": "sell" if move > 0 else "buy", "tick": tick}


class Strategy:
    def on_start(self, config):
        self.window, self.band = config["window"], config["band"]

    async def watch(self, request):
        moves = Moves(request["symbol"], self.window, self.band)
        async for tick in kameo.market.DataFetch(symbol=request["symbol"]):
            if signal := moves.see(tick):
                return signal  # leaves the loop: the market need not send more
        return None

    async def signals(self, request):
        moves, left = Moves(request["symbol"], self.window, self.band), request["count"]
        async for tick in kameo.market.DataFetch(symbol=request["symbol"]):
            if signal := moves.see(tick):
                yield signal
                left -= 1
                if not left:
                    break
