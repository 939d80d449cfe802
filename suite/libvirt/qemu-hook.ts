/** /etc/libvirt/hooks/qemu. Text, because the suite is one executable; without `${}` and backquotes, so that it reads as shell. */
export const qemuHook = String.raw`#!/bin/sh
# libvirt calls this as: qemu DOMAIN OPERATION SUB-OPERATION EXTRA, the domain's XML on standard input.
# It lets the management VM start or arrive only with zshad's current permit. It reads two small local files and nothing
# else: a hook that hangs blocks libvirt, one that calls libvirt deadlocks. Other domains pass untouched.
# A refused reconnect kills QEMU, so that needs positive proof; no file, no proof.
PATH=/usr/bin:/bin:/usr/sbin:/sbin
[ "$1" = "ZStack Management Node VM" ] || exit 0
run=/run/zsha
uptime_file=/proc/uptime
[ -n "$ZSHA_TEST_DIRECTORY" ] && run=$ZSHA_TEST_DIRECTORY uptime_file=$run/uptime
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
  refuse "the permit is for epoch $allowed_epoch, start $allowed_start, not for epoch $epoch, start $start"
if [ -n "$until" ] && [ "$until" -gt 0 ]; then
  now=$(cut -d. -f1 "$uptime_file")
  [ "$now" -le "$until" ] || refuse "the permit of epoch $allowed_epoch ran out with its lease"
fi
exit 0
`;
