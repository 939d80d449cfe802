"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { Cell, Table, TableBody, TableHead } from "@/components/ui/table";
import { procedureKindSchema } from "@/contract/run";
import type { InlineText, MarkdownBlock } from "@/lib/markdown-blocks";

export function MarkdownText({ blocks }: { blocks: readonly MarkdownBlock[] }) {
  return blocks.map((block, place) => <Block key={place} block={block} />);
}

function Block({ block }: { block: MarkdownBlock }) {
  const t = useTranslations("run.procedure");
  switch (block.kind) {
    case "heading":
      return block.level <= 1 ? (
        <p className="text-lg font-semibold">
          <Line inline={block.inline} />
        </p>
      ) : (
        <h2 className="pt-2 text-base font-semibold">
          <Line inline={block.inline} />
        </h2>
      );
    case "paragraph":
      return (
        <p className="text-pretty">
          <Line inline={block.inline} />
        </p>
      );
    case "list":
      return (
        <ul className="list-disc pl-5">
          {block.items.map((inline, place) => (
            <li key={place}>
              <Line inline={inline} />
            </li>
          ))}
        </ul>
      );
    case "code":
      return <pre className="overflow-x-auto rounded-sm bg-sunken p-3 font-mono text-xs">{block.text}</pre>;
    case "table":
      return (
        <Table caption={t("table")}>
          <TableHead>
            {block.head.map((inline, place) => (
              <th key={place} scope="col" className="px-4 py-1.5 text-left font-semibold">
                <Line inline={inline} />
              </th>
            ))}
          </TableHead>
          <TableBody>
            {block.rows.map((row, place) => (
              <tr key={place}>
                {row.map((inline, column) => (
                  <Cell key={column} className="align-top">
                    <Line inline={inline} />
                  </Cell>
                ))}
              </tr>
            ))}
          </TableBody>
        </Table>
      );
  }
}

function Line({ inline }: { inline: readonly InlineText[] }) {
  return inline.map((part, place) => {
    switch (part.kind) {
      case "text":
        return <span key={place}>{part.text}</span>;
      case "code":
        return (
          <code key={place} className="rounded-sm bg-sunken px-1 font-mono text-xs">
            {part.text}
          </code>
        );
      case "strong":
        return <strong key={place}>{part.text}</strong>;
      case "link":
        return <TextLink key={place} text={part.text} href={part.href} />;
    }
  });
}

/** Another procedure's text has a page here; everything else lies in the documentation beside the panel. */
function TextLink({ text, href }: { text: string; href: string }) {
  const kind = procedureKindSchema.safeParse(href.replace(/\.md$/, ""));
  if (!kind.success) return <span title={href}>{text}</span>;
  return (
    <Link href={paths.procedure(kind.data)} className="text-accent underline underline-offset-2">
      {text}
    </Link>
  );
}
