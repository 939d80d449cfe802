"use client";

import { useTranslations } from "next-intl";
import { nodeMark } from "@/components/cluster/marks";
import type { TopologyNode } from "@/components/cluster/topology-model";
import { cn } from "@/components/ui/cn";
import { PictureMark } from "@/components/ui/picture-mark";
import type { MarkState } from "@/components/ui/state-mark";

export const nodeBoxHeight = 152;
const inset = 12;

export interface TopologyNodeBoxProps {
  node: TopologyNode;
  x: number;
  y: number;
  width: number;
  /** Its detail stands below the picture. */
  isOpen: boolean;
  onOpen: () => void;
}

/** One node of the picture: how it is, the management VM's seat, Consul and monitor, OSDs. Leads into the node. */
export function TopologyNodeBox({ node, x, y, width, isOpen, onOpen }: TopologyNodeBoxProps) {
  const t = useTranslations("cluster");
  const word = t(`nodeState.${node.word}`);
  const off = node.word !== "alive";
  return (
    <a
      href={`?node=${encodeURIComponent(node.name)}`}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onOpen();
      }}
      className="group outline-none"
    >
      <rect
        x={x}
        y={y}
        width={width}
        height={nodeBoxHeight}
        rx={6}
        className={cn(
          "fill-panel stroke-line-strong group-hover:stroke-accent group-focus-visible:stroke-focus group-focus-visible:[stroke-width:3]",
          off && "fill-sunken",
          isOpen && "stroke-accent [stroke-width:2]",
        )}
        strokeWidth={1}
        strokeDasharray={node.word === "unknown" || node.word === "unreachable" ? "4 3" : undefined}
      />
      <PictureMark state={nodeMark(node.word)} x={x + inset} y={y + 11} />
      <text x={x + inset + 22} y={y + 24} className="fill-ink text-[13px] font-semibold">
        {node.name}
      </text>
      <text x={x + width - inset} y={y + 24} textAnchor="end" className="fill-muted text-[11px]">
        {word}
      </text>
      <text x={x + inset} y={y + 42} className="fill-muted font-mono text-[11px]">
        {node.address}
      </text>
      <Seat node={node} x={x + inset} y={y + 52} width={width - inset * 2} />
      <Service
        x={x + inset}
        y={y + 90}
        state={node.consul === "unknown" ? "unknown" : node.consul === "none" ? "failed" : "done"}
        text={node.consul === "leader" ? t("topology.consulLeader") : t("topology.consulServer")}
        strong={node.consul === "leader"}
      />
      <Service
        x={x + width / 2 + 4}
        y={y + 90}
        state={monitorMarks[node.monitor]}
        text={t(`topology.${monitorTexts[node.monitor]}`)}
      />
      <Osds node={node} x={x + inset} y={y + 116} width={width - inset * 2} />
    </a>
  );
}

const monitorMarks: Record<TopologyNode["monitor"], MarkState> = {
  "in-quorum": "done",
  out: "failed",
  none: "not-needed",
  unknown: "unknown",
};
const monitorTexts = { "in-quorum": "mon", out: "monOut", none: "monNone", unknown: "monUnknown" } as const;

function useSeatText(node: TopologyNode): string {
  const t = useTranslations("cluster.topology");
  if (node.vm === "here") return t("vmHere");
  if (node.vm === "arriving") return t("vmComing");
  if (node.vm === "leaving") return t("vmLeaving");
  return { yes: t("standby"), no: t("notStandby"), unknown: t("standbyUnknown") }[node.standby];
}

/** Where the management VM sits, or whether it could. */
function Seat({ node, x, y, width }: { node: TopologyNode; x: number; y: number; width: number }) {
  const text = useSeatText(node);
  const taken = node.vm !== "no";
  const moving = node.vm === "arriving" || node.vm === "leaving";
  return (
    <g>
      <rect
        x={x}
        y={y}
        width={width}
        height={26}
        rx={4}
        className={cn(
          taken ? "fill-accent-soft stroke-accent" : "fill-transparent stroke-line-strong",
          moving && "animate-flow",
        )}
        strokeWidth={taken ? 1.5 : 1}
        strokeDasharray={node.vm === "here" ? undefined : "4 4"}
      />
      {taken && (
        <>
          <circle cx={x + 14} cy={y + 13} r={5.5} fill="none" className="stroke-accent" strokeWidth={2} />
          <circle cx={x + 14} cy={y + 13} r={2} className="fill-accent" />
        </>
      )}
      <text
        x={taken ? x + 27 : x + width / 2}
        y={y + 17}
        textAnchor={taken ? "start" : "middle"}
        className={cn("text-[11.5px]", taken ? "fill-ink font-semibold" : "fill-muted")}
      >
        {text}
      </text>
    </g>
  );
}

interface ServiceProps {
  x: number;
  y: number;
  state: MarkState;
  text: string;
  strong?: boolean;
}

function Service({ x, y, state, text, strong = false }: ServiceProps) {
  return (
    <g>
      <PictureMark state={state} x={x} y={y} size={12} />
      <text x={x + 17} y={y + 10} className={cn("fill-ink text-[11px]", strong && "font-semibold")}>
        {text}
      </text>
    </g>
  );
}

function Osds({ node, x, y, width }: { node: TopologyNode; x: number; y: number; width: number }) {
  const t = useTranslations("cluster.topology");
  const { osds } = node;
  if (osds === null || osds.length === 0)
    return (
      <text x={x} y={y + 15} className="fill-muted text-[11px]">
        {osds === null ? t("osdUnknown") : t("osdNone")}
      </text>
    );
  const step = Math.min(24, width / osds.length);
  return (
    <g>
      {osds.map((osd, index) => (
        <g key={osd.id}>
          <title>{`osd.${osd.id} ${osd.up ? "up" : "down"} ${osd.in ? "in" : "out"}`}</title>
          <rect
            x={x + index * step}
            y={y}
            width={step - 4}
            height={20}
            rx={2}
            strokeWidth={1.5}
            strokeDasharray={osd.in ? undefined : "3 2"}
            className={osd.up ? "fill-good-soft stroke-good-mark" : "fill-failed-soft stroke-failed-mark"}
          />
          {step >= 16 && (
            <text x={x + index * step + (step - 4) / 2} y={y + 14} textAnchor="middle" className="fill-ink text-[10px]">
              {osd.id}
            </text>
          )}
          {!osd.up && (
            <path
              d={`M${x + index * step + 1} ${y + 1}l${step - 6} 18m0 -18l-${step - 6} 18`}
              className="stroke-failed-mark"
              strokeWidth={1.2}
            />
          )}
        </g>
      ))}
    </g>
  );
}
