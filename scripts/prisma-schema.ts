import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const dialects = ["sqlite", "postgresql"] as const;
export type Dialect = (typeof dialects)[number];

export const prismaRoot = join(import.meta.dirname, "..", "prisma");

/** The schema of one dialect as files: the models both share, and the dialect's own generator and datasource. */
export function schemaFiles(dialect: Dialect): { path: string; content: string }[] {
  const folder = join(prismaRoot, "schema");
  const models = readdirSync(folder)
    .filter((name) => name.endsWith(".prisma"))
    .sort()
    .map((name) => ({ path: name, content: readFileSync(join(folder, name), "utf8") }));
  return [
    { path: "base.prisma", content: readFileSync(join(prismaRoot, "dialects", `${dialect}.prisma`), "utf8") },
    ...models,
  ];
}

/** One text, for snapshots beside migrations. Generators do not shape tables and are left out. */
export function schemaText(dialect: Dialect): string {
  return schemaFiles(dialect)
    .map(({ content }) => content.replace(/generator\s+\w+\s*\{[^}]*\}\s*/g, "").trim())
    .join("\n\n")
    .concat("\n");
}
