#!/bin/bash
# Entry point of the stand-in PostgreSQL image. It keeps the contract of
# docker.io/library/postgres that our chart uses:
#   POSTGRES_USER POSTGRES_DB POSTGRES_PASSWORD POSTGRES_INITDB_ARGS POSTGRES_INITDB_WALDIR
#   (each also as NAME_FILE), POSTGRES_HOST_AUTH_METHOD, PGDATA, /docker-entrypoint-initdb.d,
#   "-c x=y" or "postgres -c x=y" as arguments, start as root (drops to postgres) or as uid 999.
set -euo pipefail

from_file() { # NAME [default]: value of $NAME, else content of the file in $NAME_FILE
  local var=$1 file_var=$1_FILE
  if [ -n "${!var:-}" ] && [ -n "${!file_var:-}" ]; then
    echo "error: both $var and $file_var are set" >&2; exit 1
  fi
  local value=${!var:-${2:-}}
  [ -z "${!file_var:-}" ] || value=$(< "${!file_var}")
  export "$var=$value"; unset "$file_var"
}

[ "${1:0:1}" != - ] || set -- postgres "$@"
if [ "${1:-}" != postgres ]; then exec "$@"; fi
for arg in "$@"; do case $arg in -'?'|--help|--describe-config|-V|--version) exec "$@" ;; esac; done

mkdir -p "$PGDATA" 2>/dev/null || true
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  find "$PGDATA" \! -user postgres -exec chown postgres {} +
  chown postgres /var/run/postgresql
  chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$0" "$@"
fi
chmod 00700 "$PGDATA" 2>/dev/null || true

run_sql() { psql -v ON_ERROR_STOP=1 --no-password --no-psqlrc -h /var/run/postgresql -U "$POSTGRES_USER" "$@"; }

run_init_files() {
  local f
  for f in /docker-entrypoint-initdb.d/*; do
    case $f in
      *.sh) if [ -x "$f" ]; then "$f"; else . "$f"; fi ;;
      *.sql) run_sql -d "$POSTGRES_DB" -f "$f" ;;
      *.sql.gz) gunzip -c "$f" | run_sql -d "$POSTGRES_DB" ;;
      *.sql.zst) zstd -dc "$f" | run_sql -d "$POSTGRES_DB" ;;
      '/docker-entrypoint-initdb.d/*') ;;
      *) echo "ignoring $f" ;;
    esac
  done
}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  from_file POSTGRES_PASSWORD
  from_file POSTGRES_USER postgres
  from_file POSTGRES_DB "$POSTGRES_USER"
  from_file POSTGRES_INITDB_ARGS
  method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$method" != trust ]; then
    echo "error: the database is not initialised and POSTGRES_PASSWORD is empty" >&2; exit 1
  fi
  waldir=(); [ -z "${POSTGRES_INITDB_WALDIR:-}" ] || waldir=(--waldir "$POSTGRES_INITDB_WALDIR")
  eval 'initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD")' "$POSTGRES_INITDB_ARGS" '"${waldir[@]}"' -D '"$PGDATA"'
  printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"
  # a private server without TCP runs the init files; the password is not needed on the socket
  PGUSER=$POSTGRES_USER PGPASSWORD=$POSTGRES_PASSWORD pg_ctl -D "$PGDATA" -w start -o "-c listen_addresses='' -p 5432"
  export PGPASSWORD=$POSTGRES_PASSWORD
  if [ "$POSTGRES_DB" != postgres ]; then
    run_sql -d postgres -v db="$POSTGRES_DB" <<< 'CREATE DATABASE :"db";'
  fi
  export PGHOST=/var/run/postgresql PGUSER=$POSTGRES_USER PGDATABASE=$POSTGRES_DB
  run_init_files
  pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD PGHOST PGUSER PGDATABASE
  echo "PostgreSQL init process complete; ready for start up."
fi
exec "$@"
