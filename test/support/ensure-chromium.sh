#!/bin/sh
# Before the tests: a test opens the HTML report in a real browser. Installs Debian's chromium where it is missing and may be
# installed; elsewhere the test itself says what is missing.
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
  [ -n "$name" ] && command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo 'Installing chromium, for the test that opens a report in a browser ...'
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null
else
  echo 'The test that opens a report in a browser needs chromium: install it, or name the program in CHROMIUM.' >&2
fi
