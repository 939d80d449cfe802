# sh -c THIS finish-upload PART PATH SHA256 MODE plain|packed — unpacks and checks what arrived, then puts it in place in one move.
whole=$1
if [ "$5" = packed ]; then
  whole=$1.whole
  # A part that cannot be unpacked is no beginning to continue from.
  gzip -dc -- "$1" > "$whole" || { rm -f -- "$1" "$whole"; exit 1; }
  rm -f -- "$1"
fi
found=$(sha256sum -- "$whole" | cut -d' ' -f1)
if [ "$found" != "$3" ]; then
  rm -f -- "$whole"
  echo "$found"
  exit 3
fi
chmod -- "$4" "$whole" && { sync "$whole" 2>/dev/null || sync; } && mv -f -- "$whole" "$2"
