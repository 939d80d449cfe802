import { type DeploymentInput, deploymentInputSchema } from "@/contract/deployment-input";
import type { PlannedStep } from "@/contract/run";
import type { ProcedureDefinition } from "@/server/engine/step";
import type { DeploymentAssets, DeployStep } from "@/server/steps/deployment/deploy-step";
import { cephConnection } from "@/server/steps/deployment/ceph-connection";
import { cephKeys } from "@/server/steps/deployment/ceph-keys";
import { cephManagers } from "@/server/steps/deployment/ceph-managers";
import { cephMonitors } from "@/server/steps/deployment/ceph-monitors";
import { cephOsds } from "@/server/steps/deployment/ceph-osds";
import { cephPool } from "@/server/steps/deployment/ceph-pool";
import { clusterSetupStep } from "@/server/steps/deployment/cluster-setup";
import { consulBinary } from "@/server/steps/deployment/consul-binary";
import { imageFile } from "@/server/procedures/deploy-cluster/steps/image-file";
import { imageImport } from "@/server/procedures/deploy-cluster/steps/image-import";
import { imageVerify } from "@/server/procedures/deploy-cluster/steps/image-verify";
import { managementVm } from "@/server/procedures/deploy-cluster/steps/management-vm";
import { networks } from "@/server/procedures/deploy-cluster/steps/networks";
import { nodeSetup } from "@/server/steps/deployment/node-setup";
import { packages } from "@/server/steps/deployment/packages-step";
import { reservedMemoryStep } from "@/server/procedures/deploy-cluster/steps/reserved-memory";
import { suiteExecutable } from "@/server/steps/deployment/suite-executable";

type Planned = Omit<PlannedStep, "after">;

interface TableRow {
  step: DeployStep<DeploymentInput>;
  after: readonly DeployStep<DeploymentInput>[];
}

/** Three bare nodes to a protected management VM, in the manual's order. What does not depend on each other runs side by side. */
function tableOfContents(assets: DeploymentAssets): TableRow[] {
  const suite = suiteExecutable(assets);
  const consul = consulBinary(assets);
  const file = imageFile(assets);
  const vm = managementVm(assets);
  const clusterSetup = clusterSetupStep(true);
  return [
    { step: packages, after: [] },
    { step: suite, after: [] },
    { step: consul, after: [] },
    // Everything below talks over the planned networks; an upload running across the change would only be cut.
    { step: networks, after: [packages, suite, consul] },
    { step: cephConnection, after: [networks] },
    { step: cephKeys, after: [networks] },
    { step: cephMonitors, after: [cephKeys] },
    { step: cephManagers, after: [cephMonitors] },
    { step: cephOsds, after: [cephMonitors] },
    { step: cephPool, after: [cephConnection, cephManagers, cephOsds] },
    { step: file, after: [networks] },
    { step: imageImport, after: [cephPool, file] },
    { step: imageVerify, after: [imageImport] },
    { step: nodeSetup, after: [consul, cephPool] },
    // Wishes the management VM started: only when its disk is whole and every node can take it.
    { step: clusterSetup, after: [nodeSetup, imageVerify] },
    { step: vm, after: [clusterSetup] },
    { step: reservedMemoryStep(assets), after: [vm] },
  ];
}

/** What `row` waits for in this input's plan: a step that is not part of it hands on what it would have waited for. */
function waitsFor(
  table: readonly TableRow[],
  row: TableRow,
  planned: ReadonlyMap<DeployStep<DeploymentInput>, Planned | null>,
): string[] {
  const ids = row.after.flatMap((earlier): string[] => {
    const own = planned.get(earlier);
    if (own !== null && own !== undefined) return [own.id];
    const absent = table.find(({ step }) => step === earlier);
    return absent === undefined ? [] : waitsFor(table, absent, planned);
  });
  return [...new Set(ids)];
}

export function deployClusterProcedure(assets: DeploymentAssets): ProcedureDefinition<DeploymentInput> {
  const table = tableOfContents(assets);
  return {
    kind: "deploy-cluster",
    parseInput: (json) => deploymentInputSchema.parse(json),
    plan(input): PlannedStep[] {
      const planned = new Map(table.map(({ step }) => [step, step.plan(input)]));
      return table.flatMap((row) => {
        const own = planned.get(row.step);
        if (own === null || own === undefined) return [];
        return [{ ...own, after: waitsFor(table, row, planned) }];
      });
    },
    steps: table.map(({ step }) => step.definition),
  };
}
