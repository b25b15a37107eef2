#!/bin/sh
# Downloads a training text. An interrupted download is resumed by the next call. A file appears
# under its final name only when it is complete and its checksum is correct.
set -eu

usage() {
  cat <<'END'
Usage: scripts/download-data.sh [tinyshakespeare|linux] [DIR]

  tinyshakespeare  DIR/tinyshakespeare/input.txt, 1.1 MB: Karpathy's sample of Shakespeare (default)
  linux            DIR/linux/kernel and DIR/linux/mm: the *.c and *.h files of a Linux release, from
                   its archive of about 140 MB

DIR is data by default. Requires curl or wget, and sha256sum or shasum; linux also needs tar and xz.

Environment:
  CHARRNN_TINYSHAKESPEARE_URL  a mirror of https://raw.githubusercontent.com/karpathy/char-rnn/master
  CHARRNN_KERNEL_URL           a mirror of https://cdn.kernel.org/pub/linux/kernel
  CHARRNN_KERNEL_VERSION       the Linux release (default: 6.6)

Exit codes: 0 success, 1 the download failed, 2 bad arguments.
END
}

tinyshakespeare_url=${CHARRNN_TINYSHAKESPEARE_URL:-https://raw.githubusercontent.com/karpathy/char-rnn/master}
kernel_url=${CHARRNN_KERNEL_URL:-https://cdn.kernel.org/pub/linux/kernel}
kernel_version=${CHARRNN_KERNEL_VERSION:-6.6}

tinyshakespeare_sha256=86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed

fail() {
  echo "download-data: $1" >&2
  exit "${2:-1}"
}

# require_any PROGRAM...: exits unless one of them is installed.
require_any() {
  for program in "$@"; do
    if command -v "$program" >/dev/null 2>&1; then
      return
    fi
  done
  fail "$1 is not installed; install it and run this again"
}

# fetch URL FILE: resumes at the end of FILE, or restarts if the server does not support that.
fetch() {
  if attempt "$1" "$2"; then
    :
  elif grep -q -e '(33)' -e 'conflicts with' "$2.log"; then # cannot resume (curl, wget)
    rm -f "$2"
    attempt "$1" "$2" || give_up "$1" "$2"
  elif ! grep -q ' 416' "$2.log"; then # 416: FILE is complete, and its checksum is checked later
    give_up "$1" "$2"
  fi
  rm -f "$2.log"
}

attempt() {
  if command -v curl >/dev/null 2>&1; then
    curl --fail --location --silent --show-error --connect-timeout 30 --continue-at - \
      --output "$2" "$1" 2>"$2.log"
  else
    wget --continue --no-verbose --timeout=30 --tries=1 --output-document="$2" "$1" 2>"$2.log"
  fi
}

give_up() {
  reason=$(grep -v '^$' "$2.log" | tail -n 1)
  rm -f "$2.log"
  [ -s "$2" ] || rm -f "$2"
  fail "cannot download $1 (${reason:-no reason given}); check the network and run this again\
 to resume"
}

sha256() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum "$1"
  else
    shasum -a 256 "$1"
  fi | cut -d ' ' -f 1
}

# fetch_checked URL SHA256 FILE
fetch_checked() {
  if [ -f "$3" ] && [ "$(sha256 "$3")" = "$2" ]; then
    return
  fi
  part=$3.part
  if ! [ -f "$part" ] || [ "$(sha256 "$part")" != "$2" ]; then
    fetch "$1" "$part"
  fi
  got=$(sha256 "$part")
  if [ "$got" != "$2" ]; then
    rm -f "$part"
    fail "$1 has the SHA-256 $got, expected $2; deleted the damaged or different file, run this\
 again"
  fi
  mv -f "$part" "$3"
}

tinyshakespeare() {
  mkdir -p "$1/tinyshakespeare"
  fetch_checked "$tinyshakespeare_url/data/tinyshakespeare/input.txt" "$tinyshakespeare_sha256" \
    "$1/tinyshakespeare/input.txt"
  echo "$1/tinyshakespeare/input.txt"
}

linux() {
  require_any tar
  require_any xz
  if [ -e "$1/linux" ]; then
    echo "$1/linux"
    return
  fi
  mkdir -p "$1"
  name=linux-$kernel_version
  series=$kernel_url/v${kernel_version%%.*}.x
  archive=$1/$name.tar.xz

  rm -f "$1/.$name.sha256sums" # grows with each release, so never resume it
  fetch "$series/sha256sums.asc" "$1/.$name.sha256sums"
  sum=$(awk -v file="$name.tar.xz" '$2 == file { print $1; exit }' "$1/.$name.sha256sums")
  rm -f "$1/.$name.sha256sums"
  [ -n "$sum" ] ||
    fail "$series/sha256sums.asc has no $name.tar.xz; set CHARRNN_KERNEL_VERSION to another release"

  fetch_checked "$series/$name.tar.xz" "$sum" "$archive"
  unpacked=$1/.linux.$$.tmp
  trap 'rm -rf "$unpacked"' EXIT
  trap 'exit 1' HUP INT TERM # so that the EXIT trap runs
  mkdir "$unpacked"
  xz -dc "$archive" | tar -xf - -C "$unpacked" "$name/kernel" "$name/mm" ||
    fail "cannot unpack $archive; free some space in $1 and run this again"
  find "$unpacked" -type f ! -name '*.c' ! -name '*.h' -exec rm -f {} +
  find "$unpacked" -type l -exec rm -f {} +
  mv "$unpacked/$name" "$1/linux"
  rm -f "$archive"
  echo "$1/linux"
}

case ${1:-tinyshakespeare} in
  -h | --help)
    usage
    exit
    ;;
  tinyshakespeare | linux) ;;
  *) fail "no text '$1', only tinyshakespeare and linux; see --help" 2 ;;
esac
[ $# -le 2 ] || fail "too many arguments; see --help" 2
require_any curl wget
require_any sha256sum shasum
"${1:-tinyshakespeare}" "${2:-data}"
