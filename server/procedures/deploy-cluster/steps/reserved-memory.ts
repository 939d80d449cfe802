import { AppError } from "@/contract/errors";
import type { DeploymentInput } from "@/contract/deployment-input";
import { say } from "@/contract/sentence";
import { reservedMemory } from "@/contract/sizing";
import { pollUntil } from "@/lib/poll-until";
import type { PlatformAddress } from "@/server/ports/platform";
import { disksOf } from "@/server/steps/deployment/ceph-layout";
import {
  type DeployContext,
  type DeploymentAssets,
  type DeployStep,
  nodeNames,
} from "@/server/steps/deployment/deploy-step";
import { managementIpOn } from "@/server/procedures/deploy-cluster/steps/management-vm";

const category = "kvm";
const setting = "reservedMemory";
/** The platform's API starts minutes after its UI's first page on a large installation. */
const apiWaitMs = 300_000;

const osdsPerNode = (input: DeploymentInput): number =>
  input.storage.mode === "existing"
    ? input.storage.osdsPerNode
    : Math.max(...nodeNames(input).map((node) => disksOf(input, node).length));

/** "27G" for the manual's example. */
export function reservedMemoryValue(input: DeploymentInput): string {
  const { totalGb } = reservedMemory({
    osdsPerNode: osdsPerNode(input),
    media: input.storage.media,
    managementVmGb: input.config.MemorySizeInGB,
  });
  return `${totalGb}G`;
}

/** Any of the VM's addresses will do: it answers on the one of the node it runs on. */
async function address(context: DeployContext<DeploymentInput>, assets: DeploymentAssets): Promise<PlatformAddress> {
  const { platform } = context.input;
  if (platform.passwordSecretRef === null) throw new AppError("bad-input", say("platform-no-password"));
  const password = await context.secret(platform.passwordSecretRef);
  const ips = [...new Set(nodeNames(context.input).flatMap((node) => managementIpOn(context.input, node) ?? []))];
  for (const ip of ips) {
    if ((await assets.platform.uiStatus(ip, context.signal)) !== null) return { ip, user: platform.user, password };
  }
  throw new AppError("node-unreachable", say("vm-silent-on", { addresses: ips.join(", ") }), {
    facts: { node: ips.join(", ") },
  });
}

export const reservedMemoryStep = (assets: DeploymentAssets): DeployStep<DeploymentInput> => ({
  plan: (input) => {
    if (input.platform.kind === "none" || input.platform.passwordSecretRef === null) return null;
    return {
      id: "ensure-reserved-memory",
      phase: "verify",
      cells: ["cluster"],
      commands: [
        {
          node: "panel",
          text: `PUT /zstack/v1/global-configurations/${category}/${setting}/actions {"updateGlobalConfig":{"value":"${reservedMemoryValue(input)}"}}`,
        },
      ],
      undo: { kind: "none", because: say("memory-stays") },
      pointOfNoReturn: false,
      softTimeoutSeconds: 60,
      timeoutSeconds: 600,
    };
  },
  definition: {
    id: "ensure-reserved-memory",
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    async run(context) {
      const target = await address(context, assets);
      const look = async () =>
        (await assets.platform.globalSetting(target, category, setting, context.signal).catch(() => null)) === null
          ? null
          : true;
      await pollUntil(look, { timeoutMs: apiWaitMs, everyMs: 2_000, signal: context.signal });
      await assets.platform.setGlobalSetting(
        target,
        category,
        setting,
        reservedMemoryValue(context.input),
        context.signal,
      );
    },
    async verify(context) {
      const value = await assets.platform.globalSetting(
        await address(context, assets),
        category,
        setting,
        context.signal,
      );
      const wanted = reservedMemoryValue(context.input);
      return value === wanted
        ? { reached: true, observed: say("memory-reserved", { value }) }
        : {
            reached: false,
            missing:
              value === null
                ? say("memory-not-set", { planned: wanted })
                : say("memory-not-reserved", { value, planned: wanted }),
          };
    },
  },
});
