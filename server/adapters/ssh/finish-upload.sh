# sh -c THIS finish-upload PART PATH SHA256 MODE — checks what arrived, then puts it in place in one move.
found=$(sha256sum -- "$1" | cut -d' ' -f1)
if [ "$found" != "$3" ]; then
  rm -f -- "$1"
  echo "$found"
  exit 3
fi
chmod -- "$4" "$1" && { sync "$1" 2>/dev/null || sync; } && mv -f -- "$1" "$2"
