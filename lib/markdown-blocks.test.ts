import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inlineText, markdownBlocks } from "@/lib/markdown-blocks";

test("a line's code, strong words and links", () => {
  expect(inlineText("see `zsha status`, **always**, and [node up](node-up.md).")).toEqual([
    { kind: "text", text: "see " },
    { kind: "code", text: "zsha status" },
    { kind: "text", text: ", " },
    { kind: "strong", text: "always" },
    { kind: "text", text: ", and " },
    { kind: "link", text: "node up", href: "node-up.md" },
    { kind: "text", text: "." },
  ]);
});

test("headings, paragraphs over several lines, lists, tables and code", () => {
  const text = "# A\none\ntwo\n\n- first\n  goes on\n- second\n\n| a | b |\n|---|---|\n| 1 | `x` |\n\n```\nls\n```\n";
  expect(markdownBlocks(text).map(({ kind }) => kind)).toEqual(["heading", "paragraph", "list", "table", "code"]);
  expect(markdownBlocks(text)[1]).toMatchObject({ inline: [{ text: "one two" }] });
  expect(markdownBlocks(text)[2]).toMatchObject({ items: [[{ text: "first goes on" }], [{ text: "second" }]] });
  expect(markdownBlocks(text)[3]).toMatchObject({
    head: [[{ text: "a" }], [{ text: "b" }]],
    rows: [[[{}], [{ kind: "code" }]]],
  });
  expect(markdownBlocks(text)[4]).toEqual({ kind: "code", text: "ls" });
});

test("a bar that begins no table is a paragraph, and nothing loops", () => {
  expect(markdownBlocks("| no table\nmore")).toMatchObject([{ kind: "paragraph" }]);
});

const directory = join(import.meta.dirname, "../docs/procedures");
test.each(readdirSync(directory).filter((name) => name.endsWith(".md")))("%s is understood whole", (name) => {
  const blocks = markdownBlocks(readFileSync(join(directory, name), "utf8"));
  expect(blocks[0]).toMatchObject({ kind: "heading", level: 1 });
  expect(blocks.some(({ kind }) => kind === "table" || kind === "paragraph")).toBe(true);
  for (const block of blocks)
    expect(block.kind === "table" ? new Set(block.rows.map((row) => row.length)).size : 1).toBe(1);
});
