# sh -c THIS send-log FOLDER NAME BYTES — one file packed by gzip and written as base64; of a plain one at most its last BYTES bytes.
set -e
cd "$1" || exit 44
[ -f "$2" ] || exit 44
case $2 in
*.gz) base64 -w 0 -- "$2" ;;
*) tail -c "$3" -- "$2" | gzip -c | base64 -w 0 ;;
esac
