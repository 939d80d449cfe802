import { type HaConfig, haConfigSchema, haNetworkSchema } from "@/contract/ha-config";
import type { FieldProblem } from "@/contract/preflight";
import { type JsonSyntaxProblem, type JsonValue, parseJsonWithComments } from "@/contract/json-with-comments";

/** What a configuration file's text turns out to be. Values are judged by checkHaConfig, not here. */
export type ConfigText =
  | { kind: "config"; config: HaConfig; advice: FieldProblem[] }
  | { kind: "syntax"; problem: JsonSyntaxProblem }
  | { kind: "shape"; problems: FieldProblem[] };

export function parseConfigText(text: string): ConfigText {
  const json = parseJsonWithComments(text);
  if (!json.ok) return { kind: "syntax", problem: json.problem };
  const parsed = haConfigSchema.safeParse(json.value);
  if (parsed.success) return { kind: "config", config: parsed.data, advice: unknownFields(json.value) };
  const problems = parsed.error.issues.map((issue): FieldProblem => {
    const path = issue.path.map(String).join(".");
    const found = describe(valueAt(json.value, issue.path));
    const expected = issue.code === "invalid_type" ? issue.expected : "CephConf or FileConf";
    return found === "nothing"
      ? { path, code: "field-missing", severity: "error", facts: {} }
      : { path, code: "field-type", severity: "error", facts: { expected, found } };
  });
  return { kind: "shape", problems: [...problems, ...unknownFields(json.value)] };
}

/** The text `export-config`, `config-sample` and Consul KV carry: the manual's field order, two spaces, final newline. */
export function serialiseConfig(config: HaConfig): string {
  const ordered = haConfigSchema.parse(config);
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function unknownFields(value: JsonValue): FieldProblem[] {
  if (!isObject(value)) return [];
  const top = strangers(value, Object.keys(haConfigSchema.shape), "");
  const networks = Array.isArray(value.Network) ? value.Network : [];
  const nested = networks.flatMap((entry, at) =>
    isObject(entry) ? strangers(entry, Object.keys(haNetworkSchema.shape), `Network.${at}.`) : [],
  );
  return [...top, ...nested];
}

function strangers(value: Record<string, JsonValue>, known: readonly string[], prefix: string): FieldProblem[] {
  return Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => ({ path: `${prefix}${name}`, code: "field-unknown", severity: "advice", facts: { name } }));
}

function isObject(value: JsonValue | undefined): value is Record<string, JsonValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function valueAt(value: JsonValue, path: readonly PropertyKey[]): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const key of path) {
    if (Array.isArray(current)) current = current[Number(key)];
    else if (isObject(current)) current = current[String(key)];
    else return undefined;
  }
  return current;
}

function describe(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "string" ? `"${value.slice(0, 40)}"` : typeof value;
}
