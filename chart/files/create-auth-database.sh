#!/bin/bash
# MLflow keeps users in a database of their own: both keep their schema version in tables of their own making.
set -euo pipefail
psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  -v db="$AUTH_DATABASE" <<<'CREATE DATABASE :"db";'
