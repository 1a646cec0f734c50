"""`python -m benchmarks [NAME …]`, by the names in `TABLES`: each measures and prints a table, with a bare reference in it."""

from __future__ import annotations

import sys

from benchmarks.choose import choose_table
from benchmarks.lobby import lobby
from benchmarks.queues import queues
from benchmarks.rates import rates
from benchmarks.reports import reports
from benchmarks.simulate import simulate_table
from benchmarks.slips import slips
from benchmarks.touch import touch
from benchmarks.watching import watching

TABLES = {
    "choose": choose_table,
    "lobby": lobby,
    "queues": queues,
    "rates": rates,
    "reports": reports,
    "screens": watching,
    "simulate": simulate_table,
    "slips": slips,
    "touch": touch,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or TABLES:
        print(f"\n## {name}\n")
        TABLES[name]()
