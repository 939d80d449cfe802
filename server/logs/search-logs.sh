# sh -c THIS search-logs FOLDER MARK SECONDS LINES SINCE UNTIL LEVELS TEXT NAME... — in each file, in this order, the last lines that hold
# TEXT (as it is, capitals or not) and match LEVELS (an expression), stamped from SINCE on and before UNTIL (UTC). Empty: any.
# Ends after SECONDS or with LINES lines, and says so: "MARK stopped time|limit NAME". Reads only, at the lowest priority.
LC_ALL=C
export LC_ALL
cd "$1" || exit 44
mark=$2 seconds=$3 left=$4 since=$5 until=$6 levels=$7 text=$8
shift 8
renice -n 19 $$ >/dev/null 2>&1
ionice -c 3 -p $$ >/dev/null 2>&1
end=$(($(date +%s) + seconds))
unpacked() {
  case $name in
  *.gz) timeout "$rest" gzip -dc -- "$name" ;;
  *.xz) timeout "$rest" xz -dc -- "$name" ;;
  *.bz2) timeout "$rest" bzip2 -dc -- "$name" ;;
  *.zst) timeout "$rest" zstd -dcq -- "$name" ;;
  *) timeout "$rest" cat -- "$name" ;;
  esac 2>/dev/null
}
holding() { if [ -n "$text" ]; then grep -a -i -F -e "$text"; else cat; fi; }
grave() { if [ -n "$levels" ]; then grep -a -i -E -e "$levels"; else cat; fi; }
# How many there were, then the last of them.
last_ones() {
  awk -v keep="$left" -v since="$since" -v until="$until" '
    (since != "" || until != "") && match(substr($0, 1, 60), /[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9][.0-9]*Z/) {
      stamp = substr($0, RSTART, RLENGTH - 1)
      if ((since != "" && stamp < since) || (until != "" && stamp >= until)) next
    }
    { n++; ring[n % keep] = substr($0, 1, 4000) }
    END { print n + 0; for (i = n > keep ? n - keep + 1 : 1; i <= n; i++) print ring[i % keep] }'
}
for name; do
  rest=$((end - $(date +%s)))
  if [ "$rest" -le 0 ]; then printf '\n%s stopped time %s\n' "$mark" "$name"; exit 0; fi
  if [ "$left" -le 0 ]; then printf '\n%s stopped limit %s\n' "$mark" "$name"; exit 0; fi
  answer=$(unpacked | holding | grave | last_ones)
  found=${answer%%
*}
  printf '\n%s file %s %s\n%s\n' "$mark" "$(stat -c %Y -- "$name" 2>/dev/null || echo 0)" "$name" "$answer"
  if [ "$(date +%s)" -ge "$end" ]; then printf '\n%s stopped time %s\n' "$mark" "$name"; exit 0; fi
  if [ "$found" -gt "$left" ]; then printf '\n%s stopped limit %s\n' "$mark" "$name"; exit 0; fi
  left=$((left - found))
done
exit 0
