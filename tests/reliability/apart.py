"""A server that does nothing but keep a writing process, until somebody kills it.

python -m tests.reliability.apart DATABASE_URL KEY_FILE
"""

import sys
import time
from pathlib import Path

from ledger.operations.ledger import Ledger, open_ledger, secret_keys
from tests.reliability.town import KEY, nothing


def opened_apart(url: str, keys: Path) -> Ledger:
    """Open the books with a process of its own that writes."""
    return open_ledger(url, KEY, secret_keys(keys), apart=nothing)


if __name__ == "__main__":
    _ledger = opened_apart(sys.argv[1], Path(sys.argv[2]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    time.sleep(600)
