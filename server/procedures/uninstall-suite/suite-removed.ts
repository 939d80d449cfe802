import { managementVmDomainName } from "@/contract/ha-config";
import type { UninstallInput } from "@/contract/lifecycle";
import { cephKeyringPath, suitePaths } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import type { StepContext } from "@/server/engine/step";
import type { StepLine } from "@/server/steps/in-order";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import { outputOf } from "@/server/steps/deployment/deploy-step";

const stepId = "ensure-suite-removed";
const removeCommand = [suitePaths.executable, "remove-node-setup", "--json"];

const ownPaths = [
  suitePaths.executable,
  ...["zshad", "zs-bond-lacp", "zs-nic-to-bond", "zs-network-setting", "zs-show-network"].map(
    (name) => `/usr/sbin/${name}`,
  ),
  suitePaths.configDirectory,
  suitePaths.stateDirectory,
  suitePaths.runDirectory,
  suitePaths.consulConfig,
  suitePaths.consulData,
  "/etc/bash_completion.d/zsha",
  ...["zsha", "consul", "zsha-firewall"].map((unit) => `/etc/systemd/system/${unit}.service`),
];
const sharedFiles = ["/etc/hosts", "/root/.ssh/authorized_keys"];
/** find, grep: one of them is not there. */
const partly = [1, 2];

/** What an operator would find, looked for by ordinary programs: the suite's own word is not asked. */
async function leftOn(context: StepContext<UninstallInput>): Promise<string[]> {
  const { image } = context.input;
  const keyring = image.kind === "rbd" && image.cephUser !== null ? [cephKeyringPath(image.cephUser)] : [];
  const files = await context.command(["find", ...ownPaths, ...keyring, "-maxdepth", "0"], { allow: partly });
  const blocks = await context.command(["grep", "-l", "-s", "^# BEGIN zsha", ...sharedFiles], { allow: partly });
  const domains = await context.command(["virsh", "--quiet", "list", "--all", "--name"]);
  const rules = await context.command(["nft", "list", "table", "inet", "zsha"], { allow: [1] });
  return [
    ...lines(files.stdout),
    ...lines(blocks.stdout),
    ...lines(domains.stdout).filter((name) => name === managementVmDomainName),
    ...(rules.code === 0 ? ["nftables: table inet zsha"] : []),
  ];
}

const lines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** Every node by its own means: none needs Consul for it, and none the others. */
export const suiteRemovedLine: StepLine<UninstallInput> = {
  plan: ({ nodes }) => ({
    id: stepId,
    phase: "ha",
    cells: nodes.map(({ name }) => name),
    commands: nodes.map(({ name }) => shown(name, removeCommand)),
    undo: { kind: "none", because: say("suite-needs-install") },
    pointOfNoReturn: true,
    softTimeoutSeconds: 60,
    timeoutSeconds: 600,
  }),
  definition: {
    id: stepId,
    precheck: async (context) =>
      (await leftOn(context)).length === 0
        ? { kind: "already", observed: say("suite-removed", { node: context.cell }) }
        : { kind: "ready" },
    async run(context) {
      outputOf(await context.detached(removeCommand), say("work-removing-suite"), context.cell);
    },
    async verify(context) {
      const left = await leftOn(context);
      return left.length === 0
        ? { reached: true, observed: say("suite-removed", { node: context.cell }) }
        : { reached: false, missing: say("suite-left", { node: context.cell, what: left.join(", ") }) };
    },
  },
};
