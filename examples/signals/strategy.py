"""Signals from a moving average: in while the price stands above it, out while below."""

from __future__ import annotations

import logging

import kameo

log = logging.getLogger("strategy")


class Strategy:
    def on_start(self, config):
        self.band = config["band"]

    async def evaluate(self, request):
        symbol, window = request["symbol"], request["window"]
        closes = await kameo.market.Closes(symbol=symbol)
        if len(closes) <= window:
            raise ValueError(f"{symbol}: {len(closes)} months are too few for a window of {window}")

        side, since, money, start = None, None, 1.0, closes[window]["price"]
        counts = {"buy": 0, "sell": 0}
        for at in range(window, len(closes)):
            average = sum(close["price"] for close in closes[at - window : at]) / window
            price = closes[at]["price"]
            if side == "buy":  # held during this month
                money *= price / closes[at - 1]["price"]
            crossed = self.crossed(side, price, average)
            if crossed:
                side, since = crossed, closes[at]["month"]
                counts[side] += 1
        log.debug("%s: %d signals", symbol, sum(counts.values()))
        return {
            "symbol": symbol,
            "window": window,
            "months": len(closes) - window,
            "buys": counts["buy"],
            "sells": counts["sell"],
            "now": side,
            "since": since,
            "followed": round(money, 2),
            "held": round(closes[-1]["price"] / start, 2),
        }

    def crossed(self, side, price, average):
        """The new side where the price has left the band around the average, else None."""
        if side != "buy" and price > average * (1 + self.band):
            return "buy"
        if side == "buy" and price < average * (1 - self.band):
            return "sell"
        return None
