# Sourced by the measuring commands: installs what is missing, builds boshcm and the load kit as they
# are measured, and names them. The working folder is the source tree's root.
# shellcheck shell=bash

# shellcheck source=scripts/packages.sh
. scripts/packages.sh

build_programs() {
    local options=build/release/meson-info/intro-buildoptions.json
    install_missing dependencies.apt build bench
    echo "Building boshcm and the load kit (build/release) ..."
    mkdir -p build
    if [ ! -f build/release/build.ninja ]; then
        meson setup build/release -Dbuildtype=release >build/release.log 2>&1 || { cat build/release.log >&2; return 1; }
    elif ! grep -Eq '"name": "tests", "value": true' $options; then # ./quickstart needs no tests
        meson configure build/release -Dtests=true
    fi
    ninja -C build/release cm/boshcm bench/load/boshcm-load bench/load/boshcm-load-server \
        >build/release.log 2>&1 || { tail -n 30 build/release.log >&2; return 1; }
    export BOSHCM=$PWD/build/release/cm/boshcm
    export BOSHCM_LOAD=$PWD/build/release/bench/load/boshcm-load
    export BOSHCM_LOAD_SERVER=$PWD/build/release/bench/load/boshcm-load-server
    ulimit -n "$(ulimit -Hn)"
}
