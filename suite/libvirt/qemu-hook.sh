#!/bin/sh
# libvirt calls this as: qemu DOMAIN OPERATION SUB-OPERATION EXTRA, the domain's XML on standard input.
# It lets the management VM start or arrive only with zshad's current permit. It reads two small local files and nothing
# else: a hook that hangs blocks libvirt, one that calls libvirt deadlocks. Other domains pass untouched.
# A refused reconnect kills QEMU, so that needs positive proof; no file, no proof.
PATH=/usr/bin:/bin:/usr/sbin:/sbin
[ "$1" = "ZStack Management Node VM" ] || exit 0
run=${ZSHA_RUN:-/run/zsha}
uptime_file=${ZSHA_UPTIME:-/proc/uptime}
case "$2/$3" in
  prepare/begin | start/begin | started/begin | migrate/begin | reconnect/begin) ;;
  *) exit 0 ;;
esac

refuse() {
  echo "zsha: $1" >&2
  exit 1
}

# Hard deadline for reading the XML: libvirt has none for hooks.
tag=$(timeout 2 sed -n "s/.*<z:zsha \([^>]*\)>.*/\1/p") || tag=
epoch=$(printf '%s\n' "$tag" | sed -n "s/.*epoch=['\"]\([0-9]*\)['\"].*/\1/p")
start=$(printf '%s\n' "$tag" | sed -n "s/.*start=['\"]\([^'\"]*\)['\"].*/\1/p")

if [ "$2" = reconnect ]; then
  [ -n "$epoch" ] && [ -r "$run/revoked-epoch" ] || exit 0
  read -r revoked < "$run/revoked-epoch" || exit 0
  case "$revoked" in '' | *[!0-9]*) exit 0 ;; esac
  [ "$epoch" -le "$revoked" ] && refuse "epoch $epoch of the management VM is over (revoked up to $revoked)"
  exit 0
fi

[ -r "$run/permit" ] || refuse "no permit: the management VM is started by 'zsha start' only"
read -r allowed_epoch allowed_start until < "$run/permit" || refuse "the permit cannot be read"
[ -n "$epoch" ] && [ "$epoch" = "$allowed_epoch" ] && [ "$start" = "$allowed_start" ] ||
  refuse "the permit is for epoch $allowed_epoch, start $allowed_start, not for epoch ${epoch:-none}, start ${start:-none}"
if [ "${until:-0}" -gt 0 ]; then
  read -r now _ < "$uptime_file"
  [ "${now%%.*}" -le "$until" ] || refuse "the permit of epoch $allowed_epoch ran out with its lease"
fi
exit 0
