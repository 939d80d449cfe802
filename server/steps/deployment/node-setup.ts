import { clusterSecretRef, clusterSecretsSchema } from "@/contract/cluster-secrets";
import { haNodes } from "@/contract/ha-config";
import { type NodeSetup, suitePaths } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import {
  type DeployContext,
  type DeployStep,
  nodeNames,
  onEach,
  outputOf,
  shown,
} from "@/server/steps/deployment/deploy-step";
import { suiteLogin } from "@/server/steps/deployment/ceph-pool";
import { stagedConsulPath } from "@/server/steps/deployment/consul-binary";

const setupNode = [suitePaths.executable, "setup-node", "--json", "-"];
const removeSetup = [suitePaths.executable, "remove-node-setup", "--json"];

/** What `node` is told; the keys in it go to standard input only. */
export async function setupInput(context: DeployContext, node: string): Promise<NodeSetup> {
  const { input } = context;
  const secrets = clusterSecretsSchema.parse(
    JSON.parse(await context.secret(clusterSecretRef(context.plan.clusterId))),
  );
  const { consul } = input.software;
  return {
    protocol: 1,
    node,
    config: input.config,
    profile: input.haProfile,
    consul: {
      binary: consul.from === "bundle" ? stagedConsulPath : null,
      sha256: consul.from === "bundle" ? consul.sha256 : null,
      datacenter: "dc1",
      gossipKey: secrets.gossipKey,
      managementToken: secrets.managementToken,
      suiteToken: secrets.suiteToken,
    },
    ceph: input.config.Type === "CephConf" ? await suiteLogin(context) : null,
    peer: {
      privateKey: secrets.peerPrivateKey,
      publicKey: secrets.peerPublicKey,
      fingerprints: Object.fromEntries(input.nodes.map(({ name, hostKeyFingerprint }) => [name, hostKeyFingerprint])),
    },
  };
}

const isActive = async (context: DeployContext, unit: string): Promise<boolean> =>
  (await context.command(["systemctl", "is-active", "--quiet", unit], { allow: [1, 2, 3, 4] })).code === 0;

/** Consul, time, firewall, libvirt's hook and zshad on one node: what `zsha install` does there. */
export const nodeSetup: DeployStep = {
  plan: (input) => ({
    id: "ensure-node-setup",
    phase: "ha",
    cells: nodeNames(input),
    commands: onEach(nodeNames(input), setupNode, "configuration, Consul's and Ceph's keys"),
    undo: { kind: "commands", commands: nodeNames(input).map((node) => shown(node, removeSetup)) },
    pointOfNoReturn: false,
    softTimeoutSeconds: 60,
    timeoutSeconds: 600,
  }),
  definition: {
    id: "ensure-node-setup",
    async precheck(context) {
      const text = await context.host().readFile(suitePaths.clusterFile);
      if (text === null) return { kind: "ready" };
      const names = haNodes(context.input.config).map((node) => node.name);
      const foreign = names.every((name) => text.includes(name)) ? null : text;
      return foreign === null
        ? { kind: "ready" }
        : {
            kind: "blocked",
            reason: say("node-of-other-cluster", { node: context.cell, path: suitePaths.clusterFile }),
          };
    },
    async run(context) {
      outputOf(
        await context.detached(setupNode, { stdin: JSON.stringify(await setupInput(context, context.cell)) }),
        say("work-setting-up-node"),
        context.cell,
      );
    },
    async verify(context) {
      for (const unit of ["consul.service", "zsha.service"]) {
        if (!(await isActive(context, unit)))
          return { reached: false, missing: say("unit-not-active", { unit, node: context.cell }) };
      }
      return { reached: true, observed: say("node-services-run") };
    },
    async undo(context) {
      await context.command(removeSetup, { timeoutMs: 120_000, allow: [127] });
      return { observed: say("node-setup-removed") };
    },
  },
};
