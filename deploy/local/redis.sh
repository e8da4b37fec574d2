# Sourced by `services`: Debian's Redis, one per state folder.
# shellcheck shell=bash disable=SC2154  # state, sockets, … come from the script that sources this one

redis_data=$state/redis/data
redis_socket=$sockets/redis.sock

redis_install() { { command -v redis-server && command -v redis-cli; } >/dev/null || need_packages redis-server; }

redis_pid() {
    local pid
    { read -r pid <"$redis_data/pid"; } 2>/dev/null || return 1
    alive "$pid" && [[ $("${as_server[@]}" readlink "/proc/$pid/cwd" 2>/dev/null) == "$redis_data" ]] && printf '%s\n' "$pid"
}

# It says LOADING instead of PONG while it reads its log.
redis_ready() { redis_pid >/dev/null && [[ $("${clean[@]}" timeout 5 redis-cli -s "$redis_socket" ping 2>/dev/null) == PONG ]]; }

redis_start() {
    redis_ready && return 0
    redis_install
    [[ -d $redis_data ]] || server_folder "$redis_data"
    if ! redis_pid >/dev/null; then
        server_swept redis
        rm -f "$redis_data/pid"
        launch redis "$(command -v redis-server)" "$state/redis/redis.conf"
    fi
    until_true 120 redis_ready || fail "Redis has not finished loading in two minutes: deploy/local/services logs redis"
}

redis_configure() {
    cat >"$state/redis/redis.conf" <<CONF
# Written by deploy/local/services at every start.
bind 127.0.0.1
port $1
unixsocket "$redis_socket"
unixsocketperm 700
dir "$(quoted "$redis_data")"
pidfile "$(quoted "$redis_data")/pid"
appendonly yes
appendfsync everysec
save ""
maxmemory 512mb
maxmemory-policy noeviction
CONF
}

quoted() {
    local text=${1//\\/\\\\}
    printf '%s' "${text//\"/\\\"}"
}

# SIGTERM writes out the append-only file before the end.
redis_stop() { server_stop redis TERM:30; }

redis_describe() { printf 'Redis %s' "$(redis_version)"; }
redis_version() { redis-server --version 2>/dev/null | sed 's/.* v=\([^ ]*\).*/\1/'; }

redis_env() {
    printf 'REDIS_URL=redis://127.0.0.1:%s\n' "$(server_port redis)"
    printf 'LEDGERLINE_REDIS_SOCKET=%s\n' "$redis_socket"
    printf 'LEDGERLINE_REDIS_SERVER=%s\n' "$(command -v redis-server)"
}
