import { resolve } from "node:path";
import { z } from "zod";

/** The only reader of process.env in the product: what an operator may set, with its defaults. */
const environmentSchema = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
  /** Set by Next while it builds: nothing may be opened or started then. */
  NEXT_PHASE: z.string().optional(),
  TRIVET_DATA: z.string().min(1).default("./data"),
  TRIVET_SECRET_KEY_FILE: z.string().min(1).optional(),
  /** postgresql://… ; SQLite in the data directory when absent. */
  TRIVET_DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must be a postgresql:// URL")
    .optional(),
  /** The address people type, when a reverse proxy stands before the panel: https://panel.example. */
  TRIVET_ORIGIN: z.url({ protocol: /^https?$/ }).optional(),
  /** For developers and tests: a cookie may ask for lengthened, accented English (server/i18n/locale.ts). */
  TRIVET_PSEUDO_LOCALE: z.literal("1").optional(),
  TRIVET_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

export interface Environment {
  readonly mode: "development" | "production" | "test";
  readonly building: boolean;
  readonly dataDirectory: string;
  readonly secretKeyFile: string;
  readonly postgresqlUrl: string | null;
  /** Scheme, host and port without a trailing slash; null = whatever host the request names. */
  readonly origin: string | null;
  readonly pseudoLocale: boolean;
  readonly logLevel: string;
}

/** Reads variables; throws a sentence that names the variable and what is wrong with it. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const parsed = environmentSchema.safeParse(variables);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
    throw new Error(`The environment is not usable. ${wrong}`);
  }
  const set = parsed.data;
  const dataDirectory = resolve(/* turbopackIgnore: true */ set.TRIVET_DATA);
  return {
    mode: set.NODE_ENV,
    building: set.NEXT_PHASE === "phase-production-build",
    dataDirectory,
    secretKeyFile: resolve(/* turbopackIgnore: true */ set.TRIVET_SECRET_KEY_FILE ?? `${dataDirectory}/secret.key`),
    postgresqlUrl: set.TRIVET_DATABASE_URL ?? null,
    origin: set.TRIVET_ORIGIN === undefined ? null : new URL(set.TRIVET_ORIGIN).origin,
    pseudoLocale: set.TRIVET_PSEUDO_LOCALE !== undefined,
    logLevel: set.TRIVET_LOG_LEVEL,
  };
}

/** Read at each call: tests and scripts set variables before the first use, and parsing costs microseconds. */
export const environment = (): Environment => readEnvironment(process.env);
