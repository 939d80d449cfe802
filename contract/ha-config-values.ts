import { parsePerNode } from "@/contract/ha-config";
import type { FieldProblem } from "@/contract/preflight";

export type Report = (
  path: string,
  code: string,
  facts?: FieldProblem["facts"],
  severity?: FieldProblem["severity"],
) => void;

/** One label of a host name (RFC 1123). */
export const hostNamePattern = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** Entries equal to an earlier one. */
export function repeated(values: readonly (string | undefined)[]): { at: number; value: string }[] {
  return values.flatMap((value, at) =>
    value !== undefined && value !== "" && values.indexOf(value) < at ? [{ at, value }] : [],
  );
}

/**
 * Checks a field that takes one value or "a@ceph-1, b@ceph-2": the list must name every node exactly once and no other.
 * Returns the value per node, where the field as a whole could be read.
 */
export function checkPerNode(
  text: string,
  path: string,
  nodeNames: readonly string[],
  report: Report,
  judge: (value: string, report: (code: string, facts: FieldProblem["facts"]) => void) => void,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const parsed = parsePerNode(text);
  if (parsed === null) {
    report(path, "per-node-malformed", { value: text });
    return values;
  }
  if (parsed.kind === "all") {
    judge(parsed.value, (code, facts) => report(path, code, facts));
    for (const name of nodeNames) values.set(name, parsed.value);
    return values;
  }
  const missing = nodeNames.filter((name) => !(name in parsed.byNode));
  const strangers = Object.keys(parsed.byNode).filter((name) => !nodeNames.includes(name));
  if (missing.length > 0) report(path, "per-node-missing", { nodes: missing.join(", ") });
  if (strangers.length > 0) report(path, "per-node-unknown", { nodes: strangers.join(", ") });
  for (const [node, value] of Object.entries(parsed.byNode)) {
    judge(value, (code, facts) => report(path, code, { ...facts, node }));
    values.set(node, value);
  }
  return values;
}
