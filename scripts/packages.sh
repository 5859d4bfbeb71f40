# Sourced by ./quickstart and ./run-tests: installs what dependencies.apt lists and is missing.
# shellcheck shell=bash

# These two bring a daemon that Debian would start at once and at every boot. The tests and the
# quickstart run private copies on free ports, so the system's own must stay as they were: absent.
daemon_units="prosody.service ejabberd.service epmd.service epmd.socket"

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "This needs root to install packages, and there is no sudo: run it once as root." >&2
        return 1
    fi
}

# wanted_packages FILE GROUP...: the lines of these groups, "package [command]".
wanted_packages() {
    local file=$1 group="" line wanted
    shift
    wanted=" $* "
    while IFS= read -r line; do
        line=${line%%#*}
        case $line in
        "["*"]") group=${line#[}; group=${group%]} ;;
        *[![:space:]]*) [[ $wanted == *" $group "* ]] && printf '%s\n' "$line" ;;
        esac
    done <"$file"
    return 0
}

missing_packages() {
    local package command
    wanted_packages "$@" | sort -u | while read -r package command; do
        if [ -n "$command" ] && command -v "$command" >/dev/null; then continue; fi
        if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            printf '%s\n' "$package"
        fi
    done
}

enabled_daemons() {
    local unit
    for unit in $daemon_units; do
        compgen -G "/etc/systemd/system/*.wants/$unit" >/dev/null && printf '%s\n' "$unit"
    done
    return 0
}

# install_missing FILE GROUP...: says what it does; does nothing if all is there.
install_missing() {
    local missing enabled_before unit status=0
    missing=$(missing_packages "$@" | tr '\n' ' ')
    [ -z "$missing" ] && return 0
    if ! command -v apt-get >/dev/null; then
        echo "Missing: $missing" >&2
        echo "There is no apt-get here; install what corresponds to them and start again." >&2
        return 1
    fi
    echo "Installing: $missing"
    as_root true || return 1
    enabled_before=" $(enabled_daemons | tr '\n' ' ')"
    (install_without_starting "$missing") || status=$?
    for unit in $(enabled_daemons); do
        if [[ $enabled_before != *" $unit "* ]]; then
            echo "  $unit came with a package; it is not started at boot either"
            as_root deb-systemd-helper disable "$unit" >/dev/null 2>&1 || true
        fi
    done
    return $status
}

# In a subshell of its own: the trap removes the policy however the installation ends.
install_without_starting() {
    local policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        echo "  (with a temporary $policy, so that no daemon is started by it)"
        trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
        trap 'exit 130' INT TERM
        printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
        as_root chmod 755 $policy
    fi
    install_packages "$1"
}

install_packages() {
    local log packages
    read -r -a packages <<<"$1"
    log=$(mktemp)
    # One try with the lists that are there: fresh machines have none, old ones point at versions
    # that are gone. Then the lists are fetched.
    if ! apt_install "${packages[@]}" >"$log" 2>&1 &&
        ! { as_root apt-get update && apt_install "${packages[@]}"; } >"$log" 2>&1; then
        tail -n 25 "$log" >&2
        echo "apt-get could not install them; the end of its output is above ($log)." >&2
        return 1
    fi
    rm -f "$log"
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}
