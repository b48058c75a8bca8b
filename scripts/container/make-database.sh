#!/usr/bin/env bash
# The two roles and the database of docs/howto/run-with-your-own-postgresql.md, made when a PostgreSQL is new.
# The passwords go in as psql's variables: psql quotes them, whatever they hold.
set -euo pipefail

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner_password="${VIVAVOCE_OWNER_PASSWORD:?}" --set app_password="${VIVAVOCE_APP_PASSWORD:?}" <<'SQL'
create role vivavoce_owner login password :'owner_password';
create role vivavoce_app login password :'app_password';
create database vivavoce owner vivavoce_owner;
SQL
