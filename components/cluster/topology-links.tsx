"use client";

import { useTranslations } from "next-intl";
import type { TopologyLink, TopologyNic } from "@/components/cluster/topology-model";

export interface LinkLayout {
  link: TopologyLink;
  /** Middle of the link within the picture. */
  x: number;
  /** Width it may take. */
  width: number;
  /** Where its network's line runs. */
  railY: number;
}

/** Where the parts of a link stand below the node's lower edge at `top`. */
export const linkHeights = { nic: 26, bond: 62, bridge: 96 } as const;
const chipHeight = 18;

export function nicState(nic: TopologyNic): "up" | "down" | "unknown" {
  if (nic.carrier === null) return "unknown";
  return nic.carrier ? "up" : "down";
}

const strokes = {
  up: "stroke-good-mark",
  down: "stroke-failed-mark [stroke-dasharray:3_3]",
  unknown: "stroke-unknown-mark [stroke-dasharray:1_4]",
} as const;

/** "10G", "1G", "100M"; empty when the NIC does not say. */
export function speedText(speedMbps: number | null): string {
  if (speedMbps === null) return "";
  return speedMbps >= 1000 ? `${speedMbps / 1000}G` : `${speedMbps}M`;
}

/** One way from a node to a network: NICs, bond, bridge, line. Thicker = faster; dashed and crossed = no link. */
export function LinkColumn({ layout, top }: { layout: LinkLayout; top: number }) {
  const { link, x, width, railY } = layout;
  const nicWidth = Math.min(40, (width - 6) / Math.max(1, link.nics.length) - 4);
  const gap = nicWidth + 5;
  const first = x - ((link.nics.length - 1) * gap) / 2;
  const meet = link.bond !== null ? top + linkHeights.bond : link.bridge !== null ? top + linkHeights.bridge : railY;
  const anyUp = link.nics.some((nic) => nicState(nic) === "up");
  const trunk = anyUp ? "up" : link.nics.some((nic) => nicState(nic) === "unknown") ? "unknown" : "down";
  const afterNics = meet + (link.bond !== null || link.bridge !== null ? chipHeight / 2 : 0);
  return (
    <g strokeWidth={1.5} fill="none">
      {link.nics.map((nic, index) => {
        const nicX = first + index * gap;
        const nicY = top + linkHeights.nic;
        return (
          <g key={nic.name}>
            <path d={`M${nicX} ${top}V${nicY - chipHeight / 2}`} className="stroke-line-strong" />
            <path
              d={`M${nicX} ${nicY + chipHeight / 2}L${x} ${meet - (afterNics > meet ? chipHeight / 2 : 0)}`}
              className={strokes[nicState(nic)]}
              strokeWidth={(nic.speedMbps ?? 0) >= 10_000 ? 2.5 : 1.5}
            />
            <NicChip nic={nic} x={nicX} y={nicY} width={nicWidth} />
          </g>
        );
      })}
      {link.bond !== null && (
        <>
          <path
            d={`M${x} ${top + linkHeights.bond + chipHeight / 2}V${link.bridge === null ? railY : top + linkHeights.bridge - chipHeight / 2}`}
            className={strokes[trunk]}
            strokeWidth={2.5}
          />
          <Chip x={x} y={top + linkHeights.bond} width={Math.min(width - 8, 64)} text={link.bond} />
        </>
      )}
      {link.bridge !== null && (
        <>
          <path
            d={`M${x} ${top + linkHeights.bridge + chipHeight / 2}V${railY}`}
            className={strokes[trunk]}
            strokeWidth={2.5}
          />
          <Chip x={x} y={top + linkHeights.bridge} width={Math.min(width - 8, 76)} text={link.bridge} />
        </>
      )}
      <circle cx={x} cy={railY} r={4} className="fill-panel stroke-line-strong" />
    </g>
  );
}

function NicChip({ nic, x, y, width }: { nic: TopologyNic; x: number; y: number; width: number }) {
  const t = useTranslations("cluster.topology");
  const state = nicState(nic);
  const words = { up: t("linkUp"), down: t("linkDown"), unknown: t("linkUnknown") };
  return (
    <g>
      <title>{`${nic.name} ${speedText(nic.speedMbps)} ${words[state]}`}</title>
      <Chip x={x} y={y} width={width} text={nic.name} dashed={state !== "up"} />
      {state === "down" && (
        <path d={`M${x - 4} ${y + 13}l8 8m0 -8l-8 8`} className="stroke-failed-mark" strokeWidth={2} />
      )}
      {width >= 34 && (
        <text x={x + 3} y={y - 12} className="fill-muted stroke-none text-[9px]">
          {speedText(nic.speedMbps)}
        </text>
      )}
    </g>
  );
}

function Chip({ x, y, width, text, dashed }: { x: number; y: number; width: number; text: string; dashed?: boolean }) {
  return (
    <>
      <rect
        x={x - width / 2}
        y={y - chipHeight / 2}
        width={width}
        height={chipHeight}
        rx={3}
        className="fill-panel stroke-line-strong"
        strokeWidth={1}
        strokeDasharray={dashed ? "3 2" : undefined}
      />
      <text
        x={x}
        y={y + 3.5}
        textAnchor="middle"
        className="fill-ink stroke-none font-mono text-[10px]"
        {...(text.length * 6.2 > width ? { textLength: width - 6, lengthAdjust: "spacingAndGlyphs" } : {})}
      >
        {text}
      </text>
    </>
  );
}
