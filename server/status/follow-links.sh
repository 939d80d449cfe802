# sh -c THIS follow-links SECONDS — prints the state of all links whenever it changes, and "same" in between. Reads only /sys and
# /proc with the shell's own means: one process per second (sleep). Ends by itself after SECONDS, and when nobody reads any more.
LC_ALL=C
export LC_ALL
cd /sys/class/net || exit 1
newline='
'
value=
# The kernel refuses to read speed and carrier of a link that is switched off.
read_value() { value=; { read -r value <"$1"; } 2>/dev/null; }

read_links() {
  all=
  for name in *; do
    [ -e "$name/ifindex" ] && [ "$name" != lo ] || continue
    kind=virtual
    [ -e "$name/device" ] && kind=nic
    [ -d "$name/bridge" ] && kind=bridge
    [ -d "$name/bonding" ] && kind=bond
    [ -e "/proc/net/vlan/$name" ] && kind=vlan
    line="link name=$name kind=$kind"
    for fact in ifindex address mtu flags carrier speed carrier_changes; do
      read_value "$name/$fact"
      line="$line $fact=$value"
    done
    read_value "$name/master/ifindex"
    all="$all$line master=$value$newline"
  done
  for path in /proc/net/bonding/*; do
    [ -r "$path" ] || continue
    all="${all}bond ${path##*/}$newline"
    while IFS= read -r line; do all="$all|$line$newline"; done <"$path"
  done
}

# No picture is this one, so that a machine without links says so too.
before=unread
left=${1:-600}
while [ "$left" -gt 0 ]; do
  read_links
  if [ "$all" != "$before" ]; then
    printf '%send\n' "$all" || exit 0
    before=$all
  elif [ $((left % 4)) -eq 0 ]; then
    printf 'same\n' || exit 0
  fi
  left=$((left - 1))
  sleep 1
done
