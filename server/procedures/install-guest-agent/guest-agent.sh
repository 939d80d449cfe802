# sh -c THIS guest-agent VERB DOMAIN … — files and programs inside a guest, through its agent. Needs virsh, sed, dd and base64.
#   put DOMAIN FILE PATH       copies FILE of this node to PATH in the guest
#   run DOMAIN PATH [ARG…]     runs a program there, prints what it prints, ends as it ends
verb=$1; domain=$2; shift 2

agent() { virsh --quiet qemu-agent-command "$domain" --timeout 15 "$1"; }
number() { sed -n "s/.*\"$1\":\(-\{0,1\}[0-9]\{1,\}\).*/\1/p"; }
text() { printf '%s' "$2" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | base64 -d; }

case $verb in
put)
  file=$1; path=$2
  handle=$(agent "{\"execute\":\"guest-file-open\",\"arguments\":{\"path\":\"$path\",\"mode\":\"w\"}}" | number return)
  [ -n "$handle" ] || exit 1
  # 64 KiB as base64: half of what Linux takes as one argument, and what the agent takes as one message.
  size=$(stat -c %s "$file"); block=49152; at=0
  while [ $((at * block)) -lt "$size" ]; do
    part=$(dd if="$file" bs=$block skip=$at count=1 2>/dev/null | base64 -w 0)
    agent "{\"execute\":\"guest-file-write\",\"arguments\":{\"handle\":$handle,\"buf-b64\":\"$part\"}}" >/dev/null || exit 1
    at=$((at + 1))
    [ $((at % 100)) -ne 0 ] || echo "$((at * block)) of $size bytes"
  done
  agent "{\"execute\":\"guest-file-close\",\"arguments\":{\"handle\":$handle}}" >/dev/null
  ;;
run)
  path=$1; shift
  words=; for word in "$@"; do words="$words${words:+,}\"$word\""; done
  pid=$(agent "{\"execute\":\"guest-exec\",\"arguments\":{\"path\":\"$path\",\"arg\":[$words],\"capture-output\":true}}" | number pid)
  [ -n "$pid" ] || exit 1
  while :; do
    answer=$(agent "{\"execute\":\"guest-exec-status\",\"arguments\":{\"pid\":$pid}}") || exit 1
    case $answer in *'"exited":true'*) break ;; esac
    sleep 1
  done
  text out-data "$answer"
  text err-data "$answer" >&2
  exit "$(printf '%s' "$answer" | number exitcode)"
  ;;
esac
