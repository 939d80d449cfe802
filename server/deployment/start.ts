import { type DeploymentInput, deploymentInput } from "@/contract/deployment-input";
import { AppError } from "@/contract/errors";
import type { FieldProblem } from "@/contract/preflight";
import type { PlannedStep } from "@/contract/run";
import { say } from "@/contract/sentence";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import { checkAddresses } from "@/server/deployment/address-check";
import { deploymentDoors } from "@/server/deployment/doors";
import { DraftNodes } from "@/server/deployment/nodes";
import { draftRow, standingRunOf } from "@/server/deployment/service";
import { clusterNamed, createClusterOnce, replaceNodes } from "@/server/deployment/start-store";
import { linkDraft } from "@/server/deployment/store";

export type Review =
  | { kind: "ready"; steps: readonly PlannedStep[] }
  /** Every error that keeps it from starting. */
  | { kind: "blocked"; problems: FieldProblem[] };

/** Everything a start would do, as commands per node; or what is still wrong. */
export async function reviewDraft(draftId: string): Promise<Review> {
  const { draft, clusterId } = await draftRow(draftId);
  const result = deploymentInput(draft);
  if (!result.ok) return { kind: "blocked", problems: result.problems };
  const namesake = clusterId === null ? await clusterNamed(draft.clusterName) : null;
  if (namesake !== null) return { kind: "blocked", problems: [nameTaken(draft.clusterName)] };
  return { kind: "ready", steps: deploymentDoors().plan(result.input) };
}

export const addressesInUse = async (draftId: string): Promise<FieldProblem[]> => {
  const nodes = new DraftNodes(deploymentDoors().access);
  const { draft } = await draftRow(draftId);
  return checkAddresses(draft, (name) => nodes.hostOf(draftId, name));
};

/** Starts the deployment once: a second request with the same key, or of the same draft, gets the same run. */
export async function startDeployment(
  draftId: string,
  idempotencyKey: string,
  subject: AuditSubject,
): Promise<{ runId: string; clusterId: string }> {
  const row = await draftRow(draftId);
  const standing = await standingRunOf({ id: draftId, clusterId: row.clusterId });
  if (row.clusterId !== null && standing !== null) return { runId: standing.id, clusterId: row.clusterId };
  const input = await acceptableInput(draftId);
  const clusterId = await createClusterOnce(draftId, input);
  // A run before this one was undone or given up: the cluster is what the plan says now.
  if (row.clusterId !== null) await replaceNodes(clusterId, input);
  await linkDraft(draftId, clusterId);
  const { runId } = await deploymentDoors().startRun({ clusterId, draftId, input, idempotencyKey, subject });
  await recordAudit(subject, "run-created", { target: `cluster:${clusterId}`, facts: { run: runId, draft: draftId } });
  return { runId, clusterId };
}

async function acceptableInput(draftId: string): Promise<DeploymentInput> {
  const { draft, clusterId } = await draftRow(draftId);
  const result = deploymentInput(draft);
  if (!result.ok) throw blocked(result.problems);
  const namesake = await clusterNamed(draft.clusterName);
  if (namesake !== null && namesake.id !== draftId && clusterId === null) throw blocked([nameTaken(draft.clusterName)]);
  // Asked last and live: an address that was free when it was typed may have been taken since.
  const taken = (await addressesInUse(draftId)).filter(({ severity }) => severity === "error");
  if (taken.length > 0) throw blocked(taken);
  return result.input;
}

export const isNameTaken = async (name: string): Promise<boolean> => (await clusterNamed(name)) !== null;

const nameTaken = (name: string): FieldProblem => ({
  path: "clusterName",
  code: "cluster-name-taken",
  severity: "error",
  facts: { name },
});

function blocked(problems: readonly FieldProblem[]): AppError {
  const [first] = problems;
  return new AppError("blocked", say("draft-has-problems", { count: problems.length }), {
    facts: { count: problems.length, path: first?.path ?? "", code: first?.code ?? "" },
    advice: say("draft-go-back"),
  });
}
