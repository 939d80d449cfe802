import { z } from "zod";
import { onNode } from "@/testing/bonded/bonded-cluster";

/** What a node's guard itself noted of its last change, in seconds after the deadline; before it they are negative. */
export interface GuardRecord {
  node: string;
  change: string;
  /** Null: it did not come to that. */
  changed: number | null;
  goingBack: number | null;
  back: number | null;
}

const stateFolder = "/var/lib/zsha-network";
const pendingSchema = z.looseObject({ change: z.string(), deadlineMs: z.number() });
const lineSchema = z.looseObject({ MESSAGE: z.string().catch(""), __MONOTONIC_TIMESTAMP: z.coerce.number() });

/** How far a node is with the last change it was armed for. */
export async function phaseOf(node: string): Promise<string> {
  const { phase } = z
    .looseObject({ phase: z.string() })
    .parse(JSON.parse(await onNode(node, "cat", `${stateFolder}/ballot.json`)));
  return phase;
}

/** By the node's own clock, from what lies on its disk and in its journal: a busy machine shifts both alike. */
export async function guardRecord(node: string): Promise<GuardRecord> {
  const settled = pendingSchema.parse(JSON.parse(await onNode(node, "cat", `${stateFolder}/settled.json`)));
  const argv = ["journalctl", "--boot", "--quiet", "--output=json", "--unit=zsha-net-guard*"];
  const lines = (await onNode(node, ...argv)).split("\n").filter((text) => text !== "");
  const said = lines.map((line) => lineSchema.parse(JSON.parse(line)));
  const prefix = `${settled.change}: `;
  const secondsOf = (text: string): number | null => {
    const found = said.find(({ MESSAGE }) => MESSAGE.startsWith(`${prefix}${text}`));
    return found === undefined ? null : Math.round(found.__MONOTONIC_TIMESTAMP / 1000 - settled.deadlineMs) / 1000;
  };
  return {
    node,
    change: settled.change,
    changed: secondsOf("changed to the new networks"),
    goingBack: secondsOf("going back to the old networks"),
    back: secondsOf("nobody could be asked: back") ?? secondsOf("the change is undone"),
  };
}
