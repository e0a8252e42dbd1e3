"""Waits until the databases have exactly the schema of this image. Prints each change of what it waits for."""

import time

import psycopg

from schema import one_line, stores


def state(store):
    """None when the store is ready, else what is missing."""
    try:
        revision = store.revision()
    except psycopg.Error as error:
        return f"waiting for the {store.title} database: {one_line(error)}"
    if revision == store.head:
        return None
    if revision is None:
        return f"waiting for the migration Job: the {store.title} database has no schema yet"
    if revision not in store.known:
        # Nothing that this pod waits for can change that: say it as a failure, not as patience.
        raise SystemExit(
            f"the {store.title} database has schema {revision}, which is newer than this image (it knows up to {store.head}): "
            "schemas only go forward, use the newer image or restore a backup"
        )
    return f"waiting for the migration Job: the {store.title} schema is {revision}, this image needs {store.head}"


def main():
    said = None
    wanted = stores()
    while True:
        missing = next((text for store in wanted if (text := state(store))), None)
        if missing is None:
            print("schema is current: " + ", ".join(f"{store.title} {store.head}" for store in wanted))
            return
        if missing != said:
            print(missing)
            said = missing
        time.sleep(2)


main()
