# Sourced by the scripts of this folder: where things are, who runs the servers, and how we speak.
# shellcheck shell=bash disable=SC2034  # variables are used by the scripts that source this one

umask 022
repository=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scripts=$repository/deploy/local

say() { printf '%s\n' "$*" >&2; }
fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# `alive PID` is false for a zombie, which still has an id but will never do anything again.
alive() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    [[ ${stat##*) } != [ZX]* ]]
}

# until_true SECONDS COMMAND… asks again and again, and gives up after SECONDS. `pause` says how long it waits in between.
until_true() {
    local deadline=$((SECONDS + $1))
    shift
    while ! "$@"; do
        ((SECONDS <= deadline)) || return 1
        sleep "${pause:-0.02}"
    done
}

# Packages of Debian ------------------------------------------------------------------------------------------------

# Prints those of the named packages that are not installed.
missing_packages() {
    local installed name
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
    for name; do
        [[ $'\n'$installed$'\n' == *$'\n'"$name installed"$'\n'* ]] || printf '%s\n' "$name"
    done
}

# Installs what is missing if we may, and otherwise says exactly what to type.
need_packages() {
    local missing apt=(env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300) log
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null || fail "Missing, and this is not Debian: ${missing[*]}"
    if ((EUID != 0)); then
        sudo -n true 2>/dev/null || fail "Missing Debian packages. Please run:
    sudo apt-get install -y --no-install-recommends ${missing[*]}"
        apt=(sudo -n "${apt[@]}")
    fi
    say "Installing from Debian: ${missing[*]} …"
    log=$(mktemp)
    # A fresh machine has no package lists, or old ones that name files which are gone.
    "${apt[@]}" install --no-install-recommends "${missing[@]}" </dev/null >"$log" 2>&1 ||
        { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "${missing[@]}"; } </dev/null >"$log" 2>&1 ||
        { cat "$log" >&2 && rm -f "$log" && fail "apt-get could not install: ${missing[*]}"; }
    rm -f "$log"
}

# Who runs the servers ----------------------------------------------------------------------------------------------

# Postgres refuses to run as root, and nothing else needs to: root lends the servers to an account without rights.
# Either way they see a clean environment: no PGPORT, no proxy, no locale of ours.
clean=(env -i PATH=/usr/bin:/bin HOME=/ LANG=C.UTF-8 LC_ALL=C.UTF-8 TZ=UTC)
if ((EUID == 0)); then
    account=nobody
    getent passwd postgres >/dev/null && account=postgres
    as_server=(setpriv "--reuid=$account" "--regid=$(id -g "$account")" --clear-groups --inh-caps=-all --no-new-privs "${clean[@]}")
else
    account=$(id -un 2>/dev/null || id -u)
    as_server=("${clean[@]}")
fi

# The processes whose working folder is FOLDER: both servers stay in their data folder, so this is all of one server,
# orphans included, and never a stranger who got an old process id. Asked as the servers' account, which may look.
processes_in() {
    local pattern=${1//\\/\\\\} found
    pattern=${pattern//\[/\\[} pattern=${pattern//\*/\\*} pattern=${pattern//\?/\\?}
    while IFS= read -r found; do
        found=${found#/proc/}
        alive "${found%/cwd}" && printf '%s\n' "${found%/cwd}"
    done < <("${as_server[@]}" find /proc -maxdepth 2 -path '/proc/[0-9]*/cwd' -lname "$pattern" 2>/dev/null)
    return 0
}

# Where things lie --------------------------------------------------------------------------------------------------

# A short folder of our own outside the repository, for FOLDER that cannot serve.
substitute() {
    local digest
    digest=$(printf '%s' "$1" | sha256sum)
    printf '/var/tmp/ledgerline-%s' "${digest:0:12}"
}

# Can the servers' account walk to FOLDER (as far as it exists already)?
reachable() {
    local folder=$1
    ((EUID == 0)) || return 0
    until [[ -d $folder ]]; do folder=$(dirname "$folder"); done
    "${as_server[@]}" test -x "$folder"
}

# FOLDER itself, or its substitute when the folders above it are closed to the servers' account (as below /root).
placed() {
    local folder
    folder=$(realpath -m "$1")
    if reachable "$(dirname "$folder")"; then printf '%s' "$folder"; else substitute "$folder"; fi
}

# Makes FOLDER if it is not there. It must be ours: a name in /var/tmp can be taken by anybody first.
own_folder() {
    mkdir -p "$1" 2>/dev/null || fail "Cannot write $1. Run as $(stat -c %U "$(dirname "$1")" 2>/dev/null || echo its owner), or set LEDGERLINE_STATE."
    [[ -O $1 ]] || fail "$1 belongs to $(stat -c %U "$1"). Run as that user, or set LEDGERLINE_STATE to a folder of your own."
    chmod o+x "$1"
}

# Is a port of this machine taken?
port_taken() { (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# What this checkout needs ------------------------------------------------------------------------------------------

packages_to_build=(libpq-dev libcurl4-openssl-dev libhiredis-dev libmimalloc-dev libsodium-dev libssl-dev zlib1g-dev)
packages_to_speak=(libflite1)
packages_to_test=(redis-server pgbouncer nginx openssl python3 ca-certificates)
# What hears without any account, and a voice for its tests.
packages_to_hear=(libpocketsphinx3 pocketsphinx-en-us flite)

# Prints "6 3".
swift_version() { swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p'; }
