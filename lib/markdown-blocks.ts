/** As much of Markdown as this house's own texts use: headings, paragraphs, lists, tables, fenced code; in a line `code`, **strong**, [text](link). */
export type InlineText =
  | { kind: "text" | "code" | "strong"; text: string }
  | { kind: "link"; text: string; href: string };

export type MarkdownBlock =
  | { kind: "heading"; level: number; inline: InlineText[] }
  | { kind: "paragraph"; inline: InlineText[] }
  | { kind: "list"; items: InlineText[][] }
  | { kind: "table"; head: InlineText[][]; rows: InlineText[][][] }
  | { kind: "code"; text: string };

const token = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

export function inlineText(line: string): InlineText[] {
  const parts: InlineText[] = [];
  let from = 0;
  for (const match of line.matchAll(token)) {
    const [whole, code, strong, label, href] = match;
    if (match.index > from) parts.push({ kind: "text", text: line.slice(from, match.index) });
    if (code !== undefined) parts.push({ kind: "code", text: code });
    else if (strong !== undefined) parts.push({ kind: "strong", text: strong });
    else parts.push({ kind: "link", text: label ?? "", href: href ?? "" });
    from = match.index + whole.length;
  }
  if (from < line.length) parts.push({ kind: "text", text: line.slice(from) });
  return parts;
}

const cells = (line: string): InlineText[][] =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => inlineText(cell.trim().replaceAll("\\|", "|")));

const isRule = (line: string | undefined): boolean => line !== undefined && /^\|[\s|:-]+\|$/.test(line.trim());

export function markdownBlocks(text: string): MarkdownBlock[] {
  const lines = text.split("\n");
  const blocks: MarkdownBlock[] = [];
  let at = 0;
  const takeWhile = (test: (line: string) => boolean): string[] => {
    const taken: string[] = [];
    for (let line = lines[at]; line !== undefined && test(line); line = lines[at]) {
      taken.push(line);
      at += 1;
    }
    return taken;
  };
  for (let line = lines[at]; line !== undefined; line = lines[at]) {
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (line.trim() === "") at += 1;
    else if (heading !== null) {
      blocks.push({ kind: "heading", level: heading[1]?.length ?? 1, inline: inlineText(heading[2] ?? "") });
      at += 1;
    } else if (line.startsWith("```")) {
      at += 1;
      blocks.push({ kind: "code", text: takeWhile((each) => !each.startsWith("```")).join("\n") });
      at += 1;
    } else if (line.startsWith("|") && isRule(lines[at + 1])) {
      const [head = "", , ...rows] = takeWhile((each) => each.startsWith("|"));
      blocks.push({ kind: "table", head: cells(head), rows: rows.map(cells) });
    } else if (line.startsWith("- ")) {
      const items = takeWhile((each) => each.startsWith("- ") || /^\s+\S/.test(each));
      const joined = items
        .join("\n")
        .split(/\n?^- /m)
        .filter((item) => item !== "");
      blocks.push({ kind: "list", items: joined.map((item) => inlineText(item.replaceAll(/\s*\n\s*/g, " "))) });
    } else {
      const first = lines[at] ?? "";
      at += 1;
      const rest = takeWhile((each) => each.trim() !== "" && !/^(#{1,6}\s|```|- |\|)/.test(each));
      blocks.push({ kind: "paragraph", inline: inlineText([first, ...rest].join(" ")) });
    }
  }
  return blocks;
}
