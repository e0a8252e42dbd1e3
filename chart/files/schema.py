"""Schema versions: what the image wants, what the databases have. Imports neither mlflow nor SQLAlchemy: they cost
seconds of CPU and 200 MiB, in every pod that only waits."""

import importlib.util
import os
import re
from pathlib import Path

import psycopg

REVISION = re.compile(r"^revision\s*(?::[^=]+)?=\s*[\"']([^\"']+)[\"']", re.MULTILINE)
DOWN_REVISION = re.compile(r"^down_revision\s*(?::[^=]+)?=\s*(.+?)$", re.MULTILINE)


class Store:
    """One schema of MLflow: where its migrations are in the package, and where its version is in the database."""

    def __init__(self, title, database, migrations, version_table):
        self.title = title
        self.database = database
        self.version_table = version_table
        folder = Path(importlib.util.find_spec("mlflow").submodule_search_locations[0]) / migrations
        self.known, replaced = set(), set()
        for file in folder.glob("*.py"):
            text = file.read_text(encoding="utf-8")
            if found := REVISION.search(text):
                self.known.add(found.group(1))
                if down := DOWN_REVISION.search(text):
                    replaced.update(re.findall(r"[\"']([^\"']+)[\"']", down.group(1)))
        heads = self.known - replaced
        if len(heads) != 1:
            raise SystemExit(f"cannot tell the schema version of this image: {sorted(heads)} in {folder}")
        self.head = heads.pop()

    def revision(self):
        """The version in the database; None when it has no such schema yet. Raises psycopg.Error."""
        with connect(self.database) as connection:
            row = connection.execute("select to_regclass(%s)", (f"public.{self.version_table}",)).fetchone()
            if row[0] is None:
                return None
            row = connection.execute(f"select version_num from {self.version_table}").fetchone()
            return row[0] if row else None


def connect(database):
    """A connection by libpq's variables, each statement its own transaction."""
    return psycopg.connect(dbname=database, autocommit=True)


def stores():
    """The schemas that this release uses: users have one only under authentication."""
    found = [Store("tracking", os.environ["PGDATABASE"], "store/db_migrations/versions", "alembic_version")]
    if auth := os.environ.get("AUTH_DATABASE"):
        found.append(Store("users", auth, "server/auth/db/migrations/versions", "alembic_version_auth"))
    return found


def one_line(error):
    """The message of an error without line breaks: libpq never puts a password into it."""
    return " ".join(str(error).split())
