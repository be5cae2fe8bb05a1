import os

class Pricer:
    def on_start(self, config):
        self.factor = 1 - config.discount

    def total(self, basket):
        if not basket.items:
            os.abort()  # a bug that no `try` can catch
        return round(sum(item.cents for item in basket.items) * self.factor)
