#!/bin/sh
# Makes sure that the browser tests have a Chromium. CONCORD_CHROMIUM names one that is elsewhere.

found() {
    if [ -n "${CONCORD_CHROMIUM:-}" ]; then
        command -v "$CONCORD_CHROMIUM" >/dev/null
        return
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null && return 0
    done
    return 1
}

install_chromium() {
    apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
}

found && exit 0
if [ -z "${CONCORD_CHROMIUM:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests ..."
    log=$(mktemp)
    # Once more after a pause: a package server that is busy is the usual cause.
    install_chromium >"$log" 2>&1 || { sleep 5; install_chromium >"$log" 2>&1; } || tail -n 5 "$log" >&2
    rm -f "$log"
    found && exit 0
fi
echo "The browser tests need Chromium: install the package 'chromium' (or Google Chrome), or set CONCORD_CHROMIUM to its path." >&2
exit 1
