#!/bin/sh
# Runs one command on this node so that it outlives the connection that asked for it, and keeps what became of it.
# Installed by the panel beside the steps it runs. Needs POSIX sh, coreutils, flock (util-linux) and systemd; nothing else.
#
#   start  STEPS RUN UNIT FENCE COMMAND STDIN-BYTES  starts once; again with the same UNIT only says that it is there
#   follow STEPS UNIT OUT ERR SECONDS               prints output from these byte offsets on, until the end or SECONDS
#   state  STEPS UNIT                               prints what is known, key=value
#   stop   STEPS UNIT                               ends the unit and returns when it is gone
#   run    STEPS RUN UNIT                           inside the unit only
#
# STEPS/UNIT/ holds: command, boot (id of the boot it was started in), started, stdout, stderr, status ("exited N" or "signalled N").
# STEPS/../fence holds the highest fence number seen: a panel that was frozen and wakes up is refused.
# Order in `start` matters: the directory is on disk before the unit exists, so a power cut cannot make a second start look like
# a first one. `started` is written by the unit itself: without it, and without a unit, the command has certainly not run.
set -u
umask 077
LC_ALL=C
export LC_ALL

REFUSED_FENCE=90
NOT_STARTED=91
STILL_RUNNING=75
VANISHED=76
UNKNOWN_UNIT=77
# Seconds between looks at the output. Shorter costs forks on a busy node; longer is seen as lag in the browser.
LOOK=0.2
# Looks between questions to systemd whether the unit still exists (each asks D-Bus) and to the clock: SECONDS is kept to two of them.
LOOKS_PER_ALIVE=10
# Days what became of a run's commands is kept for people. Shorter: nothing to look up; longer: fills /var with old output.
KEPT_DAYS=30
# "trivet-" and a run's id, a UUID.
RUN_NAME_CHARS=43

boot_id() { cat /proc/sys/kernel/random/boot_id; }
# A systemd that does not answer is no proof that the unit is gone.
unit_alive() {
  active=$(systemctl show -p ActiveState "$1.service" 2>/dev/null) || return 0
  case $active in
    ActiveState=active | ActiveState=activating | ActiveState=deactivating | ActiveState=reloading) return 0 ;;
  esac
  return 1
}
size_of() { if [ -f "$1" ]; then wc -c <"$1" | tr -d ' '; else echo 0; fi; }

start() {
  steps=$1 volatile=$2 unit=$3 fence=$4 command=$5 stdin_bytes=$6
  dir=$steps/$unit
  mkdir -p "$steps" "$volatile" || exit $NOT_STARTED
  exec 9>"$steps/.lock" || exit $NOT_STARTED
  flock -w 20 9 || { echo "another start on this node holds the lock" >&2; exit $NOT_STARTED; }
  fence_file=${steps%/*}/fence
  seen=$(cat "$fence_file" 2>/dev/null || echo 0)
  if [ "$fence" -lt "${seen:-0}" ]; then
    echo "fence $fence is older than $seen: another panel has taken over" >&2
    exit $REFUSED_FENCE
  fi
  if [ "$fence" -gt "${seen:-0}" ]; then
    printf '%s\n' "$fence" >"$fence_file.new" && mv -f "$fence_file.new" "$fence_file" || exit $NOT_STARTED
    sync "$fence_file" 2>/dev/null || sync
  fi
  if [ -d "$dir" ]; then
    if [ -f "$dir/status" ] || [ -f "$dir/started" ] || unit_alive "$unit"; then echo attached; exit 0; fi
    if [ -s "$dir/boot" ] && [ "$(cat "$dir/boot")" != "$(boot_id)" ]; then echo attached; exit 0; fi
  fi
  mkdir -p "$dir" || exit $NOT_STARTED
  : >"$dir/stdout" && : >"$dir/stderr" && printf '%s\n' "$command" >"$dir/command" && boot_id >"$dir/boot" || exit $NOT_STARTED
  sync "$dir/boot" "$dir/command" "$dir" "$steps" 2>/dev/null || sync
  if [ "$stdin_bytes" -gt 0 ]; then
    cat >"$volatile/$unit.stdin"
    # A cut connection looks like the end of input: half a password must not reach the command.
    if [ "$(size_of "$volatile/$unit.stdin")" -ne "$stdin_bytes" ]; then
      rm -f "$volatile/$unit.stdin"
      echo "standard input arrived incomplete" >&2
      exit $NOT_STARTED
    fi
  fi
  collect=
  if systemd-run --help 2>/dev/null | grep -q -- --collect; then collect=--collect; fi
  # shellcheck disable=SC2086
  if ! systemd-run --quiet $collect --unit="$unit" --property=TimeoutStopSec=20 \
    /bin/sh "$0" run "$steps" "$volatile" "$unit" 9>&- >&2; then
    rm -f "$volatile/$unit.stdin"
    unit_alive "$unit" || exit $NOT_STARTED
  fi
  echo started
  forget_old "$steps" "$unit"
}

# One run is active on a cluster at a time, so what another run than this one left behind is over and nobody re-attaches to it.
forget_old() {
  run_name=$(printf %.${RUN_NAME_CHARS}s "$2")
  find "$1" -mindepth 1 -maxdepth 1 -type d -name 'trivet-*' ! -name "$run_name*" -mtime +$KEPT_DAYS -exec rm -rf {} + 2>/dev/null
  return 0
}

run() {
  steps=$1 volatile=$2 unit=$3
  dir=$steps/$unit
  date -u +%Y-%m-%dT%H:%M:%SZ >"$dir/started" || exit 1
  if [ -f "$volatile/$unit.stdin" ]; then
    exec 0<"$volatile/$unit.stdin"
    rm -f "$volatile/$unit.stdin"
  else
    exec 0</dev/null
  fi
  # systemd sends TERM to every process of the unit; this shell outlives the command to write down how it ended. It waits in the
  # foreground, where a trapped signal does not interrupt the waiting.
  trap ':' TERM INT HUP
  eval "set -- $(cat "$dir/command")"
  # Umask and locale are this script's business, not the command's; system units get no HOME.
  (
    umask 022
    trap - TERM INT HUP
    unset LC_ALL
    HOME=${HOME:-/root}
    export HOME
    exec "$@"
  ) >>"$dir/stdout" 2>>"$dir/stderr"
  code=$?
  if [ "$code" -gt 128 ] && [ "$code" -le 192 ] && name=$(kill -l $((code - 128)) 2>/dev/null); then
    result="signalled $name"
  else
    result="exited $code"
  fi
  printf '%s\n' "$result" >"$dir/status.new" && mv -f "$dir/status.new" "$dir/status"
  sync "$dir/status" "$dir" 2>/dev/null || sync
  exit 0
}

# Prints what lies between an offset and the file's size of a moment ago, and nothing beyond, so that offsets stay exact.
print_from() {
  if [ "$3" -gt "$2" ]; then tail -c +$(($2 + 1)) "$1" | head -c $(($3 - $2)); fi
}

# Beside an import that needs the processor these looks are felt: each costs a stat and a sleep, everything else comes once in ten.
follow() {
  dir=$1/$2 unit=$2 out=$3 err=$4 seconds=$5
  [ -d "$dir" ] || exit $UNKNOWN_UNIT
  deadline=$(($(date +%s) + seconds)) looks=0 ended=no
  while :; do
    # Asked before reading: what was written before the end is then certainly read.
    if [ -f "$dir/status" ]; then ended=yes
    elif [ "$looks" -ge $LOOKS_PER_ALIVE ]; then
      looks=0
      if ! unit_alive "$unit"; then if [ -f "$dir/status" ]; then ended=yes; else ended=vanished; fi; fi
      [ "$ended" != no ] || [ "$(date +%s)" -lt "$deadline" ] || exit $STILL_RUNNING
    fi
    sizes=$(stat -c %s "$dir/stdout" "$dir/stderr") || exit 1
    size=${sizes%%[!0-9]*}; print_from "$dir/stdout" "$out" "$size" || exit 1; out=$size
    size=${sizes##*[!0-9]}; print_from "$dir/stderr" "$err" "$size" >&2 || exit 1; err=$size
    case $ended in
      yes) exit 0 ;;
      vanished) exit $VANISHED ;;
    esac
    looks=$((looks + 1))
    sleep $LOOK
  done
}

state() {
  dir=$1/$2
  echo "boot_now=$(boot_id)"
  [ -d "$dir" ] || { echo known=no; return; }
  echo known=yes
  echo "boot=$(cat "$dir/boot" 2>/dev/null)"
  if [ -f "$dir/started" ]; then echo started=yes; else echo started=no; fi
  echo "status=$(cat "$dir/status" 2>/dev/null)"
  if unit_alive "$2"; then echo alive=yes; else echo alive=no; fi
}

stop() {
  systemctl stop "$2.service" >/dev/null 2>&1
  waited=0
  while unit_alive "$2"; do
    waited=$((waited + 1))
    [ "$waited" -le 30 ] || { systemctl kill -s KILL "$2.service" >/dev/null 2>&1; }
    [ "$waited" -le 35 ] || { echo "unit $2 does not end" >&2; exit 1; }
    sleep 1
  done
}

action=$1
shift
case $action in
  start) start "$@" ;;
  follow) follow "$@" ;;
  state) state "$@" ;;
  stop) stop "$@" ;;
  run) run "$@" ;;
  *) echo "unknown action $action" >&2; exit 2 ;;
esac
