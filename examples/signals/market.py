"""Answers the callbacks of module `market` from a file of monthly closing prices."""

from __future__ import annotations

import csv
import datetime
import pathlib


class Market:
    def __init__(self):
        self.by_symbol = {}
        with (pathlib.Path(__file__).parent / "stocks.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                month = datetime.datetime.strptime(row["date"], "%b %d %Y")
                close = {
                    "month": month.replace(tzinfo=datetime.timezone.utc),
                    "price": float(row["price"]),
                }
                self.by_symbol.setdefault(row["symbol"], []).append(close)

    def closes(self, request):
        symbol = request["symbol"]
        if symbol not in self.by_symbol:
            raise LookupError(f"no prices of {symbol!r}; there are {', '.join(self.by_symbol)}")
        return self.by_symbol[symbol]
