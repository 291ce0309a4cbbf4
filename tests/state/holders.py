"""Two who want the same lease."""

from __future__ import annotations

from fairway.state.holder import Holder, Process

KEY = "prod/shop/lease.json"
ANN = Holder("ann", "ann@laptop", "laptop", Process(11, "machine-1", "5"), "", "deploy 1f3c")
BOB = Holder("bob", "bob@runner", "runner", Process(12, "machine-2", "6"), "https://ci/7", "deploy 9a7e")
