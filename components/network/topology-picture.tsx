"use client";

import { useTranslations } from "next-intl";
import { nodeMark, nodeWord } from "@/components/cluster/marks";
import { type Attachment, worstStanding } from "@/components/network/network-model";
import { CableRows } from "@/components/network/topology-cables";
import { columns, fit, pictureWidth } from "@/components/network/topology-columns";
import { type AttachmentLayout, type NodeLayout, topologyLayout } from "@/components/network/topology-layout";
import { standingMarks } from "@/components/network/use-cable-words";
import { useZoomLabels } from "@/components/shell/use-zoom-labels";
import { PictureMark } from "@/components/ui/picture-mark";
import { ZoomBox } from "@/components/ui/zoom-box";
import type { ClusterStatus, NodeStatus } from "@/contract/cluster-status";

export interface TopologyPictureProps {
  status: ClusterStatus;
  attachments: readonly Attachment[];
  /** Told when somebody follows a cable into the table. */
  onFollow: () => void;
}

/** From each node to its switch ports, left to right: node, network, bond, NIC, cable, far side. Wide: it scrolls rather than shrinks. */
export function TopologyPicture({ status, attachments, onFollow }: TopologyPictureProps) {
  const t = useTranslations("network");
  const { nodes, height } = topologyLayout(
    status.nodes.map(({ name }) => name),
    attachments,
  );
  const isWhole = worstStanding(attachments) === "good";
  const bad = attachments.flatMap(({ cables }) => cables).filter(({ state }) => state !== "up").length;
  return (
    <ZoomBox label={t("topology.title")} naturalRem={60} {...useZoomLabels()}>
      <p className="sr-only">
        {t("topology.description", { nodes: nodes.length, cables: attachments.flatMap(({ cables }) => cables).length })}{" "}
        {isWhole ? t("topology.whole") : t("topology.notUp", { count: bad })}
      </p>
      <svg viewBox={`0 0 ${pictureWidth} ${height + headHeight}`} className="w-full">
        <Heads />
        <g transform={`translate(0 ${headHeight})`}>
          {nodes.map((layout) => {
            const node = status.nodes.find(({ name }) => name === layout.node);
            return (
              <g key={layout.node}>
                {node !== undefined && <NodeBox node={node} layout={layout} onFollow={onFollow} />}
                {layout.attachments.map((attachment) => (
                  <AttachmentRow key={attachment.attachment.network} layout={attachment} onFollow={onFollow} />
                ))}
              </g>
            );
          })}
        </g>
      </svg>
    </ZoomBox>
  );
}

const headHeight = 22;

function Heads() {
  const t = useTranslations("network.topology.head");
  return (
    <g aria-hidden className="fill-muted text-[10.5px]">
      {(["node", "network", "bond", "nic", "far"] as const).map((name) => (
        <text key={name} x={columns[name].x} y={13}>
          {t(name)}
        </text>
      ))}
    </g>
  );
}

function NodeBox({ node, layout, onFollow }: { node: NodeStatus; layout: NodeLayout; onFollow: () => void }) {
  const t = useTranslations("cluster");
  const word = nodeWord(node);
  const { x, width } = columns.node;
  const middle = layout.y + layout.height / 2;
  return (
    <a href={`#links-${node.name}`} onClick={onFollow} className="group outline-none">
      <rect
        x={x}
        y={layout.y}
        width={width}
        height={layout.height}
        rx={6}
        className="fill-sunken stroke-line-strong group-hover:stroke-accent group-focus-visible:stroke-focus group-focus-visible:[stroke-width:3]"
      />
      <PictureMark state={nodeMark(word)} x={x + 10} y={middle - 22} />
      <text x={x + 32} y={middle - 9} className="fill-ink text-[13px] font-semibold">
        {fit(node.name, width - 40, 7.2)}
      </text>
      <text x={x + 10} y={middle + 9} className="fill-muted font-mono text-[11px]">
        {node.address}
      </text>
      <text x={x + 10} y={middle + 25} className="fill-muted text-[11px]">
        {t(`nodeState.${word}`)}
      </text>
    </a>
  );
}

/** Which network it is, what carries it on this node, and how well: then its cables. */
function AttachmentRow({ layout, onFollow }: { layout: AttachmentLayout; onFollow: () => void }) {
  const t = useTranslations("network");
  const { attachment, y, height } = layout;
  const { plan, device, ip, standing } = attachment;
  const { x, width } = columns.network;
  const middle = y + height / 2;
  const address = ip === null ? t("plan.noAddress") : `${ip}/${plan.prefixLength ?? ""}`;
  return (
    <g>
      <path d={`M${columns.node.x + columns.node.width} ${middle}H${x}`} className="stroke-line-strong" />
      <rect x={x} y={y} width={width} height={height} rx={5} className="fill-panel stroke-line-strong" />
      <PictureMark state={standingMarks[standing]} x={x + 8} y={middle - 17} size={14} />
      <text x={x + 28} y={middle - 5} className="fill-ink text-[12px] font-medium">
        {t(`label.${plan.id}`)}
      </text>
      <text x={x + width - 8} y={middle - 5} textAnchor="end" className="fill-ink font-mono text-[11px]">
        {fit(device ?? "–", width - 90, 6.7)}
      </text>
      <text x={x + 8} y={middle + 14} className="fill-muted font-mono text-[10.5px]">
        {address}
      </text>
      <text x={x + width - 8} y={middle + 14} textAnchor="end" className="fill-muted text-[10.5px]">
        {t("topology.mtu", { mtu: attachment.mtu ?? "?" })}
      </text>
      <CableRows layout={layout} onFollow={onFollow} />
    </g>
  );
}
