const begin = "# BEGIN zsha";
const end = "# END zsha";

/** Puts lines between the suite's markers at the end of a file; no lines removes the block. The rest is left as it is. */
export function replaceBlock(text: string, lines: readonly string[]): string {
  const kept: string[] = [];
  let inside = false;
  for (const line of text.split("\n")) {
    if (line === begin) inside = true;
    else if (line === end && inside) inside = false;
    else if (!inside) kept.push(line);
  }
  while (kept.at(-1) === "") kept.pop();
  const block = lines.length === 0 ? [] : [begin, ...lines, end];
  const all = [...kept, ...block];
  return all.length === 0 ? "" : `${all.join("\n")}\n`;
}
