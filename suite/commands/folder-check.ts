import type { HaConfig } from "@/contract/ha-config";
import { sentenceText } from "@/contract/sentence";
import { openCluster, viewOf } from "@/suite/commands/cluster-access";
import { imageFolderOf } from "@/suite/commands/folder-status";
import { folderOf, readMount } from "@/suite/image-lock/folder-lock";

export interface FolderCheck {
  /** One sentence about this node: what the folder is, and whose locks keep it out. */
  readonly line: string;
  /** Why this node would not take over from somebody. */
  readonly doubts: readonly string[];
}

/** The folder as this node sees it; on a member also what its zshad found of the others' locks, at most ten seconds ago. */
export async function checkFolder(config: HaConfig): Promise<FolderCheck> {
  const folder = folderOf(config);
  const { text, noArbiter } = await readMount(folder);
  const here = `${folder} is ${text}`;
  if (noArbiter !== null) return { line: here, doubts: [sentenceText(noArbiter)] };
  const access = await openCluster().catch(() => null);
  const read = access === null ? null : await access.consul.read("zsha/");
  if (access === null || read?.kind !== "entries")
    return { line: `${here}; whose locks keep this node out is found once zshad runs on all nodes`, doubts: [] };
  const { seen } = viewOf(access, read.entries);
  const status = imageFolderOf(
    config,
    access.cluster.nodes.map(({ name }) => name),
    seen,
  );
  const own = status.nodes.find(({ node }) => node === access.cluster.node);
  const heeds = own?.refusedBy ?? [];
  return {
    line: heeds.length === 0 ? here : `${here}; kept out by the locks of ${heeds.join(", ")}`,
    doubts: (own?.doubts ?? []).map(sentenceText),
  };
}
