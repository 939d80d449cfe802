"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { paths } from "@/components/client/paths";
import { type DeviceRow, deviceRows } from "@/components/cluster/topology-detail-model";
import { speedText } from "@/components/cluster/topology-links";
import type { TopologyNode } from "@/components/cluster/topology-model";
import { useBytesText } from "@/components/shell/use-bytes-text";
import { Button } from "@/components/ui/button";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { NodeStatus } from "@/contract/cluster-status";
import type { NodeFacts } from "@/contract/node-facts";

export interface TopologyDetailProps {
  clusterId: string;
  node: NodeStatus;
  drawn: TopologyNode;
  /** Null: not read. */
  facts: NodeFacts | null;
  onClose: () => void;
}

/** One node of the picture from near: its devices as they are cabled, the bonds' members, its OSDs and disks. */
export function TopologyDetail({ clusterId, node, drawn, facts, onClose }: TopologyDetailProps) {
  const t = useTranslations("cluster.topology.detail");
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever opened it with the keyboard goes on from here.
  useEffect(() => heading.current?.focus({ preventScroll: false }), [node.name]);
  const devices = deviceRows(node, facts);
  const bonds = node.links.state === "known" ? node.links.value.bonds : [];
  const link = "rounded-sm text-accent underline underline-offset-2";
  return (
    <section aria-label={t("title", { node: node.name })} className="border-t border-line">
      <header className="flex flex-wrap items-center justify-between gap-2 px-4 py-2">
        <h3 ref={heading} tabIndex={-1} className="font-semibold">
          {t("title", { node: node.name })}
        </h3>
        <div className="flex flex-wrap items-center gap-4">
          <Link href={`#node-${node.name}`} className={link}>
            {t("card")}
          </Link>
          <Link href={paths.clusterNetworks(clusterId)} className={link}>
            {t("networks")}
          </Link>
          <Link href={`${paths.clusterLogs(clusterId)}?node=${encodeURIComponent(node.name)}`} className={link}>
            {t("logs")}
          </Link>
          <Button size="sm" onClick={onClose}>
            {t("close")}
          </Button>
        </div>
      </header>
      {devices.length === 0 ? (
        <p className="px-4 pb-3 text-muted">{t("noDevices")}</p>
      ) : (
        <DeviceTable devices={devices} node={node.name} />
      )}
      {bonds.map((bond) => (
        <p key={bond.name} className="border-t border-line px-4 py-2 text-sm">
          <span className="font-mono text-xs">{bond.name}</span> · {bond.modeText} ·{" "}
          {bond.members.map((member) => (
            <span key={member.name} className="mr-3 inline-flex items-center gap-1">
              <StateMark
                state={member.miiUp ? "done" : "failed"}
                label={member.name === bond.activeMember ? t("active", { nic: member.name }) : member.name}
                className="font-normal"
              />
            </span>
          ))}
          {bond.partnerMac !== null && t("partner", { mac: bond.partnerMac })}
        </p>
      ))}
      <Storage drawn={drawn} facts={facts} />
      <ClockLine facts={facts} />
    </section>
  );
}

function DeviceTable({ devices, node }: { devices: readonly DeviceRow[]; node: string }) {
  const t = useTranslations("cluster.topology.detail");
  return (
    <Table caption={t("devices", { node })}>
      <TableHead>
        <HeaderCell>{t("device")}</HeaderCell>
        <HeaderCell>{t("kind")}</HeaderCell>
        <HeaderCell>{t("state")}</HeaderCell>
        <HeaderCell>{t("addresses")}</HeaderCell>
        <HeaderCell numeric>MTU</HeaderCell>
        <HeaderCell>MAC</HeaderCell>
      </TableHead>
      <TableBody>
        {devices.map((row) => (
          <tr key={row.name}>
            <RowHeader>
              <span className="font-mono text-xs" style={{ paddingLeft: `${row.depth * 1.25}rem` }}>
                {row.name}
              </span>
            </RowHeader>
            <Cell>{t(`kinds.${row.kind}`)}</Cell>
            <Cell>
              <DeviceState row={row} />
            </Cell>
            <Cell>
              <span className="font-mono text-xs">{row.addresses.length === 0 ? "–" : row.addresses.join(", ")}</span>
            </Cell>
            <Cell numeric>{row.mtu}</Cell>
            <Cell>
              <span className="font-mono text-xs">{row.mac}</span>
            </Cell>
          </tr>
        ))}
      </TableBody>
    </Table>
  );
}

function DeviceState({ row }: { row: DeviceRow }) {
  const t = useTranslations("cluster.topology");
  if (row.up === null) return <StateMark state="unknown" label={t("linkUnknown")} />;
  if (!row.up) return <StateMark state="failed" label={t("linkDown")} />;
  return <StateMark state="done" label={speedText(row.speedMbps) || t("linkUp")} />;
}

/** OSDs as Ceph tells them, disks as the node does. */
function Storage({ drawn, facts }: { drawn: TopologyNode; facts: NodeFacts | null }) {
  const t = useTranslations("cluster.topology");
  const bytes = useBytesText();
  const { osds } = drawn;
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 border-t border-line px-4 py-2 text-sm">
      <dt className="text-muted">{t("osds")}</dt>
      <dd>
        {osds === null
          ? t("osdUnknown")
          : osds.length === 0
            ? t("osdNone")
            : osds.map((osd) => (
                <span key={osd.id} className="mr-3 inline-flex">
                  <StateMark
                    state={osd.up ? (osd.in ? "done" : "needs-you") : "failed"}
                    label={t("detail.osd", { id: osd.id, up: osd.up ? "up" : "down", in: osd.in ? "in" : "out" })}
                    className="font-normal"
                  />
                </span>
              ))}
      </dd>
      <dt className="text-muted">{t("detail.disks")}</dt>
      <dd>
        {facts === null
          ? t("detail.notRead")
          : facts.disks.map(({ path, sizeBytes, model }) => (
              <span key={path} className="mr-4 inline-block">
                <span className="font-mono text-xs">{path}</span> {bytes(sizeBytes)} {model ?? ""}
              </span>
            ))}
      </dd>
    </dl>
  );
}

function ClockLine({ facts }: { facts: NodeFacts | null }) {
  const t = useTranslations("cluster.topology.detail");
  if (facts === null) return null;
  return (
    <p className="border-t border-line px-4 py-2 text-sm text-muted">
      {t("clock", { ms: Math.round(facts.clockOffsetMs), within: Math.round(facts.clockUncertaintyMs) })}
    </p>
  );
}
