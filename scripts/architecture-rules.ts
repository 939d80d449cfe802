/** The house's rules about who may know whom, as data. Change it by argument, in docs/decisions/. */

export interface Zone {
  name: string;
  /** Which files belong to it; the first zone that matches counts. */
  files: RegExp;
  /** Zones it may import. `own` = files of the same folder below server/, suite/ or components/. */
  mayImport: readonly string[];
  /** Zones of which it may import types only. */
  typesOf?: readonly string[];
  /** Runs in browsers or must stay pure: no node: modules. */
  noNodeModules?: boolean;
  /** Importable by no zone that does not name it; `free` zones import whatever they like. */
  free?: boolean;
}

const foundations = ["contract", "lib", "server base"];

export const zones: readonly Zone[] = [
  { name: "contract", files: /^contract\//, mayImport: ["contract", "lib"], noNodeModules: true },
  { name: "lib", files: /^lib\//, mayImport: ["lib"] },

  { name: "ui", files: /^components\/ui\//, mayImport: ["ui", "lib"], noNodeModules: true },
  {
    name: "client",
    files: /^components\/client\//,
    mayImport: ["client", "contract", "lib"],
    typesOf: ["router"],
    noNodeModules: true,
  },
  {
    name: "components",
    files: /^components\//,
    mayImport: ["components", "ui", "client", "contract", "lib"],
    typesOf: ["router"],
    noNodeModules: true,
  },
  {
    name: "app",
    files: /^(app\/|proxy\.ts$)/,
    mayImport: ["app", "components", "ui", "client", "contract", "lib", "router", "trpc", "auth", "http", "env"],
  },

  { name: "start", files: /^instrumentation(-node)?\.ts$/, mayImport: ["start", "composition", "server base", "env"] },
  { name: "router", files: /^server\/router\.ts$/, mayImport: ["noun router", "trpc"] },
  { name: "env", files: /^server\/env\.ts$/, mayImport: ["contract", "lib"] },
  {
    name: "http",
    files: /^server\/(health|[a-z-]+\/([a-z-]+-)?http)\.ts$/,
    mayImport: [...foundations, "own", "trpc", "auth", "env", "database", "noun"],
  },
  {
    name: "server base",
    files: /^server\/((log|process)\.ts|secret\/scrub\.ts)$/,
    mayImport: [...foundations, "env"],
  },
  // What puts the parts together lies at the top of server/ and may know them all.
  { name: "composition", files: /^server\/([a-z-]+|procedures\/registry)\.ts$/, mayImport: [], free: true },
  { name: "database", files: /^server\/database\//, mayImport: ["own", "env", "generated", ...foundations] },
  { name: "generated", files: /^prisma\/generated\//, mayImport: ["generated"] },
  { name: "i18n", files: /^server\/i18n\//, mayImport: ["own", "env", ...foundations] },
  { name: "trpc", files: /^server\/trpc\//, mayImport: ["own", "auth", "router", "env", ...foundations] },
  { name: "ports", files: /^server\/ports\//, mayImport: ["ports", "contract", "lib"] },
  { name: "engine", files: /^server\/engine\//, mayImport: ["engine", "ports", "contract", "lib"] },
  // Steps that several procedures take: they know nodes and a wish, or the deployment that a cluster is made by.
  {
    name: "shared steps",
    files: /^server\/steps\//,
    mayImport: ["shared steps", "engine", "ports", "contract", "lib"],
  },
  {
    name: "procedures",
    files: /^server\/procedures\//,
    mayImport: ["own", "shared steps", "engine", "ports", "contract", "lib"],
  },
  { name: "adapters", files: /^server\/adapters\//, mayImport: ["own", "ports", "contract", "lib"] },
  {
    name: "store",
    files: /^server\/[a-z-]+\/([a-z-]+-)?store\.ts$/,
    mayImport: ["own", "database", "engine", "ports", ...foundations],
  },
  {
    name: "noun router",
    files: /^server\/[a-z-]+\/router\.ts$/,
    mayImport: ["own", "trpc", "i18n", "noun", ...foundations],
  },
  { name: "auth", files: /^server\/auth\//, mayImport: ["own", "noun", "env", "database", ...foundations] },
  {
    name: "noun",
    files: /^server\/[a-z-]+\//,
    mayImport: ["own", "noun", "auth", "ports", "engine", "shared steps", "env", ...foundations],
  },

  { name: "suite core", files: /^suite\/core\//, mayImport: ["suite core", "contract", "lib"], noNodeModules: true },
  { name: "suite", files: /^suite\//, mayImport: ["suite", "suite core", "contract", "lib"] },

  // It judges the suite, so it shares nothing with it.
  { name: "witness", files: /^testing\/witness\//, mayImport: ["witness", "workbench", "contract", "lib"] },
  { name: "workbench", files: /^(lab|testing|bench|e2e|scripts)\//, mayImport: [], free: true },
  { name: "configuration", files: /^[a-z.-]+\.config\.(ts|mjs)$/, mayImport: [], free: true },
];

/** One door per library: only files matching it may import the library. Tests and the workbench are free. */
export const doors: readonly { library: RegExp; door: RegExp; because: string }[] = [
  {
    library: /^ssh2$/,
    door: /^(server\/adapters|suite)\/ssh\//,
    because: "quoting, deadlines and host keys are decided there",
  },
  { library: /^consul$/, door: /^server\/adapters\/consul\//, because: "the client has no deadlines of its own" },
  { library: /^(@prisma\/|pg$|better-sqlite3$)/, door: /^server\/database\//, because: "both dialects meet there" },
  {
    library: /^(better-auth|@node-rs\/argon2)/,
    door: /^server\/auth\//,
    because: "sessions and passwords are kept there",
  },
  { library: /^pino$/, door: /^server\/log\.ts$/, because: "every line passes the scrubber there" },
  {
    library: /^(node:)?child_process$/,
    door: /^(server\/adapters\/[a-z-]+\/|suite\/(setup|[a-z-]+)\/[a-z-]*(command|program|process|exec)[a-z-]*\.ts$)/,
    because: "programs are run by argument vector, in one place per side",
  },
  {
    library: /^@trpc\/(client|tanstack-react-query)/,
    door: /^components\/client\//,
    because: "links and retries are set there",
  },
  {
    library: /^@trpc\/server/,
    door: /^server\/(trpc\/|[a-z-]+\/router\.ts$)/,
    because: "error codes and stream ends are set there",
  },
  { library: /^radix-ui/, door: /^components\/ui\//, because: "the look is decided once" },
  {
    library: /^next\/(headers|navigation|server)$/,
    door: /^(app\/|components\/|proxy\.ts|server\/(auth\/page|i18n\/request)\.ts)/,
    because: "services run without Next",
  },
  { library: /^(react|react-dom)(\/|$)/, door: /^(app|components)\//, because: "the server's code has no pixels" },
  { library: /^fast-xml-parser$/, door: /^suite\/libvirt\//, because: "only libvirt speaks XML" },
];

/** process.env may be read here only. */
export const environmentReaders =
  /^(server\/env\.ts|instrumentation\.ts|[a-z.-]+\.config\.(ts|mjs)|(scripts|lab|e2e|testing|bench)\/)/;

/** Names that say nothing about what is inside. */
export const bannedNames = /^(utils?|helpers?|manager|common|misc|stuff)$|[-.](utils?|helpers?|manager)$/;

/** Names Next gives a meaning to, and files whose name a tool demands. */
export const kebabCase = /^(\[\[?(\.\.\.)?[a-z][A-Za-z-]*\]\]?|\([a-z-]+\)|[a-z0-9]+(-[a-z0-9]+)*)$/;

/** Longer than this asks to be split; nothing may. */
export const longestFileLines = 500;

/** What is not right yet. The list may only shrink: an exception nobody needs fails the check. */
export const exceptions: readonly { file: string; rule: string; because: string }[] = [
  { file: "server/deployment/consul-bundle.ts", rule: "direction", because: "reads a file of the panel's own machine" },
  { file: "server/deployment/image.ts", rule: "direction", because: "reads a file of the panel's own machine" },
  { file: "server/deployment/uploads.ts", rule: "direction", because: "reads a file of the panel's own machine" },
];
