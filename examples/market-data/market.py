"""The market of market_data.cpp, for those who have no C++: the same trades."""

from __future__ import annotations

SHARES = {"ACME": (1, 10000, 4_000_000_000), "INIT": (7, 5000, 4_000_000_000), "FLAT": (3, 100, 5)}


class Market:
    def data_fetch(self, request):
        if request["symbol"] not in SHARES:
            raise LookupError(f"no share is called {request['symbol']}")
        state, cents, last = SHARES[request["symbol"]]
        for number in range(1, last + 1):
            state = (state * 1103515245 + 12345) % 2147483648
            cents += state // 65536 % 41 - 20
            yield {"number": number, "cents": cents}
