import type { HaConfig } from "@/contract/ha-config";
import type { HaStatus, ImageFolderStatus, ManagementVmStatus } from "@/contract/ha-status";
import { joined, say, type Sentence } from "@/contract/sentence";
import type { ConsulSeen, PeerSeen } from "@/suite/core/seen";
import { folderImage } from "@/suite/image-lock/folder-lock";
import { whyUnproven } from "@/suite/image-lock/proof";

type Peers = Readonly<Record<string, Pick<PeerSeen, "record" | "session">>>;

/** What every node has told of the folder's locks. */
export function imageFolderOf(config: HaConfig, nodes: readonly string[], seen: ConsulSeen | null): ImageFolderStatus {
  const peers: Peers = seen?.peers ?? {};
  return {
    path: folderImage(config),
    nodes: nodes.map((node) => {
      const lock = peers[node]?.record.imageLock ?? null;
      const others = nodes.filter((other) => other !== node);
      const doubts = distinct(others.flatMap((other) => whyNot(node, other, peers) ?? []));
      return {
        node,
        mount: lock?.mount ?? null,
        refusedBy: others.filter((other) => whyNot(node, other, peers) === null),
        doubts: lock?.noArbiter == null ? doubts : [lock.noArbiter],
      };
    }),
  };
}

/** Could somebody else start the VM if the owner failed now? */
export function folderFence(folder: ImageFolderStatus, vm: ManagementVmStatus): HaStatus["fence"] {
  const { node: owner } = vm;
  if (owner === null) return { armed: true, because: say("fence-idle") };
  const others = folder.nodes.filter(({ node }) => node !== owner);
  const ready = others.filter(({ refusedBy }) => refusedBy.includes(owner));
  if (ready.length > 0) {
    const nodes = ready.map(({ node }) => node).join(", ");
    return { armed: true, because: say("fence-lock", { image: folder.path, nodes }) };
  }
  const why = distinct(others.flatMap(({ doubts }) => doubts));
  return { armed: false, because: say("fence-lock-none", { why: joined(why) }) };
}

const whyNot = (node: string, other: string, peers: Peers): Sentence | null =>
  whyUnproven(node, peers[node]?.record.imageLock ?? null, other, peers[other]?.record.imageLock ?? null);

function distinct(sentences: readonly Sentence[]): Sentence[] {
  const told = new Set<string>();
  return sentences.filter((sentence) => {
    const text = JSON.stringify(sentence);
    if (told.has(text)) return false;
    told.add(text);
    return true;
  });
}
