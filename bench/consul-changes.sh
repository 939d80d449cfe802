# bash -c THIS consul-changes …, inside a node: speaks with the node's own Consul, by hand, because a client's start would be part of the figure.
#   get KEY         prints the value
#   put KEY PAUSE   standard input: one value a line; prints the seconds since 1970 at which each was sent
#   health NODE     prints "SECONDS passing|critical" whenever Consul's own view of NODE changes, until killed
set -u
LC_ALL=C
token=$(sed -n 's/.*"suiteToken": *"\([^"]*\)".*/\1/p' /etc/zsha/consul-tokens.json)
carriage=$'\r'

# ask METHOD PATH [BODY]: the answer's index in $index, its body in $answer
ask() {
  local body=${3-} line
  exec 3<> /dev/tcp/127.0.0.1/8500 || exit 1
  printf '%s %s HTTP/1.1\r\nHost: localhost\r\nX-Consul-Token: %s\r\nConnection: close\r\nContent-Length: %s\r\n\r\n%s' \
    "$1" "$2" "$token" "${#body}" "$body" >&3
  IFS= read -r status <&3
  index=0
  while IFS= read -r line <&3; do
    line=${line%"$carriage"}
    case $line in
      [Xx]-[Cc]onsul-[Ii]ndex:*) index=${line##*: } ;;
      '') break ;;
    esac
  done
  answer=$(cat <&3)
  exec 3>&-
  case $status in *' 200 '*) ;; *) echo "Consul answered: $status $answer" >&2; exit 1 ;; esac
}

case $1 in
  get)
    ask GET "/v1/kv/$2?raw"
    printf '%s\n' "$answer"
    ;;
  put)
    while IFS= read -r value; do
      sent=$EPOCHREALTIME
      ask PUT "/v1/kv/$2" "$value"
      echo "$sent"
      sleep "$3"
    done
    ;;
  health)
    index=0 before=
    while :; do
      ask GET "/v1/health/node/$2?index=$index&wait=10s"
      seen=$EPOCHREALTIME
      case $answer in *'"Status":"critical"'*) now=critical ;; *) now=passing ;; esac
      [ "$now" = "$before" ] || echo "$seen $now"
      before=$now
    done
    ;;
esac
