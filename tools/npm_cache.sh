# Sourced by what needs packages from npm. They go into folders of our own below $STOREBRIDGE_CACHE, or
# ${XDG_CACHE_HOME:-$HOME/.cache}/storebridge; nothing of the machine's Node is used but npm itself.

npm_cache="${STOREBRIDGE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/storebridge}"
# Nothing needs an install script: what is used brings its built programs.
npm_options=(--ignore-scripts --no-audit --no-fund --loglevel=error)

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# Makes a folder and holds its lock (file descriptor 9) until the caller ends: lock_folder FOLDER SECONDS
lock_folder() {
  [ "$(uname -sm)" = "Linux x86_64" ] || fail "the pinned packages are for Linux x86_64, this is $(uname -sm)"
  mkdir -p "$1"
  exec 9>"$1/lock"
  flock -w "$2" 9 || fail "another install holds $1/lock for $2 s"
}

# Installs Debian's npm where there is none: require_npm LOG
require_npm() {
  if command -v npm >/dev/null; then
    return
  fi
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "npm is missing: as root, run apt-get install -y --no-install-recommends npm"
    root=(sudo)
  fi
  echo "$(basename "$0"): npm is missing, installing Debian's" >&2
  if ! "${root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c \
      'apt-get update -q && apt-get install -y -q --no-install-recommends npm' >"$1" 2>&1; then
    fail "apt-get install npm failed, see $1; where a nodejs that is not Debian's is installed, Debian's npm
conflicts with it: put the npm that it brought on PATH"
  fi
}

# Runs npm in a folder, quiet unless it fails: run_npm FOLDER ARGUMENT...
run_npm() {
  local folder="$1"
  shift
  if ! (cd "$folder" && npm "$@" "${npm_options[@]}") >"$folder/npm.log" 2>&1 9>&-; then
    tail -n 5 "$folder/npm.log" >&2
    fail "npm $1 failed, see $folder/npm.log; is there a network?"
  fi
}
