import type { DeploymentInput } from "@/contract/deployment-input";
import { stagedImagePath } from "@/server/procedures/deploy-cluster/image-commands";
import { type DeployContext, firstNode } from "@/server/steps/deployment/deploy-step";

/** Reading a file of some hundred GB once; shorter gives up on a large image, longer hides a dead disk. */
const digestTimeoutMs = 1_800_000;

/** SHA-256 of the staged file on the node, null when it is not there. */
export async function stagedDigest(context: DeployContext<DeploymentInput>): Promise<string | null> {
  const node = firstNode(context.input);
  const argv = ["sha256sum", stagedImagePath(context.input)];
  const result = await context.host(node).exec(argv, { timeoutMs: digestTimeoutMs, signal: context.signal });
  return result.kind === "exited" && result.code === 0 ? (result.stdout.split(" ")[0] ?? null) : null;
}
