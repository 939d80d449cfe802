import { type HaConfig, haNodes } from "@/contract/ha-config";
import type { FieldProblem } from "@/contract/preflight";

/** What an import may not change: Consul itself stands on the nodes' addresses, and an image does not change its kind of place. */
export function immutableChanges(before: HaConfig, after: HaConfig): FieldProblem[] {
  const list = (config: HaConfig): string =>
    haNodes(config)
      .map((node) => `${node.ip} ${node.name}`)
      .toSorted()
      .join(", ");
  const problems: FieldProblem[] = [];
  const change = (path: string, code: string, from: string, to: string): void => {
    if (from !== to) problems.push({ path, code, severity: "error", facts: { from, to } });
  };
  change("Node", "node-addresses-changed", list(before), list(after));
  change("Type", "type-changed", before.Type, after.Type);
  return problems;
}

export interface ConfigChange {
  /** As in the file: "CPU", "Network.0.Gateway". */
  readonly path: string;
  /** Null: not there. */
  readonly from: string | null;
  readonly to: string | null;
}

/** Field by field, in the file's order. */
export function configChanges(before: HaConfig, after: HaConfig): ConfigChange[] {
  const [old, now] = [leaves(before, ""), leaves(after, "")];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) => {
    const [from, to] = [old.get(path) ?? null, now.get(path) ?? null];
    return from === to ? [] : [{ path, from, to }];
  });
}

function leaves(value: unknown, path: string): Map<string, string> {
  if (typeof value !== "object" || value === null) return new Map([[path, String(value)]]);
  const entries = Object.entries(value).flatMap(([key, inner]) => [
    ...leaves(inner, path === "" ? key : `${path}.${key}`),
  ]);
  return new Map(entries);
}
