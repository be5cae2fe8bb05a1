"""The worker side of kameo: `python -m kameo_runtime.worker`, started by a kameo parent.

Handlers import `kameo`, not this.
"""

__version__ = "0.1.0"
