# sh -c THIS list-logs FOLDER — the files of the log folder, the space left and the node's clock. Reads only.
LC_ALL=C
export LC_ALL
# First, so that nothing that takes time stands between the question and the clock.
date +'clock %s.%N %z'
cd "$1" 2>/dev/null || exit 44
df -Pk . 2>/dev/null | tail -n 1 | { read -r _ total _ free _; echo "space $total $free"; }
for name in *; do
  [ -f "$name" ] && [ ! -L "$name" ] && stat -c 'file %i %s %Y %W %n' -- "$name" 2>/dev/null
done
exit 0
