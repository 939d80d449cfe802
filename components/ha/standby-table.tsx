"use client";

import { useTranslations } from "next-intl";
import { Eligibility } from "@/components/cluster/eligibility";
import { checkMarks, serviceMarks } from "@/components/cluster/marks";
import { UnknownBecause } from "@/components/cluster/observed-value";
import { ReadingAge } from "@/components/cluster/reading-age";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { ClusterStatus } from "@/contract/cluster-status";
import type { HaStatus } from "@/contract/ha-status";

/** Which nodes may run the management VM, and for each that may not, every reason. */
export function StandbyTable({ status }: { status: ClusterStatus }) {
  const t = useTranslations("ha.standby");
  const { ha } = status;
  return (
    <Panel title={t("title")} aside={<ReadingAge at={ha.at} />} flush>
      {ha.state === "unknown" ? (
        <div className="p-4">
          <UnknownBecause reason={ha.reason} at={ha.at} />
        </div>
      ) : (
        <Nodes ha={ha.value} owner={status.owner.state === "known" ? (status.owner.value?.node ?? null) : null} />
      )}
    </Panel>
  );
}

function Nodes({ ha, owner }: { ha: HaStatus; owner: string | null }) {
  const t = useTranslations("ha.standby");
  const words = useTranslations("cluster");
  return (
    <Table caption={t("title")}>
      <TableHead>
        <HeaderCell>{t("node")}</HeaderCell>
        <HeaderCell>{t("role")}</HeaderCell>
        <HeaderCell>{t("service")}</HeaderCell>
        <HeaderCell>{t("storage")}</HeaderCell>
        <HeaderCell>{t("eligible")}</HeaderCell>
      </TableHead>
      <TableBody>
        {ha.services.map((service) => {
          const io = ha.hostIo.find(({ node }) => node === service.node)?.state ?? "unknown";
          return (
            <tr key={service.node}>
              <RowHeader>{service.node}</RowHeader>
              <Cell className="whitespace-nowrap">{t(service.node === owner ? "isOwner" : "isStandby")}</Cell>
              <Cell className="whitespace-nowrap">
                <StateMark
                  state={serviceMarks[service.state]}
                  label={words(`ha.${service.state}`)}
                  className="font-normal text-ink"
                />
              </Cell>
              <Cell className="whitespace-nowrap">
                <StateMark
                  state={checkMarks[io]}
                  label={words(`node.canaryState.${io}`)}
                  className="font-normal text-ink"
                />
              </Cell>
              <Cell className="min-w-40">
                <Eligibility service={service} />
              </Cell>
            </tr>
          );
        })}
      </TableBody>
    </Table>
  );
}
