import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { type RunEventBody, runEventBodySchema } from "@/contract/run";
import { databaseOf } from "@/e2e/panel";
import * as lab from "@/lab/cluster";

const rowSchema = z.object({ body: z.string() });

const countSchema = z.object({ count: z.number() });

/** How many events of the run are on the disk. */
export function lengthOf(runId: string): number {
  const database = new DatabaseSync(databaseOf("main"), { readOnly: true });
  try {
    return countSchema.parse(database.prepare("SELECT count(*) AS count FROM RunEvent WHERE runId = ?").get(runId))
      .count;
  } finally {
    database.close();
  }
}

/** The run's journal as it lies on the disk, readable also while no panel runs. */
export function eventsOf(runId: string): RunEventBody[] {
  const database = new DatabaseSync(databaseOf("main"), { readOnly: true });
  try {
    const rows = database.prepare("SELECT body FROM RunEvent WHERE runId = ? ORDER BY seq").all(runId);
    return rows.map((row) => runEventBodySchema.parse(JSON.parse(rowSchema.parse(row).body)));
  } finally {
    database.close();
  }
}

const journalLineSchema = z.looseObject({ UNIT: z.string().optional(), INVOCATION_ID: z.string().optional() });

/** How often the node's own service manager has started each detached unit of this run. */
export async function unitStartsOn(node: string, runId: string): Promise<Map<string, number>> {
  const fields = "--output-fields=UNIT,INVOCATION_ID";
  const { stdout } = await lab.exec(node, ["journalctl", "--quiet", "--output=json", fields, "_PID=1"]);
  const invocations = new Map<string, Set<string>>();
  for (const line of stdout.split("\n").filter((text) => text !== "")) {
    const { UNIT: unit, INVOCATION_ID: id } = journalLineSchema.parse(JSON.parse(line));
    if (unit === undefined || id === undefined || !unit.startsWith(`trivet-${runId}-`)) continue;
    invocations.set(unit, (invocations.get(unit) ?? new Set()).add(id));
  }
  return new Map([...invocations].map(([unit, ids]) => [unit, ids.size]));
}

/** Detached units of this run that are at work on the node now. */
export async function unitsAtWork(node: string, runId: string, step: string): Promise<string[]> {
  const pattern = `trivet-${runId}-${step}*`;
  const { stdout } = await lab.exec(node, ["systemctl", "list-units", "--plain", "--no-legend", pattern]);
  return stdout.split("\n").filter((line) => /\b(activating|active) +(start|running)\b/.test(line));
}
