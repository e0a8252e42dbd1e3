#!/bin/bash
# Dumps both databases into /work/<name>, with a manifest by which a restore can be checked.
set -euo pipefail
shopt -s inherit_errexit

name=mlflow_backup_$(date -u +%Y%m%d_%H%M%S)
folder=/work/$name
started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
fail() { echo "backup failed: $*" >&2; exit 1; }
ask() { psql -XAtq -v ON_ERROR_STOP=1 -d "$PGDATABASE" -c "$1"; }
json() { local text=${1//\\/\\\\}; printf '"%s"' "${text//\"/\\\"}"; }

rm -rf /work/*
mkdir -p "$folder"

# An older pg_dump refuses a newer server; said here in words, and before anything else.
server=$(ask 'show server_version')
client=$(pg_dump --version | sed 's/.*) \([0-9.]*\).*/\1/')
[ "${client%%.*}" -ge "${server%%.*}" ] ||
  fail "pg_dump $client is older than the server $server: set postgresql.image.tag to ${server%%.*}"

# dump TITLE DATABASE VERSION_TABLE: one consistent state, its row counts taken in the same transaction.
dump() {
  local title=$1 database=$2 table=$3 file=$folder/$1.dump snapshot line rows='' revision
  coproc SESSION { psql -XAtq -v ON_ERROR_STOP=1 -d "$database" 2>&1; }
  # Copies, as bash closes its own when the session ends, which may be before its last line is read.
  local out in pid=$SESSION_PID
  exec {out}<&"${SESSION[0]}" {in}>&"${SESSION[1]}"
  echo "begin isolation level repeatable read read only; select pg_export_snapshot();" >&"$in"
  read -r snapshot <&"$out" || fail "no session in $database"
  [[ $snapshot == *-*-* ]] || fail "$snapshot"
  pg_dump -Fc --snapshot="$snapshot" -d "$database" -f "$file"
  cat >&"$in" <<SQL
select format('select to_json(%L::text) || '':'' || count(*) from public.%I', tablename, tablename) from pg_tables where schemaname = 'public' order by 1 \\gexec
\\echo revision
select version_num from $table;
commit;
\\q
SQL
  while read -r line <&"$out"; do
    [ "$line" != revision ] || break
    rows+=${rows:+,}$line
  done
  read -r revision <&"$out" || fail "$database has no schema version"
  wait "$pid" || fail "counting rows of $database"
  exec {out}<&- {in}>&-

  local tables size
  tables=$(pg_restore --list "$file" | grep -c 'TABLE DATA' || true)
  size=$(stat -c %s "$file")
  { [ "$tables" -gt 0 ] && [ "$size" -gt 1000 ]; } || fail "the dump of $database holds $tables tables in $size bytes"
  sum=$(sha256sum "$file" | cut -d' ' -f1)
  manifest+="${manifest:+,}
    {\"title\":\"$title\",\"database\":$(json "$database"),\"file\":\"$title.dump\",\"bytes\":$size,\"sha256\":\"$sum\",\"versionTable\":\"$table\",\"revision\":$(json "$revision"),\"rows\":{$rows}}"
  echo "dumped $database: $tables tables, $size bytes, schema $revision"
}

manifest=
dump tracking "$PGDATABASE" alembic_version
[ -z "$AUTH_DATABASE" ] || dump users "$AUTH_DATABASE" alembic_version_auth

cat >"$folder/manifest.json" <<JSON
{
  "format": 1,
  "name": "$name",
  "release": $(json "$RELEASE"),
  "started": "$started",
  "finished": "$(date -u +%Y-%m-%dT%H:%M:%SZ)",
  "chart": $(json "$CHART_VERSION"),
  "mlflowImage": $(json "$MLFLOW_IMAGE"),
  "serverVersion": $(json "$server"),
  "clientVersion": $(json "$client"),
  "databases": [$manifest
  ]
}
JSON
(cd "$folder" && sha256sum -- * >/work/SHA256SUMS)
echo "$name" >/work/NAME
