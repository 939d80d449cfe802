"use client";

import { useTranslations } from "next-intl";
import { cn } from "@/components/ui/cn";
import { type MarkState, StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import { type MatrixCell, matrixOf, type NetworkCheck } from "@/contract/network-check";
import type { NetworkPlan } from "@/contract/network-plan";

const marks: Record<MatrixCell["state"], MarkState> = {
  good: "done",
  partly: "needs-you",
  mtu: "needs-you",
  dead: "failed",
  unknown: "unknown",
};
const grounds: Record<MatrixCell["state"], string> = {
  good: "",
  partly: "bg-needs-soft",
  mtu: "bg-needs-soft",
  dead: "bg-failed-soft",
  unknown: "bg-unknown-soft",
};

/** Every node's way to every other in one network: row asks, column answers. */
export function LinkMatrix({ check, plan }: { check: NetworkCheck; plan: NetworkPlan }) {
  const t = useTranslations("network.matrix");
  const names = useTranslations("network.short");
  const nodes = plan.onNodes.map(({ node }) => node);
  const cells = matrixOf(check, plan.id, nodes);
  return (
    <Table caption={t("caption", { network: names(plan.id) })}>
      <TableHead>
        <HeaderCell>{t("from")}</HeaderCell>
        {nodes.map((node) => (
          <HeaderCell key={node} className="normal-case">
            {t("to", { node })}
          </HeaderCell>
        ))}
      </TableHead>
      <TableBody>
        {nodes.map((from) => (
          <tr key={from}>
            <RowHeader>{from}</RowHeader>
            {nodes.map((to) => {
              const cell = cells.find((one) => one.from === from && one.to === to);
              return cell === undefined ? (
                <Cell key={to} className="bg-sunken text-center text-muted">
                  <span aria-hidden>–</span>
                  <span className="sr-only">{t("itself")}</span>
                </Cell>
              ) : (
                <PathCell key={to} cell={cell} plan={plan} />
              );
            })}
          </tr>
        ))}
      </TableBody>
    </Table>
  );
}

function PathCell({ cell, plan }: { cell: MatrixCell; plan: NetworkPlan }) {
  const t = useTranslations("network.matrix");
  const { state, rttMs, lossPercent, largestMtu, deadFlows, flows } = cell;
  const said = {
    good: rttMs === null ? t("good") : t("rtt", { milliseconds: rttMs }),
    partly: deadFlows > 0 ? t("flowsLost", { dead: deadFlows, flows }) : t("loss", { percent: lossPercent ?? 0 }),
    mtu: t("mtu", { largest: largestMtu ?? 0, mtu: plan.mtu }),
    dead: t("dead"),
    unknown: t("unknown"),
  };
  const more = state === "good" ? t("passes", { percent: lossPercent ?? 0, mtu: largestMtu ?? plan.mtu }) : null;
  return (
    <Cell className={cn(grounds[state])}>
      <StateMark state={marks[state]} label={said[state]} className={state === "good" ? "text-ink" : undefined} />
      {more !== null && <span className="block pl-5 text-2xs whitespace-nowrap text-muted">{more}</span>}
    </Cell>
  );
}
