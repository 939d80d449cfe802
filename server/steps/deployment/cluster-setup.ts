import { actorOfRun } from "@/contract/run-actor";
import { serialiseConfig } from "@/contract/config-text";
import { haStatusSchema } from "@/contract/ha-status";
import { type ClusterSetup, suitePaths } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import { type DeployContext, type DeployStep, firstNode, outputOf, shown } from "@/server/steps/deployment/deploy-step";
import { setupInput } from "@/server/steps/deployment/node-setup";
import { statusConfCommand } from "@/server/steps/lifecycle/current-config";

const seenSchema = haStatusSchema.pick({ config: true, configVersion: true });
const setupCluster = [suitePaths.executable, "setup-cluster", "--json", "-"];

async function clusterInput(context: DeployContext, start: boolean): Promise<ClusterSetup> {
  const { storage } = context.input;
  return {
    // Its own Ceph is set as the profile says; an existing one only where its owner agreed.
    tuneCeph: storage.mode === "bootstrap" || storage.tuneFailover === true,
    ...(await setupInput(context, firstNode(context.input))),
    start,
    actor: actorOfRun(context.runId),
  };
}

/**
 * Once all nodes run Consul: its access rules, the configuration and, at a first deployment, the wish that the management VM runs.
 * Later that wish is the operator's own.
 */
export const clusterSetupStep = (start: boolean): DeployStep => ({
  plan: (input) => ({
    id: "ensure-cluster-setup",
    phase: "ha",
    cells: ["cluster"],
    commands: [shown(firstNode(input), setupCluster, "configuration and Consul's keys")],
    undo: { kind: "none", because: say("setup-lives-in-consul") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 45,
    timeoutSeconds: 300,
  }),
  definition: {
    id: "ensure-cluster-setup",
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    async run(context) {
      const stdin = JSON.stringify(await clusterInput(context, start));
      outputOf(
        await context.detached(setupCluster, { stdin }),
        say("work-setting-up-cluster"),
        firstNode(context.input),
      );
    },
    async verify(context) {
      const options = { node: firstNode(context.input), allow: [1], timeoutMs: 20_000 };
      const { stdout } = await context.command(statusConfCommand, options);
      const last = stdout.trim().split("\n").at(-1) ?? "";
      if (last === "") return { reached: false, missing: say("status-no-answer") };
      const { config, configVersion } = seenSchema.parse(JSON.parse(last));
      if (config === undefined || configVersion === null)
        return { reached: false, missing: say("config-not-in-consul") };
      // Where members come or go one was there before: a command whose answer was lost may not have written the new one.
      if (serialiseConfig(config) !== serialiseConfig(context.input.config))
        return { reached: false, missing: say("config-not-imported") };
      return { reached: true, observed: say("config-in-consul", { version: configVersion }) };
    },
  },
});
