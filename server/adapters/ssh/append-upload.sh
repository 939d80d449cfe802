# sh -c THIS append-upload PART OFFSET — standard input is written from OFFSET on; what lay beyond is dropped first.
umask 077
mkdir -p -- "$(dirname -- "$1")" && : >>"$1" && truncate -s "$2" -- "$1" && exec cat >>"$1"
