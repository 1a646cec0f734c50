"""Asks PyPI whether any package that we pin has a known hole: `python -m tests.audit`, the first step of `make test`.

A hole ends it with an error. Where the data cannot be reached it says so, loudly, and ends well: a branch may have no internet.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SECONDS = 90
"""So long all of it may take."""

SKIPPED = "!!! DEPENDENCY AUDIT SKIPPED"


def main() -> int:
    """Audit, say what was found, and return the exit code."""
    lines, is_well = verdict(*asked())
    print("\n".join(lines), flush=True)
    return 0 if is_well else 1


def asked(*more: str) -> tuple[dict[str, Any] | None, str]:
    """Return what pip-audit found, None and why where it found out nothing; `more` are further arguments of it."""
    command = [
        sys.executable, "-m", "pip_audit", "-r", "requirements-dev.txt", "--no-deps", "--disable-pip", "--progress-spinner", "off",
        "--timeout", "5", "-f", "json", *more,
    ]  # fmt: skip
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
        return json.loads(done.stdout), ""
    except subprocess.TimeoutExpired:
        return None, f"no answer within {SECONDS} s"
    except ValueError:
        said = done.stderr.strip().splitlines()
        return None, said[-1][:200] if said else "pip-audit said nothing"


def verdict(found: dict[str, Any] | None, problem: str) -> tuple[list[str], bool]:
    """Return what to say, and whether no hole is known."""
    packages = found["dependencies"] if found else []
    audited = [each for each in packages if "skip_reason" not in each]
    if not audited:
        return [
            f"{SKIPPED}: {problem or 'PyPI does not answer for any of the packages'}. Known holes were not looked for."
        ], True
    holes = [
        f"{each['name']} {each['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no release yet'}"
        for each in audited
        for hole in each["vulns"]
    ]
    unknown = [each["name"] for each in packages if "skip_reason" in each]
    lines = [f"Dependency audit: {len(audited)} packages, {len(holes)} known holes.", *holes]
    if unknown:
        lines.append(f"{SKIPPED} for {', '.join(unknown)}")
    return lines, not holes


if __name__ == "__main__":
    sys.exit(main())
