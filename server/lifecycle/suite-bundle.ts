import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { suiteBuildSchema } from "@/contract/suite-version";
import { environment } from "@/server/env";
import type { SuiteBundle } from "@/server/ports/suite-bundle";

/** Where an operator puts a newer suite than the one that came with this panel. */
const operatorsSuite = (): string => join(environment().dataDirectory, "suite", "zsha");

/** The operator's own below the data directory wins over the one built with the panel. */
function suitePath(): string {
  const found = [operatorsSuite(), resolve(/* turbopackIgnore: true */ "dist", "zsha")].find(existsSync);
  if (found !== undefined) return found;
  throw new AppError("missing-tool", say("suite-not-built"), {
    facts: { node: "panel", tool: "zsha" },
    advice: say("suite-build"),
  });
}

/** Whoever puts the file there removes the packed one first: the two never differ, and the node checks what it unpacked. */
export const packedBeside = (path: string): { packedPath?: string } =>
  existsSync(`${path}.gz`) ? { packedPath: `${path}.gz` } : {};

const embeddedSchema = suiteBuildSchema.extend({
  /** Absent: a build from before it was told, which spoke the first one. */
  protocol: z.number().default(1),
});

/** Written into the executable by its build (scripts/build-suite.ts): read, never run, for the panel's machine may be another kind. */
const marker = Buffer.from("globalThis.trivetBuild = ");
const embeddedMaxBytes = 1_000;

interface Read {
  readonly sha256: string;
  readonly embedded: string | null;
}

async function readExecutable(path: string): Promise<Read> {
  const hash = createHash("sha256");
  let tail = Buffer.alloc(0);
  let embedded: string | null = null;
  for await (const chunk of createReadStream(/* turbopackIgnore: true */ path)) {
    const bytes = Buffer.from(chunk as Uint8Array);
    hash.update(bytes);
    if (embedded !== null) continue;
    const window = Buffer.concat([tail, bytes]);
    const at = window.indexOf(marker);
    const end = at === -1 ? -1 : window.indexOf("};", at);
    if (end !== -1) embedded = window.toString("utf8", at + marker.length, end + 1);
    tail = window.subarray(at === -1 ? Math.max(0, window.length - marker.length) : at).subarray(0, embeddedMaxBytes);
  }
  return { sha256: hash.digest("hex"), embedded };
}

let known: { readonly version: string; readonly bundle: SuiteBundle } | null = null;

/** Every plan asks, and reading 100 MB keeps the panel busy for a third of a second. */
export async function newestSuite(): Promise<SuiteBundle> {
  const path = suitePath();
  const found = await stat(/* turbopackIgnore: true */ path);
  const version = `${path} ${found.ino} ${found.mtimeMs} ${found.size}`;
  if (known?.version === version) return { ...known.bundle, ...packedBeside(path) };
  const { sha256, embedded } = await readExecutable(path);
  const parsed = embeddedSchema.safeParse(embedded === null ? null : jsonOf(embedded));
  if (!parsed.success) throw new AppError("unexpected-output", say("suite-unversioned", { path }), { facts: { path } });
  const bundle: SuiteBundle = { ...parsed.data, path, sha256 };
  known = { version, bundle };
  return { ...bundle, ...packedBeside(path) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
