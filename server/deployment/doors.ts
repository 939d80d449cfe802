import type { DeploymentInput } from "@/contract/deployment-input";
import type { PlannedStep } from "@/contract/run";
import type { AuditSubject } from "@/server/audit/service";
import type { NodeAccess } from "@/server/ports/node-access";
import { oncePerProcess, replaceInProcess } from "@/server/process";

/** What a deployment needs of the rest of the panel. The composition root installs it; tests install their own. */
export interface DeploymentDoors {
  access: NodeAccess;
  /** Pure: what `deploy-cluster` would do with this input. */
  plan(input: DeploymentInput): readonly PlannedStep[];
  startRun(request: {
    clusterId: string;
    draftId: string;
    input: DeploymentInput;
    idempotencyKey: string;
    subject: AuditSubject;
  }): Promise<{ runId: string }>;
}

const slot = "deployment-doors";

export const deploymentDoors = (): DeploymentDoors =>
  oncePerProcess<DeploymentDoors>(slot, () => {
    throw new Error("the panel was started without its way to nodes and runs");
  });

export const installDeploymentDoors = (doors: DeploymentDoors): void => replaceInProcess(slot, doors);
