# sh -c THIS install-key TYPE KEY COMMENT — adds one public key to the login's authorized_keys unless it is there.
umask 077
directory=$HOME/.ssh
file=$directory/authorized_keys
mkdir -p "$directory" && chmod 700 "$directory" && touch "$file" && chmod 600 "$file" || exit 1
if ! grep -qF -- "$1 $2" "$file"; then
  # A last line without its newline would swallow the key.
  if [ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ]; then echo >>"$file"; fi
  printf '%s %s %s\n' "$1" "$2" "$3" >>"$file" || exit 1
fi
# SELinux refuses a file with a foreign label as if the key were wrong.
if command -v restorecon >/dev/null 2>&1; then restorecon -R "$directory" >/dev/null 2>&1; fi
grep -qF -- "$1 $2" "$file"
