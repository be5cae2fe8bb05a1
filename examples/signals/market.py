"""Answers the callbacks of module `market` from a file of monthly closing prices."""

from __future__ import annotations

import csv
import datetime
import pathlib


class Market:
    def __init__(self):
        self.closes = {}
        with (pathlib.Path(__file__).parent / "stocks.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                month = datetime.datetime.strptime(row["date"], "%b %d %Y")
                close = {
                    "month": month.replace(tzinfo=datetime.timezone.utc),
                    "price": float(row["price"]),
                }
                self.closes.setdefault(row["symbol"], []).append(close)

    def Closes(self, request):
        symbol = request["symbol"]
        if symbol not in self.closes:
            raise LookupError(f"no prices of {symbol!r}; there are {', '.join(self.closes)}")
        return self.closes[symbol]
