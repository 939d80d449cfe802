import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { importsOf } from "@/scripts/architecture";

const areas = readdirSync("messages/en").map((name) => name.replace(/\.json$/, ""));

/** What `useTranslations` of this file names; without a name, every text that is asked for by its whole path. */
function areasUsedIn(text: string): string[] {
  const named = [...text.matchAll(/useTranslations(?:<[^>]*>)?\(\s*["'`](\w+)/g)].map(([, area = ""]) => area);
  if (!/useTranslations(?:<[^>]*>)?\(\)/.test(text)) return named;
  const paths = [...text.matchAll(/["'`](\w+)\.[A-Za-z$]/g)].map(([, area = ""]) => area);
  return [...named, ...paths.filter((area) => areas.includes(area))];
}

const fileOf = (from: string): string | undefined =>
  [".tsx", ".ts"].map((ending) => from.replace(/^@\//, "") + ending).find((path) => existsSync(path));

const read = new Map<string, { areas: string[]; imports: string[] }>();
function readFile(path: string): { areas: string[]; imports: string[] } {
  const known = read.get(path);
  if (known !== undefined) return known;
  const text = readFileSync(path, "utf8");
  const imports = importsOf(text)
    .filter(({ typesOnly }) => !typesOnly)
    .flatMap(({ from }) => fileOf(from) ?? [])
    .filter((file) => file.startsWith("components/"));
  const found = { areas: areasUsedIn(text), imports };
  read.set(path, found);
  return found;
}

/** Of the file and all the components it draws in. */
function areasNeededBy(path: string): string[] {
  const seen = new Set<string>();
  const visit = (file: string): string[] => {
    if (seen.has(file)) return [];
    seen.add(file);
    const { areas: own, imports } = readFile(file);
    return [...own, ...imports.flatMap(visit)];
  };
  return [...new Set(visit(path))].toSorted();
}

const areasGivenIn = (path: string): string[] => {
  const list = /<Texts\s+areas=\{\[([^\]]*)\]\}/.exec(existsSync(path) ? readFileSync(path, "utf8") : "")?.[1] ?? "";
  return [...list.matchAll(/"(\w+)"/g)].map(([, area = ""]) => area);
};

/** By the layouts around a page, and by itself. */
function areasGivenTo(path: string): string[] {
  const around: string[] = [];
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) around.push(join(folder, "layout.tsx"));
  return [path, ...around].flatMap(areasGivenIn);
}

const pages = readdirSync("app", { recursive: true, encoding: "utf8" })
  .filter((name) => /(^|\/)(page|layout|error|not-found|loading)\.tsx$/.test(name))
  .map((name) => join("app", name));

describe("the texts of every client component travel with the page that shows it", () => {
  it.each(pages)("%s", (path) => {
    const given = areasGivenTo(path);
    expect(areasNeededBy(path).filter((area) => !given.includes(area))).toEqual([]);
  });

  it("finds what it looks for", () => {
    expect(pages.length).toBeGreaterThan(20);
    expect(areasNeededBy("app/(panel)/clusters/[clusterId]/page.tsx")).toEqual(
      expect.arrayContaining(["cluster", "errors", "network", "sentences", "shell"]),
    );
  });
});
