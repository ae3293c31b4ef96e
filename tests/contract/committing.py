"""A program that commits act after act and says so: `python committing.py URL DOSSIER…`.

After each commit that was answered it prints `<dossier> <version>`; it runs until it is killed.
"""

import sys
import threading

from adapters.storage.database import open_database
from adapters.storage.store import SqlStore
from tests.stores import moved, number

_print = threading.Lock()


def commit_for_ever(store: SqlStore, ref: str) -> None:
    """Commit on one dossier, every third time with a number."""
    for round_ in range(1_000_000):
        loaded = store.load(ref, "an", None, lock=round_ % 3 == 0)
        numbers = (
            (number(loaded.registers.get(("phong-noi-vu", "qd", 2026), 1)),)
            if round_ % 3 == 0
            else ()
        )
        change = moved(loaded, numbers=numbers)
        store.commit(change)
        with _print:
            sys.stdout.write(f"{ref} {change.dossier.version}\n")
            sys.stdout.flush()


def main() -> None:
    """Commit on each dossier in a thread of its own."""
    from adapters.clock import StoryClock
    from tests.stores import START

    store = SqlStore(open_database(sys.argv[1]), StoryClock(START))
    for ref in sys.argv[2:]:
        threading.Thread(target=commit_for_ever, args=(store, ref)).start()


if __name__ == "__main__":
    main()
