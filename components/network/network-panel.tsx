"use client";

import { useTranslations } from "next-intl";
import { FindingList } from "@/components/network/finding-list";
import { LinkMatrix } from "@/components/network/link-matrix";
import { type Attachment, standingWith, worstStanding } from "@/components/network/network-model";
import { cableMark, standingMarks, useCableWords } from "@/components/network/use-cable-words";
import { DefinitionList } from "@/components/ui/definition-list";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import { type NetworkCheck, pathOf } from "@/contract/network-check";
import { worstSeverity } from "@/contract/network-findings";
import { planSubnet } from "@/contract/network-problems";
import type { NetworkPlan } from "@/contract/network-plan";
import { formatSubnet } from "@/contract/subnet";

export interface NetworkPanelProps {
  plan: NetworkPlan;
  /** Of this network, one per node. */
  attachments: readonly Attachment[];
  check: NetworkCheck | null;
}

/** One network: what was planned, what each node has of it now, and every pair's path. */
export function NetworkPanel({ plan, attachments, check }: NetworkPanelProps) {
  const t = useTranslations("network");
  const findings = check?.findings.filter(({ network }) => network === plan.id) ?? [];
  const standing = standingWith(worstStanding(attachments), worstSeverity(findings));
  return (
    <Panel
      title={t(`name.${plan.id}`)}
      flush
      className="print:break-inside-avoid"
      aside={<StateMark state={standingMarks[standing]} label={t(`standing.${standing}`)} />}
    >
      <div className="grid xl:grid-cols-[17rem_minmax(0,1fr)]">
        <div className="border-line px-4 py-2 max-xl:border-b xl:border-r">
          <PlanList plan={plan} attachments={attachments} />
        </div>
        <div className="min-w-0">
          <OnNodes plan={plan} attachments={attachments} />
          <div className="border-t border-line">
            {check !== null && wasMeasured(check, plan) ? (
              <LinkMatrix check={check} plan={plan} />
            ) : (
              <p className="px-4 py-3 text-muted">{t(check === null ? "matrix.notYet" : "matrix.onlyFull")}</p>
            )}
          </div>
        </div>
      </div>
      {findings.length > 0 && (
        <div className="border-t border-line px-4 py-3">
          <FindingList findings={findings} />
        </div>
      )}
    </Panel>
  );
}

/** The standing check leaves out what has no address; a node that could not be asked is no reason to hide the others. */
const wasMeasured = (check: NetworkCheck, plan: NetworkPlan): boolean =>
  Object.values(check.reports).some(
    (report) =>
      report.state === "unknown" || plan.onNodes.some(({ node }) => pathOf(report.value, plan.id, node) !== null),
  );

function PlanList({ plan, attachments }: Pick<NetworkPanelProps, "plan" | "attachments">) {
  const t = useTranslations("network");
  const subnet = planSubnet(plan);
  const told = new Set(attachments.flatMap(({ cables }) => cables.flatMap(({ far }) => far.lldp?.vlan ?? [])));
  const untagged = told.size === 0 ? t("plan.untagged") : t("plan.untaggedVlan", { vlan: [...told].join(", ") });
  const vlan = plan.vlan === undefined ? untagged : t("plan.tagged", { vlan: plan.vlan });
  const items = [
    { key: "link", term: t("plan.link"), value: [t(`mode.${plan.link}`), plan.bond].filter(Boolean).join(" · ") },
    { key: "bridge", term: t("plan.bridge"), value: t(plan.bridge ? "plan.withBridge" : "plan.withoutBridge") },
    { key: "subnet", term: t("plan.subnet"), value: subnet === null ? t("plan.noAddress") : formatSubnet(subnet) },
    { key: "gateway", term: t("plan.gateway"), value: plan.gateway ?? t("plan.none") },
    { key: "mtu", term: t("plan.mtu"), value: t("bytes", { bytes: plan.mtu }) },
    { key: "vlan", term: t("plan.vlan"), value: vlan },
  ];
  return <DefinitionList items={items} />;
}

function OnNodes({ plan, attachments }: Pick<NetworkPanelProps, "plan" | "attachments">) {
  const t = useTranslations("network");
  return (
    <Table caption={t("onNodes.caption", { network: t(`short.${plan.id}`) })}>
      <TableHead>
        <HeaderCell>{t("onNodes.node")}</HeaderCell>
        <HeaderCell>{t("onNodes.device")}</HeaderCell>
        <HeaderCell>{t("onNodes.address")}</HeaderCell>
        <HeaderCell numeric>{t("plan.mtu")}</HeaderCell>
        <HeaderCell>{t("onNodes.cables")}</HeaderCell>
        <HeaderCell>{t("onNodes.state")}</HeaderCell>
      </TableHead>
      <TableBody>
        {attachments.map((attachment) => (
          <NodeRow key={attachment.node} attachment={attachment} />
        ))}
      </TableBody>
    </Table>
  );
}

function NodeRow({ attachment }: { attachment: Attachment }) {
  const t = useTranslations("network");
  const words = useCableWords();
  const { node, plan, device, ip, mtu, vlans, addresses, cables, standing } = attachment;
  const planned = ip === null ? null : `${ip}/${plan.prefixLength ?? ""}`;
  const isElsewhere = planned !== null && addresses !== null && !addresses.includes(planned);
  return (
    <tr>
      <RowHeader>{node}</RowHeader>
      <Cell className="font-mono text-xs">{[device ?? "–", ...vlans].join(", ")}</Cell>
      <Cell className="font-mono text-xs">
        {planned ?? t("plan.noAddress")}
        {isElsewhere && (
          <StateMark
            state="failed"
            label={t("onNodes.otherAddress", { addresses: addresses.join(", ") || t("plan.none") })}
            className="block font-sans"
          />
        )}
      </Cell>
      <Cell numeric className={mtu !== null && mtu < plan.mtu ? "text-failed" : undefined}>
        {mtu ?? "–"}
      </Cell>
      <Cell>
        <ul>
          {cables.map((cable) => (
            <li key={cable.nic} className="flex flex-wrap gap-x-2">
              <span className="font-mono text-xs">{cable.nic}</span>
              <StateMark state={cableMark(cable, attachment)} label={words.link(cable)} className="font-normal" />
              {cableMark(cable, attachment) !== "done" && words.bond(cable, attachment) !== null && (
                <span className="text-xs text-muted">{words.bond(cable, attachment)}</span>
              )}
            </li>
          ))}
        </ul>
      </Cell>
      <Cell className="whitespace-nowrap">
        <StateMark state={standingMarks[standing]} label={t(`standing.${standing}`)} />
      </Cell>
    </tr>
  );
}
