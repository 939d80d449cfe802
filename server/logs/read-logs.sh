# sh -c THIS read-logs FOLDER MARK BYTES [NAME INODE FROM]... — from each file its whole lines after byte FROM, at most BYTES of it,
# headed by "MARK INODE FROM LENGTH NAME". A line longer than BYTES comes in pieces. Reads only.
LC_ALL=C
export LC_ALL
cd "$1" || exit 44
mark=$2 most=$3
shift 3
piece() { tail -c "+$((from + 1))" -- "$name" | head -c "$most"; }
while [ $# -ge 3 ]; do
  name=$1 inode=$2 from=$3
  shift 3
  # Rotated between the list and now: the next list knows its new name.
  [ "$(stat -c %i -- "$name" 2>/dev/null)" = "$inode" ] || continue
  lines=$(piece | wc -l)
  if [ "$lines" -gt 0 ]; then
    length=$(piece | head -n "$lines" | wc -c)
  else
    length=$(piece | wc -c)
    [ "$length" -ge "$most" ] || continue
  fi
  printf '\n%s %s %s %s %s\n' "$mark" "$inode" "$from" "$length" "$name"
  piece | head -c "$length"
done
exit 0
