import type { CephStatus } from "@/contract/ha-status";
import { type Answer, unread } from "@/contract/maintenance-guards";
import { say, type Sentence } from "@/contract/sentence";
import { openSentence, settledGuards } from "@/server/steps/maintenance/guards-step";
import { haNow, type NodeChangeContext } from "@/server/steps/nodes/node-change-step";

/** Right before something is taken away. What only could not be read is read again for a while; then it holds back like what fails. */
export const lastLook = async (
  context: Pick<NodeChangeContext, "signal">,
  read: () => Promise<readonly Answer[]>,
): Promise<Sentence | null> => openSentence(await settledGuards(context, read));

/** A last look at Ceph. */
export const lastLookAtCeph = (
  context: NodeChangeContext,
  judge: (seen: CephStatus) => Promise<readonly Answer[]>,
): Promise<Sentence | null> =>
  lastLook(context, async () => {
    const { ceph } = await haNow(context);
    return ceph.state === "unknown" ? [unread(say("reading-ceph"), ceph.reason)] : await judge(ceph.value);
  });
