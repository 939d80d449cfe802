import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import type { Dialect } from "@/scripts/prisma-schema";

/**
 * Prisma's schema engine as WebAssembly, for the one thing we need of it: the SQL that leads from one schema text to another.
 * No database and no downloaded binary take part. The package is internal to Prisma: pinned to the version of `prisma`.
 */
interface SchemaFiles {
  files: { path: string; content: string }[];
}
type DiffTarget = { tag: "empty" } | ({ tag: "schemaDatamodel" } & SchemaFiles);
interface SchemaEngine {
  diff(parameters: {
    from: DiffTarget;
    to: DiffTarget;
    script: true;
    exitCode: boolean;
    filters: { externalTables: string[]; externalEnums: string[] };
  }): Promise<{ exitCode: number; stdout: string | null }>;
}
interface EngineModule {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
  SchemaEngine: {
    new: (
      options: { datamodels: [string, string][] },
      log: (line: string) => void,
      adapter: ReturnType<typeof bindMigrationAwareSqlAdapterFactory>,
    ) => Promise<SchemaEngine>;
  };
}

let loaded: Promise<EngineModule> | undefined;

async function loadEngineModule(): Promise<EngineModule> {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve("@prisma/schema-engine-wasm"));
  // The generated glue looks this global up when the engine panics.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (text: string) => console.error(text) } });
  const glue: EngineModule & WebAssembly.ModuleImports = await import(join(folder, "schema_engine_bg.js"));
  const compiled = await WebAssembly.compile(readFileSync(join(folder, "schema_engine_bg.wasm")));
  const imports = Object.fromEntries(WebAssembly.Module.imports(compiled).map(({ module }) => [module, glue]));
  const instance = await WebAssembly.instantiate(compiled, imports);
  glue.__wbg_set_wasm(instance.exports);
  const start = instance.exports["__wbindgen_start"];
  if (typeof start === "function") start();
  return glue;
}

/** The engine asks PostgreSQL for its version and SQLite for its own even to compare two texts: this answers. */
function databaseStandIn(dialect: Dialect): SqlMigrationAwareDriverAdapterFactory {
  const provider = dialect === "sqlite" ? "sqlite" : "postgres";
  const answer =
    dialect === "sqlite"
      ? { columnNames: ["version"], columnTypes: [7], rows: [["3.45.0"]] }
      : {
          columnNames: ["exists", "version", "numeric_version"],
          columnTypes: [5, 7, 0],
          rows: [[true, "PostgreSQL 15.18", 150018]],
        };
  const connection = {
    provider,
    adapterName: "stand-in",
    executeRaw: () => Promise.resolve(0),
    queryRaw: () => Promise.resolve(answer),
    executeScript: () => Promise.resolve(),
    startTransaction: () => Promise.reject(new Error("no database stands behind a schema diff")),
    getConnectionInfo: () => ({
      supportsRelationJoins: false,
      ...(dialect === "sqlite" ? {} : { schemaName: "public" }),
    }),
    dispose: () => Promise.resolve(),
  };
  const factory = {
    provider,
    adapterName: "stand-in",
    connect: () => Promise.resolve(connection),
    connectToShadowDb: () => Promise.resolve(connection),
  };
  return factory as unknown as SqlMigrationAwareDriverAdapterFactory;
}

/** SQL that leads from one schema text (null = nothing) to another; null when they describe the same tables. */
export async function schemaDiff(dialect: Dialect, from: string | null, to: string): Promise<string | null> {
  loaded ??= loadEngineModule();
  const { SchemaEngine } = await loaded;
  const engine = await SchemaEngine.new(
    { datamodels: [["schema.prisma", to]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(databaseStandIn(dialect)),
  );
  const target = (content: string): DiffTarget => ({
    tag: "schemaDatamodel",
    files: [{ path: "schema.prisma", content }],
  });
  const result = await engine.diff({
    from: from === null ? { tag: "empty" } : target(from),
    to: target(to),
    script: true,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  });
  return result.exitCode === 0 ? null : (result.stdout ?? null);
}
