#!/bin/bash
# Run once, in a new database, by the image of Postgres: two logins without a superuser's rights. `ledgerline` owns the database and
# migrates it; `ledgerline_process` is what the three processes are, and may do what the role `ledgerline_app` may.
set -euo pipefail
: "${OWNER_PASSWORD:?is not set}" "${PROCESS_PASSWORD:?is not set}"
psql -qX -v ON_ERROR_STOP=1 -v owner="$OWNER_PASSWORD" -v process="$PROCESS_PASSWORD" \
    -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
CREATE ROLE ledgerline_app NOLOGIN;
CREATE ROLE ledgerline_tenant NOLOGIN;
GRANT ledgerline_tenant TO ledgerline_app;
CREATE ROLE ledgerline LOGIN PASSWORD :'owner';
GRANT ledgerline_tenant TO ledgerline;
CREATE ROLE ledgerline_process LOGIN PASSWORD :'process' IN ROLE ledgerline_app;
CREATE DATABASE ledgerline OWNER ledgerline;
\connect ledgerline
CREATE EXTENSION vector;
SQL
