"use client";

import { useTranslations } from "next-intl";
import { speedText } from "@/components/cluster/topology-links";
import type { Cable } from "@/components/network/network-model";
import { columns, farNameX, fit } from "@/components/network/topology-columns";
import { type AttachmentLayout, type CableRow, rowHeight } from "@/components/network/topology-layout";
import { cableMark, useCableWords } from "@/components/network/use-cable-words";
import { cn } from "@/components/ui/cn";
import { PictureMark } from "@/components/ui/picture-mark";
import type { MarkState } from "@/components/ui/state-mark";

const chipHeight = 24;
const endOf = ({ x, width }: { x: number; width: number }): number => x + width;

/** Thick = fast; long dashes = a link the bond does not use; short dashes and a cross = no link; dots = nobody knows. */
function strokeOf(cable: Cable, mark: MarkState): string {
  const width = (cable.speedMbps ?? 0) >= 10_000 ? "[stroke-width:2.5]" : "[stroke-width:1.5]";
  if (mark === "unknown") return "stroke-unknown-mark [stroke-dasharray:1_4] [stroke-width:2]";
  if (cable.state === "off") return "stroke-line-strong [stroke-dasharray:3_3]";
  if (cable.state !== "up") return "stroke-failed-mark [stroke-dasharray:3_3] [stroke-width:2]";
  if (cable.verdict === "standby") return "stroke-good-mark [stroke-width:1]";
  return cn(width, mark === "done" ? "stroke-good-mark" : "stroke-failed-mark [stroke-dasharray:9_4]");
}

/** Bond, NICs, cables and the far side of one network on one node. */
export function CableRows({ layout, onFollow }: { layout: AttachmentLayout; onFollow: () => void }) {
  const { attachment, rows, groups } = layout;
  const middle = layout.y + layout.height / 2;
  const bonded = attachment.plan.link !== "single";
  const from = bonded ? endOf(columns.bond) : endOf(columns.network);
  return (
    <g fill="none">
      {rows.map(({ cable, y }) => (
        <path
          key={cable.nic}
          d={`M${from} ${middle}C${from + 14} ${middle} ${columns.nic.x - 14} ${y} ${columns.nic.x} ${y}`}
          className="stroke-line-strong"
        />
      ))}
      {bonded && <BondChip layout={layout} middle={middle} />}
      {groups.map((group) => (
        <FarBox key={group.key} rows={group.rows} y={group.y} height={group.height} />
      ))}
      {rows.map((row) => (
        <CableLine key={row.cable.nic} layout={layout} row={row} onFollow={onFollow} />
      ))}
    </g>
  );
}

function BondChip({ layout, middle }: { layout: AttachmentLayout; middle: number }) {
  const t = useTranslations("network");
  const { attachment } = layout;
  const { plan, bond, cables } = attachment;
  const { x, width } = columns.bond;
  const carrying = cables.filter((cable) => cableMark(cable, attachment) === "done").length;
  return (
    <g>
      <path d={`M${endOf(columns.network)} ${middle}H${x}`} className="stroke-line-strong" />
      <rect x={x} y={middle - 21} width={width} height={42} rx={4} className="fill-panel stroke-line-strong" />
      <text x={x + 8} y={middle - 4} className="fill-ink font-mono text-[11.5px]">
        {fit(plan.bond ?? "", width - 42, 7)}
      </text>
      <text x={x + width - 8} y={middle - 4} textAnchor="end" className="fill-ink text-[11px]">
        {bond === null ? "?" : `${carrying}/${cables.length}`}
      </text>
      <text x={x + 8} y={middle + 13} className="fill-muted text-[10.5px]">
        {t(`mode.${plan.link}`)}
      </text>
    </g>
  );
}

/** The NIC, its cable and what its port says. One stop of the Tab key; it leads to its row in the table. */
function CableLine({ layout, row, onFollow }: { layout: AttachmentLayout; row: CableRow; onFollow: () => void }) {
  const words = useCableWords();
  const { attachment } = layout;
  const { cable, y } = row;
  const mark = cableMark(cable, attachment);
  const { x, width } = columns.nic;
  const [left, right] = [endOf(columns.nic), columns.far.x];
  // Who is not there has no port and no state: the far side says so already.
  const isAnswered = cable.state === "up" && cable.far.partner !== "none";
  const parts = isAnswered ? [words.port(cable), words.bond(cable, attachment)] : [];
  const said = parts.filter((part) => part !== null).join(" · ");
  return (
    <a href={`#cable-${attachment.node}-${cable.nic}`} onClick={onFollow} className="group outline-none">
      {/* The name in words; a label beside the drawn text would have to repeat it, abbreviations and all. */}
      <title>{words.all(cable, attachment)}</title>
      <path d={`M${left} ${y}H${right}`} className={strokeOf(cable, mark)} />
      {(cable.state === "down" || cable.state === "missing") && (
        <path
          d={`M${(left + right) / 2 - 5} ${y - 5}l10 10m0 -10l-10 10`}
          className="stroke-failed-mark [stroke-width:2]"
        />
      )}
      <rect
        x={x}
        y={y - chipHeight / 2}
        width={width}
        height={chipHeight}
        rx={4}
        className="fill-panel stroke-line-strong group-hover:stroke-accent group-focus-visible:stroke-focus group-focus-visible:[stroke-width:3]"
        strokeDasharray={cable.state === "up" ? undefined : "3 2"}
      />
      <PictureMark state={mark} x={x + 6} y={y - 7} size={14} />
      <text x={x + 26} y={y + 4} className="fill-ink font-mono text-[11.5px]">
        {fit(cable.nic, width - 74, 7)}
      </text>
      <text x={x + width - 7} y={y + 4} textAnchor="end" className="fill-muted text-[10.5px]">
        {cable.state === "up" ? speedText(cable.speedMbps) : fit(words.link(cable), 62, 6)}
      </text>
      <text x={right + 10} y={y + 4} className="fill-ink text-[10.5px]">
        {fit(said, farNameX - right - 16, 5.1)}
      </text>
    </a>
  );
}

/** One channel group, or one port, of the switch side. Dashed: nothing tells what it is. */
function FarBox({ rows, y, height }: { rows: readonly CableRow[]; y: number; height: number }) {
  const words = useCableWords();
  const [first] = rows;
  if (first === undefined) return null;
  const { cable } = first;
  const { name, group } = words.far(cable);
  const isTold = cable.state === "up" && (cable.far.lldp !== null || cable.far.partner !== null);
  const { x, width } = columns.far;
  const middle = y + height / 2;
  const twoLines = group !== null && height > rowHeight;
  return (
    <g>
      <rect
        x={x}
        y={y}
        width={width}
        height={height}
        rx={4}
        className={cn("stroke-line-strong", isTold ? "fill-sunken" : "fill-transparent")}
        strokeDasharray={isTold ? undefined : "3 3"}
      />
      <text x={farNameX} y={twoLines ? middle - 3 : middle + 4} className="fill-ink font-mono text-[10.5px]">
        {fit(name, x + width - farNameX - 8, 6.5)}
      </text>
      {twoLines && (
        <text x={farNameX} y={middle + 13} className="fill-muted text-[10.5px]">
          {group}
        </text>
      )}
    </g>
  );
}
