/** Splits one command line as a POSIX shell would, without expanding anything: the inverse of lib/shell-quote.ts. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (let i = 0; i < line.length; i += 1) {
    const char = line[i] ?? "";
    if (char === "'") {
      const end = line.indexOf("'", i + 1);
      if (end < 0) throw new SyntaxError("a quote is not closed");
      word = (word ?? "") + line.slice(i + 1, end);
      i = end;
    } else if (char === "\\") {
      i += 1;
      word = (word ?? "") + (line[i] ?? "");
    } else if (char === " " || char === "\n" || char === "\t") {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (word !== null) words.push(word);
  return words;
}
