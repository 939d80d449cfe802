"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { LinkColumn, type LinkLayout, linkHeights } from "@/components/cluster/topology-links";
import type { Topology } from "@/components/cluster/topology-model";
import { nodeBoxHeight, TopologyNodeBox } from "@/components/cluster/topology-node-box";
import { useZoomLabels } from "@/components/shell/use-zoom-labels";
import { ZoomBox } from "@/components/ui/zoom-box";

const width = 1060;
const margin = 8;
const nodeTop = 8;
const nodeBottom = nodeTop + nodeBoxHeight;
const firstRail = nodeBottom + linkHeights.bridge + 42;
const railGap = 26;

export interface TopologyPictureProps {
  topology: Topology;
  /** The node that is shown from near; null: none. */
  open: string | null;
  onOpen: (node: string) => void;
}

/** Nodes above, networks below as lines through the whole picture, links between them. */
export const TopologyPicture = memo(function TopologyPicture({ topology, open, onOpen }: TopologyPictureProps) {
  const t = useTranslations("cluster.topology");
  const { nodes, networks } = topology;
  const column = (width - margin * 2) / Math.max(1, nodes.length);
  const railY = new Map(networks.map((network, index) => [network.key, firstRail + index * railGap]));
  const height = networks.length === 0 ? nodeBottom + 8 : firstRail + (networks.length - 1) * railGap + 16;
  return (
    <ZoomBox label={t("title")} naturalRem={56} {...useZoomLabels()}>
      <p className="sr-only">{usePictureText(topology)}</p>
      <svg viewBox={`0 0 ${width} ${height}`} className="w-full">
        {networks.map((network) => {
          const y = railY.get(network.key) ?? 0;
          return (
            <path
              key={network.key}
              d={`M${margin} ${y}H${width - margin}`}
              className="stroke-line-strong"
              strokeWidth={2}
            />
          );
        })}
        {nodes.map((node, index) => {
          const x = margin + index * column + 6;
          const boxWidth = column - 12;
          const links = node.links ?? [];
          const slot = boxWidth / Math.max(1, links.length);
          return (
            <g key={node.name}>
              {links
                .map((link, at): LinkLayout & { key: string } => ({
                  key: `${link.networkKey} ${link.bridge ?? link.bond ?? link.nics[0]?.name ?? ""}`,
                  link,
                  x: x + slot * (at + 0.5),
                  width: slot,
                  railY: railY.get(link.networkKey) ?? firstRail,
                }))
                .map(({ key, ...layout }) => (
                  <LinkColumn key={key} layout={layout} top={nodeBottom} />
                ))}
              <TopologyNodeBox
                node={node}
                x={x}
                y={nodeTop}
                width={boxWidth}
                isOpen={node.name === open}
                onOpen={() => onOpen(node.name)}
              />
            </g>
          );
        })}
        {networks.map((network) => (
          // The halo keeps the name readable where a link crosses it.
          <text
            key={network.key}
            x={margin}
            y={(railY.get(network.key) ?? 0) - 6}
            strokeWidth={4}
            className="fill-muted stroke-panel font-mono text-[11px] [paint-order:stroke]"
          >
            {network.label}
          </text>
        ))}
      </svg>
    </ZoomBox>
  );
});

function usePictureText(topology: Topology): string {
  const t = useTranslations("cluster.topology");
  const vm =
    topology.vmNode !== null
      ? t("vmOn", { node: topology.vmNode })
      : topology.vmKnown
        ? t("vmNowhere")
        : t("vmUnknown");
  return t("description", { nodes: topology.nodes.length, networks: topology.networks.length, vm });
}
