#!/bin/sh
# Renews the pictures of docs/backends.md from a page that `jacquard bench` wrote: light and dark, wide and as on a
# telephone, with Chromium.
#
#   benchmarks/pictures.sh bench.html [FOLDER]     FOLDER: docs/images of this repository
set -eu
page=$(realpath -- "$1")
folder=${2:-$(CDPATH='' cd -- "${0%/*}/.." && pwd -P)/docs/images}
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
  echo 'pictures: Chromium is needed, and is not on the PATH.' >&2
  exit 1
}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

# Pictures NAME of the page, or from the heading with that text on; colours, width and height of the window.
picture() {
  cp "$page" "$place/page.html"
  [ -z "$2" ] || sed -i "s|</body>|<script>{\
const from = [...document.querySelectorAll('h2')].find(h => h.textContent === '$2');\
while (from.previousElementSibling) from.previousElementSibling.remove();}</script></body>|" "$place/page.html"
  "$chromium" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$place/profile" $3 \
    --window-size="$4,$5" --screenshot="$folder/$1" "file://$place/page.html" >/dev/null 2>&1
  echo "$folder/$1"
}
picture bench.png '' '' 1080 1180
picture bench-limits.png 'Time against batch size' '--force-dark-mode --blink-settings=preferredColorScheme=0' 1080 1190
picture bench-narrow.png 'Time against batch size' '' 500 1180
