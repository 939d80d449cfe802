import { type Attachment, type Cable, farGroups } from "@/components/network/network-model";

export const rowHeight = 32;
/** Two lines of text must fit in the network's box. */
const attachmentHeightMin = 46;
const attachmentGap = 10;
const nodeGap = 20;
const margin = 8;

export interface CableRow {
  cable: Cable;
  /** Middle of the row. */
  y: number;
}
export interface AttachmentLayout {
  attachment: Attachment;
  y: number;
  height: number;
  rows: CableRow[];
  groups: { key: string; y: number; height: number; rows: CableRow[] }[];
}
export interface NodeLayout {
  node: string;
  y: number;
  height: number;
  attachments: AttachmentLayout[];
}

/** Nodes below each other, each with its networks, one row per cable: what belongs together stands at one height. */
export function topologyLayout(
  nodes: readonly string[],
  attachments: readonly Attachment[],
): { nodes: NodeLayout[]; height: number } {
  let y = margin;
  const placed = nodes.map((node) => {
    const top = y;
    const own = attachments
      .filter((attachment) => attachment.node === node)
      .map((attachment) => {
        const layout = attachmentLayout(attachment, y);
        y += layout.height + attachmentGap;
        return layout;
      });
    const height = Math.max(attachmentHeightMin, y - top - attachmentGap);
    y = top + height + nodeGap;
    return { node, y: top, height, attachments: own };
  });
  return { nodes: placed, height: y - nodeGap + margin };
}

function attachmentLayout(attachment: Attachment, y: number): AttachmentLayout {
  const { cables } = attachment;
  const height = Math.max(attachmentHeightMin, cables.length * rowHeight);
  const first = y + (height - cables.length * rowHeight) / 2 + rowHeight / 2;
  const rows = cables.map((cable, at) => ({ cable, y: first + at * rowHeight }));
  const groups = farGroups(cables).map(({ key, cables: members }) => {
    const own = rows.filter(({ cable }) => members.includes(cable));
    const top = (own[0]?.y ?? first) - rowHeight / 2 + 2;
    return { key, y: top, height: own.length * rowHeight - 4, rows: own };
  });
  return { attachment, y, height, rows, groups };
}
