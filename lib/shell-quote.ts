const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One argument as a POSIX shell word. The only quoting in the product; NUL cannot be passed to a process and is refused. */
export function shellQuoteWord(word: string): string {
  if (word.includes("\0")) throw new RangeError("an argument cannot contain a NUL byte");
  if (word !== "" && plainWord.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** An argument vector as one shell command line: what sshd hands to the login shell. */
export function shellQuote(argv: readonly string[]): string {
  return argv.map(shellQuoteWord).join(" ");
}
