import type { z } from "zod";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { ceph, cephTimeoutMs } from "@/server/steps/deployment/ceph-commands";
import { jsonOf } from "@/server/steps/maintenance/maintenance-step";
import { type NodeChangeContext, onStaying } from "@/server/steps/nodes/node-change-step";

/** What Ceph prints as JSON, asked for on any node that stays. */
export async function cephAnswer<T>(
  context: NodeChangeContext,
  schema: z.ZodType<T>,
  words: readonly string[],
): Promise<T> {
  const argv = [...ceph(...words), "--format", "json"];
  const { node, stdout } = await onStaying(context, argv, { timeoutMs: cephTimeoutMs });
  const parsed = schema.safeParse(jsonOf(stdout));
  if (parsed.success) return parsed.data;
  throw new AppError("unexpected-output", say("ceph-unclear", { error: words.join(" ") }), { facts: { node } });
}
