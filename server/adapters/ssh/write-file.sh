# sh -c THIS write-file PATH MODE OWNER BYTES — standard input becomes PATH, whole or not at all.
umask 077
directory=$(dirname -- "$1")
mkdir -p -- "$directory" || exit 1
beside=$(mktemp -- "$directory/.trivet-XXXXXXXX") || exit 1
# A cut connection looks like the end of input; the count tells half a file from a whole one.
if cat >"$beside" && [ "$(wc -c <"$beside")" -eq "$4" ] && chmod -- "$2" "$beside" &&
  { [ -z "$3" ] || chown -- "$3" "$beside"; } && { sync "$beside" 2>/dev/null || sync; } && mv -f -- "$beside" "$1"; then
  exit 0
fi
rm -f -- "$beside"
echo "$1 was not written" >&2
exit 1
