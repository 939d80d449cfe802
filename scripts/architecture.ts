import {
  bannedNames,
  doors,
  environmentReaders,
  kebabCase,
  longestFileLines,
  type Zone,
  zones,
} from "@/scripts/architecture-rules";

export interface SourceFile {
  path: string;
  text: string;
}

export interface Violation {
  file: string;
  rule: string;
  message: string;
}

export interface ImportStatement {
  from: string;
  typesOnly: boolean;
}

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);
const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/[^\n]*/g, "");

export function importsOf(text: string): ImportStatement[] {
  const code = withoutComments(text);
  const found: ImportStatement[] = [];
  for (const match of code.matchAll(/^\s*(?:import|export)\s+(type\s)?([^;"'`]*?\sfrom\s*)?["']([^"'\n]+)["']/gm)) {
    found.push({ from: match[3] ?? "", typesOnly: match[1] !== undefined });
  }
  for (const match of code.matchAll(/\bimport\(\s*["']([^"'\n]+)["']/g)) {
    found.push({ from: match[1] ?? "", typesOnly: false });
  }
  return found;
}

const zoneOf = (path: string): Zone | undefined =>
  zones.find((zone) => zone.files.test(path.replace(/\.test(?=\.tsx?$)/, "")));

/** The folder that counts as "own": server/NOUN, server/procedures/NAME, suite/PART, components/PART. */
export function folderOf(path: string): string {
  const parts = path.split("/");
  return parts.slice(0, parts[1] === "procedures" || parts[1] === "adapters" ? 3 : 2).join("/");
}

export function checkArchitecture(files: readonly SourceFile[]): Violation[] {
  const known = new Map<string, string>(files.map(({ path }) => [path.replace(/\.(d\.)?[cm]?tsx?$/, ""), path]));
  const targetOf = (from: string): string | null => {
    if (!from.startsWith("@/")) return null;
    const path = from.slice(2);
    return known.get(path.replace(/\.[cm]?[jt]sx?$/, "")) ?? (/\.[a-z]+$/.test(path) ? path : `${path}.ts`);
  };
  return [...files.flatMap((file) => checkFile(file, targetOf)), ...checkCycles(files, targetOf)];
}

function checkFile(file: SourceFile, targetOf: (from: string) => string | null): Violation[] {
  const { path, text } = file;
  const violations: Violation[] = [];
  const add = (rule: string, message: string): void => void violations.push({ file: path, rule, message });

  const zone = zoneOf(path);
  if (zone === undefined) add("place", "lies in no place the house knows (scripts/architecture-rules.ts)");
  for (const problem of nameProblems(path)) add("name", problem);
  const lines = text.split("\n").length - 1;
  if (lines > longestFileLines) add("length", `has ${lines} lines; ${longestFileLines} is the most`);
  if (
    !environmentReaders.test(path) &&
    !isTest(path) &&
    zone?.name !== "suite" &&
    /\bprocess\.env\b/.test(withoutComments(text))
  ) {
    add("environment", "reads process.env; only server/env.ts may");
  }
  if (zone === undefined) return violations;

  for (const statement of importsOf(text)) {
    const { from } = statement;
    if (from.startsWith(".")) add("alias", `imports "${from}"; write it as "@/…" from the project's root`);
    if (isTest(path) || zone.free === true) continue;
    if (zone.noNodeModules === true && from.startsWith("node:"))
      add("node-module", `imports ${from}; ${zone.name} must run anywhere`);
    for (const { library, door, because } of doors) {
      if (library.test(from) && !door.test(path) && !statement.typesOnly)
        add("door", `imports ${from}, which ${door.source} alone may: ${because}`);
    }
    const target = targetOf(from);
    if (target !== null) {
      const problem = importProblem(path, zone, target, statement.typesOnly);
      if (problem !== null) add("direction", problem);
    }
  }
  return violations;
}

function importProblem(path: string, zone: Zone, target: string, typesOnly: boolean): string | null {
  const targetZone = zoneOf(target);
  if (targetZone === undefined) return null;
  if (zone.mayImport.includes(targetZone.name)) return null;
  if (zone.mayImport.includes("own") && folderOf(path) === folderOf(target)) {
    return zone.name === "store" && targetZone.name === "noun router" ? "a store must not know its router" : null;
  }
  if (typesOnly && zone.typesOf?.includes(targetZone.name) === true) return null;
  const allowed = zone.mayImport.map((name) => (name === "own" ? "its own folder" : name)).join(", ");
  return `imports ${target} (${targetZone.name}); ${zone.name} may import: ${allowed}`;
}

function nameProblems(path: string): string[] {
  const parts = path.split("/");
  const base = (parts.pop() ?? "")
    .replace(/\.(test|lab\.test|d)?\.?[cm]?[jt]sx?$/, "")
    .replace(/\.(test|lab\.test|spec|config|d)$/, "");
  const problems: string[] = [];
  if (base === "index") problems.push("is an index file: import from the file that has it");
  for (const part of [...parts, base]) {
    if (bannedNames.test(part))
      problems.push(`"${part}" says nothing about what is inside: name it after what it does`);
    if (!kebabCase.test(part)) problems.push(`"${part}" is not kebab-case`);
  }
  return problems;
}

/** Folders that know each other in a circle cannot be understood one by one. */
function checkCycles(files: readonly SourceFile[], targetOf: (from: string) => string | null): Violation[] {
  const edges = new Map<string, Map<string, string>>();
  const counted = /^(server\/[a-z-]+\/|components\/)/;
  // Routers lie above tRPC, which lies above the nouns it asks who is signed in.
  const isRouterOrHttp = /^server\/[a-z-]+\/(router|([a-z-]+-)?http)\.ts$/;
  for (const { path, text } of files) {
    if (isTest(path) || !counted.test(path) || isRouterOrHttp.test(path)) continue;
    for (const { from, typesOnly } of importsOf(text)) {
      const target = targetOf(from);
      if (target === null || typesOnly || !counted.test(target) || folderOf(path) === folderOf(target)) continue;
      const seen = edges.get(folderOf(path)) ?? new Map<string, string>();
      if (!seen.has(folderOf(target))) seen.set(folderOf(target), path);
      edges.set(folderOf(path), seen);
    }
  }
  return findCycles(edges).map(({ folders, files: closing }) => ({
    // Named after the first of the files that close it, so that the name does not hang on where the search began.
    file: closing.toSorted()[0] ?? "",
    rule: "cycle",
    message: `closes a circle: ${[...folders, folders[0]].join(" → ")}`,
  }));
}

type Edges = ReadonlyMap<string, ReadonlyMap<string, string>>;

function findCycles(edges: Edges): { folders: string[]; files: string[] }[] {
  const found: { folders: string[]; files: string[] }[] = [];
  const done = new Set<string>();
  const visit = (folder: string, trail: string[]): void => {
    if (done.has(folder)) return;
    const here = [...trail, folder];
    for (const next of edges.get(folder)?.keys() ?? []) {
      const at = here.indexOf(next);
      if (at >= 0) found.push({ folders: here.slice(at), files: filesOf(edges, here.slice(at)) });
      else visit(next, here);
    }
    done.add(folder);
  };
  for (const folder of [...edges.keys()].toSorted()) visit(folder, []);
  return found;
}

/** The files that make each step of a circle. */
const filesOf = (edges: Edges, folders: readonly string[]): string[] =>
  folders.map((folder, at) => edges.get(folder)?.get(folders[(at + 1) % folders.length] ?? "") ?? "");
