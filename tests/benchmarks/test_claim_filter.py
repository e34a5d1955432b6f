from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("claim_filter.py")


def test_the_filter_takes_out_more_qualifiers_than_claims_on_regions_and_parts_it_has_not_seen() -> None:
    run = subprocess.run([sys.executable, SCRIPT, "2"], capture_output=True, text=True, check=True)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in run.stdout.splitlines()]
    told = {row[0]: [int(cell) for cell in row[1:4]] for row in rows if len(row) > 3 and row[1].isdecimal()}
    for name in ("20%", "test, taken out", "dev, taken out"):
        qualifiers, nothing, claims = told[name]
        assert qualifiers + nothing > 3 * claims
        assert qualifiers + nothing >= 3
