"""Brings both databases to the schema of this image: tracking first, then users. Run by the migration Job."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psycopg
from psycopg import sql

from schema import connect, one_line, stores

SERVER = "mlflow-server"
# Any number does, as long as two migrations of one database take the same.
LOCK = 618033988
INDEX = "mlflow_setup_runs_by_experiment"


def wait_for_database(store):
    """Blocks until the database answers; gives up after ten minutes, so that the Job shows it."""
    said = None
    deadline = time.monotonic() + 600
    while True:
        try:
            return connect(store.database)
        except psycopg.OperationalError as error:
            if "does not exist" in str(error) or time.monotonic() > deadline:
                raise SystemExit(f"cannot open the {store.title} database: {one_line(error)}")
            if one_line(error) != said:
                said = one_line(error)
                print(f"waiting for the {store.title} database: {said}")
            time.sleep(2)


def create_if_missing(connection, database):
    """Makes the second database. The first one exists: the connection is to it."""
    if connection.execute("select 1 from pg_database where datname = %s", (database,)).fetchone():
        return
    try:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(database)))
        print(f"database {database} was missing: made")
    except psycopg.errors.InsufficientPrivilege:
        raise SystemExit(
            f"database {database} for users is missing and the user {os.environ['PGUSER']} may not create it: "
            f'have an administrator run CREATE DATABASE "{database}" OWNER "{os.environ["PGUSER"]}"'
        )
    except psycopg.errors.DuplicateDatabase:
        pass


def running_servers(connection, databases):
    """How running servers show; None when there are none. An idle server may have no connection, but it answers."""
    query = "select count(*) from pg_stat_activity where application_name = %s and datname = any(%s)"
    if count := connection.execute(query, (SERVER, databases)).fetchone()[0]:
        return f"they have {count} database connections"
    try:
        with urllib.request.urlopen(os.environ["SERVER_HEALTH"], timeout=5):
            pass
    except urllib.error.HTTPError:
        pass
    except OSError:
        return None
    return f"{os.environ['SERVER_HEALTH']} answers"


def refuse_while_servers_run(connection, wanted):
    """Old servers would work on a schema that they don't know."""
    databases = [store.database for store in wanted]
    deadline = time.monotonic() + int(os.environ["WAIT_FOR_SERVERS_SECONDS"])
    said = False
    while evidence := running_servers(connection, databases):
        if time.monotonic() > deadline:
            raise SystemExit(
                f"refused: servers still run ({evidence}), and the schema must not change under them. "
                "Upgrade with maintenance.enabled=true first (it stops them), make a backup, then set it to false again"
            )
        if not said:
            print(f"waiting for running servers to end: {evidence}")
            said = True
        time.sleep(2)


def upgrade(store, command):
    print(f"migrating {store.title} to {store.head}")
    if code := subprocess.run(command, stdin=subprocess.DEVNULL).returncode:
        raise SystemExit(f"migrating {store.title} failed with exit code {code}")
    if (revision := store.revision()) != store.head:
        raise SystemExit(f"{store.title} is at {revision} after the migration, expected {store.head}")


def add_indexes(connection):
    """MLflow has no index from experiments to their runs, so each search of runs reads all of them."""
    row = connection.execute(
        "select i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid where c.relname = %s", (INDEX,)
    ).fetchone()
    if row and row[0]:
        return
    # A build that was interrupted leaves an index behind that costs writes and serves nobody.
    name = sql.Identifier(INDEX)
    try:
        if row:
            connection.execute(sql.SQL("drop index concurrently if exists {}").format(name))
        connection.execute(sql.SQL("create index concurrently {} on runs (experiment_id, lifecycle_stage)").format(name))
        print(f"index {INDEX} made")
    except psycopg.Error as error:
        # The server works without it.
        print(f"index {INDEX} could not be made: {one_line(error)}")


def main():
    wanted = stores()
    with wait_for_database(wanted[0]) as connection:
        for store in wanted[1:]:
            create_if_missing(connection, store.database)
        # Held until the connection ends, also when this process dies.
        connection.execute("select pg_advisory_lock(%s)", (LOCK,))
        found = {store: store.revision() for store in wanted}
        for store, revision in found.items():
            print(f"{store.title}: database {store.database} has {revision or 'no schema'}, this image needs {store.head}")
            if revision is not None and revision not in store.known:
                raise SystemExit(
                    f"the {store.title} database has schema {revision}, which is newer than this image: "
                    "schemas only go forward, use the newer image or restore a backup"
                )
        outdated = [store for store, revision in found.items() if revision != store.head]
        if any(found[store] is not None for store in outdated):
            refuse_while_servers_run(connection, wanted)
        for store in outdated:
            if store is wanted[0]:
                upgrade(store, ["mlflow", "db", "upgrade", "postgresql://"])
            else:
                url = f"postgresql:///{store.database}"
                upgrade(store, [sys.executable, "-m", "mlflow.server.auth", "db", "upgrade", "--url", url])
        if os.environ["EXTRA_INDEXES"] == "true":
            add_indexes(connection)
    print("schema is current: " + ", ".join(f"{store.title} {store.head}" for store in wanted))


main()
