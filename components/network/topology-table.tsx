"use client";

import { useTranslations } from "next-intl";
import type { Attachment } from "@/components/network/network-model";
import { cableMark, useCableWords } from "@/components/network/use-cable-words";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";

/** Everything the picture shows, and what it has no room for: one row per cable. */
export function TopologyTable({ attachments }: { attachments: readonly Attachment[] }) {
  const t = useTranslations("network");
  const words = useCableWords();
  const first = new Set<string>();
  return (
    <Table caption={t("topology.title")}>
      <TableHead>
        <HeaderCell>{t("topology.head.node")}</HeaderCell>
        <HeaderCell>{t("topology.head.nic")}</HeaderCell>
        <HeaderCell>{t("topology.head.network")}</HeaderCell>
        <HeaderCell>{t("topology.head.link")}</HeaderCell>
        <HeaderCell>{t("topology.head.bond")}</HeaderCell>
        <HeaderCell>{t("topology.head.far")}</HeaderCell>
        <HeaderCell numeric>{t("topology.head.changes")}</HeaderCell>
      </TableHead>
      <TableBody>
        {attachments.flatMap((attachment) =>
          attachment.cables.map((cable) => {
            const { node, plan, device } = attachment;
            const isFirst = !first.has(node);
            first.add(node);
            const { name, group } = words.far(cable);
            return (
              <tr
                key={`${node} ${plan.id} ${cable.nic}`}
                id={`cable-${node}-${cable.nic}`}
                className="scroll-mt-16 target:bg-accent-soft"
              >
                <RowHeader id={isFirst ? `links-${node}` : undefined} className="scroll-mt-16">
                  {node}
                </RowHeader>
                <Cell className="font-mono text-xs">{cable.nic}</Cell>
                <Cell>
                  {t(`label.${plan.id}`)} <span className="font-mono text-xs text-muted">{device}</span>
                </Cell>
                <Cell>
                  <StateMark state={cableMark(cable, attachment)} label={words.link(cable)} />
                </Cell>
                <Cell>
                  {plan.bond !== null && <span className="font-mono text-xs">{plan.bond} </span>}
                  {words.bond(cable, attachment) ?? "–"}
                </Cell>
                <Cell>{[name, group, words.port(cable)].filter((part) => part !== null).join(" · ")}</Cell>
                <Cell numeric>{cable.carrierChanges ?? "–"}</Cell>
              </tr>
            );
          }),
        )}
      </TableBody>
    </Table>
  );
}
