# sh -c THIS follow-node SECONDS ROUNDS — prints counters of this node every SECONDS, ROUNDS times. Three short processes a round
# (date, awk, sleep), df in every sixth. Reads /proc and /sys only. Ends by itself, and when nobody reads any more.
LC_ALL=C
export LC_ALL
every=${1:-10}
left=${2:-180}
round=0

# Whole disks and NICs with hardware behind them. Where there is none (a virtual or a test node): what is no bridge, bond, VLAN or guest's.
find_devices() {
  disks=' '
  nics=' '
  others=' '
  for path in /sys/block/*; do
    [ -e "$path/device" ] && disks="$disks${path##*/} "
  done
  for path in /sys/class/net/*; do
    name=${path##*/}
    if [ -e "$path/device" ]; then
      nics="$nics$name "
      continue
    fi
    [ -d "$path/bridge" ] || [ -d "$path/bonding" ] || [ -e "/proc/net/vlan/$name" ] && continue
    case $name in lo | vnet* | tap* | virbr* | docker*) continue ;; esac
    others="$others$name "
  done
  [ "$nics" = ' ' ] && nics=$others
}

while [ "$left" -gt 0 ]; do
  if [ $((round % 6)) -eq 0 ]; then
    find_devices
    df -kP / /var/log 2>/dev/null | awk 'NR > 1 { print "fs", $6, $2, $3, $4 }' || exit 0
  fi
  date +'at %s.%N' || exit 0
  awk -v disks="$disks" -v nics="$nics" '
    FILENAME == "/proc/uptime" { print "uptime", $1 }
    FILENAME == "/proc/loadavg" { print "load", $1 }
    FILENAME == "/proc/stat" && $1 == "cpu" { print }
    FILENAME == "/proc/meminfo" && /^(MemTotal|MemAvailable|SwapTotal|SwapFree):/ { print "memory", $1, $2 }
    FILENAME == "/proc/diskstats" && index(disks, " " $3 " ") { print "disk", $3, $4, $6, $7, $8, $10, $11, $13 }
    FILENAME == "/proc/net/dev" && NR > 2 {
      sub(/:/, " ")
      if (index(nics, " " $1 " ")) print "nic", $1, $2, $4 + $5, $10, $12 + $13
    }
  ' /proc/uptime /proc/loadavg /proc/stat /proc/meminfo /proc/diskstats /proc/net/dev || exit 0
  printf 'end\n' || exit 0
  round=$((round + 1))
  left=$((left - 1))
  if [ "$left" -gt 0 ]; then sleep "$every"; fi
done
